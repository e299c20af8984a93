/**
 * Copies of the embedded database: one taken while the service runs, and the way back. A copy is made beside its place under another name, read
 * through, made durable and then renamed, so whatever ends the process leaves a whole copy or none.
 *
 * Taken in one step: SQLite begins anew when somebody writes between two of them, and a busy service would never let it end. Writers are not
 * held up meanwhile, since readers of a write-ahead log hold up nobody. sqlite.org/backup.html
 */
import { chownSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteBusyMs } from '../limits.ts'
import { takeLock } from './lock.ts'
import { migrate, ownMigrations } from './migrate.ts'
import { type Doubts, forgetWhatCameAfter } from './restored.ts'
import { openSqlite } from './sqlite.ts'
import { StoreError } from './store-error.ts'
import { type Copied, copy, durable, examine, inWords, makePrivate } from './whole-copy.ts'

export interface Restored extends Copied, Doubts {
  /** Where the database is that was there before. */
  readonly aside: string | undefined
}

export interface RestoreOptions {
  /** Epoch ms. */
  readonly now: number
  /** False: what was posted since the copy was taken is not fetched. */
  readonly catchUp: boolean
}

const name = 'birdwire.sqlite'

/** Copies the database in `dir`, which a service may be using, to `file`. Rejects with StoreError; nothing is at `file` then that was not before. */
export async function backUp(dir: string, file: string): Promise<Copied> {
  refuseThere(file, 'Name another file')
  const part = `${file}.part`
  refuseThere(part, 'Another backup is writing it, or one was interrupted: delete it, or name another file')
  try {
    makePrivate(part)
  } catch (error) {
    throw inWords(error, file)
  }
  try {
    await copy(path.join(dir, name), part)
    const copied = examine(part, path.join(dir, name))
    durable(part)
    // Somebody may have put something there meanwhile.
    refuseThere(file, 'Name another file')
    renameSync(part, file)
    durable(path.dirname(file))
    return copied
  } catch (error) {
    for (const end of ['', '-journal']) rmSync(part + end, { force: true })
    throw inWords(error, file)
  }
}

/**
 * Puts the copy `file` into `dir`, which is made when it is not there; what was there is kept beside it. Rejects with StoreError, and then nothing has
 * happened: a service uses the folder, or `file` is damaged, not ours, or of a newer version.
 */
export async function restore(file: string, dir: string, options: RestoreOptions): Promise<Restored> {
  if (!existsSync(file))
    throw new StoreError('denied', `there is no file ${file}; name one that \`birdwire backup\` made`)
  const owned = makeFolder(dir)
  const lock = takeLock(dir)
  const staging = path.join(dir, 'restore.part')
  try {
    // Left by one that was interrupted; the folder is ours alone.
    rmSync(staging, { recursive: true, force: true })
    mkdirSync(staging, { mode: 0o700 })
    const fresh = path.join(staging, name)
    makePrivate(fresh)
    await copy(file, fresh)
    const copied = examine(fresh, file)
    const doubts = await prepare(staging, file, options)
    durable(fresh)
    owned(fresh)
    const aside = putAside(dir, options.now)
    renameSync(fresh, path.join(dir, name))
    durable(dir)
    return { ...copied, ...doubts, aside }
  } catch (error) {
    throw inWords(error, path.join(dir, name))
  } finally {
    rmSync(staging, { recursive: true, force: true })
    lock.release()
    owned(path.join(dir, 'lock.sqlite'))
  }
}

/** Brings the staged copy to this program's tables and makes it fit to go on with. */
async function prepare(staging: string, file: string, { now, catchUp }: RestoreOptions): Promise<Doubts> {
  const sql = openSqlite(staging)
  try {
    await migrate(sql, ownMigrations(), file, now)
    return await sql.transaction(tx => forgetWhatCameAfter(tx, now, catchUp))
  } finally {
    await sql.close()
  }
}

/** Keeps what is there under another name, with what belongs to it; the database itself stays in its place until another takes it. */
function putAside(dir: string, now: number): string | undefined {
  const current = path.join(dir, name)
  if (!existsSync(current)) return undefined
  const when = new Date(now).toISOString().replaceAll(/[:.]/g, '-')
  const aside = path.join(dir, `before-restore-${when}.sqlite`)
  settle(current)
  linkSync(current, aside)
  for (const end of ['-wal', '-shm']) if (existsSync(current + end)) renameSync(current + end, aside + end)
  // Files of lists are newer than the copy: without a base they are right over what it says.
  const base = path.join(dir, 'lists-base.json')
  if (existsSync(base)) renameSync(base, path.join(dir, `before-restore-${when}.lists-base.json`))
  return aside
}

/** Folds the write-ahead log of a process that was killed into its database. One that is damaged is kept as it is. */
function settle(file: string): void {
  try {
    const db = new DatabaseSync(file, { timeout: sqliteBusyMs })
    try {
      db.exec('pragma wal_checkpoint(truncate)')
    } finally {
      db.close()
    }
  } catch {
    // Its log goes along.
  }
}

/** Gives what is made there to the owner of the folder, where an administrator does this for the service's user. */
function makeFolder(dir: string): (file: string) => void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new StoreError('denied', `the folder ${dir} cannot be made; make it, for this user to write`, { cause })
  }
  const { uid, gid } = statSync(dir)
  return file => {
    if (process.getuid?.() === 0 && existsSync(file)) chownSync(file, uid, gid)
  }
}

function refuseThere(file: string, wayOut: string): void {
  if (existsSync(file)) throw new StoreError('occupied', `${file} is there already. ${wayOut}`)
}
