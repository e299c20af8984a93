/** A copy of an embedded database: taken, read through, made to last. What is wrong with it or with its place, in words. */
import { closeSync, fsyncSync, openSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { sqliteBusyMs } from '../limits.ts'
import { resultCode, translate } from './sqlite-errors.ts'
import { StoreError } from './store-error.ts'

/** A copy that was read through and found whole. */
export interface Copied {
  readonly bytes: number
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>
  /** Epoch ms of the last thing that was read from a network; undefined when nothing was yet. */
  readonly readUntil: number | undefined
}

/** More pages than a database can have. */
const allPages = 2 ** 31 - 1

/** An empty file for this user alone. Throws what Node throws, also when there is one already. */
export function makePrivate(file: string): void {
  writeFileSync(file, '', { flag: 'wx', mode: 0o600 })
}

/** Of all that is in the database `from` at one moment, what only its write-ahead log has included, into the empty file `to`. */
export async function copy(from: string, to: string): Promise<void> {
  let source: DatabaseSync | undefined
  try {
    // Not made where it is not. Opened for reading only, it would leave files beside a database that nobody uses.
    const existing = pathToFileURL(from)
    existing.search = 'mode=rw'
    source = new DatabaseSync(existing, { timeout: sqliteBusyMs })
    await backup(source, to, { rate: allPages })
  } catch (error) {
    throw unreadable(error, from)
  } finally {
    source?.close()
  }
}

/** Reads every page of a copy of `source`, and makes one file of it. Throws StoreError when it is damaged or no database of ours. */
export function examine(file: string, source: string): Copied {
  const db = new DatabaseSync(file)
  try {
    // A single file, without a write-ahead log that somebody could forget to take along.
    db.exec('pragma journal_mode = delete')
    const tables = db.prepare(
      `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name`,
    )
    const names = tables.all().map(row => String(row['name']))
    if (!names.includes('migration') || !names.includes('delivery'))
      throw new StoreError('damaged', `${source} is no database of Birdwire; name a file that \`birdwire backup\` made`)
    const found = [...db.prepare('pragma integrity_check(1)').all(), ...db.prepare('pragma foreign_key_check').all()]
    const wrong = found.find(row => row['integrity_check'] !== 'ok')
    if (wrong !== undefined)
      throw new StoreError('damaged', `${source} is damaged: ${Object.values(wrong).join(' ')}; use an older backup`)
    const count = (table: string) => Number(db.prepare(`select count(*) as rows from "${table}"`).get()?.['rows'])
    const at = db.prepare('select max(at) as at from cursor').get()?.['at']
    return {
      bytes: statSync(file).size,
      rows: Object.fromEntries(names.map(table => [table, count(table)])),
      readUntil: typeof at === 'number' ? at : undefined,
    }
  } catch (error) {
    throw unreadable(error, source)
  } finally {
    db.close()
  }
}

/** What is wrong with the database that is copied; a full disk is the copy's. */
function unreadable(error: unknown, file: string): unknown {
  const code = resultCode(error)
  if (code === 13) return error
  const damaged = (code === 11 || code === 26) && error instanceof Error
  if (!damaged) return translate(error, file)
  return new StoreError('damaged', `${file} is damaged, or no database: ${error.message}; use an older backup`, {
    cause: error,
  })
}

/** Survives a power cut from here on. A folder cannot be opened on Windows, and need not be. */
export function durable(place: string): void {
  if (process.platform === 'win32' && statSync(place).isDirectory()) return
  const file = openSync(place, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** What is wrong with the place that is written to. */
export function inWords(error: unknown, file: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC' || resultCode(error) === 13)
    return new StoreError('full', `no space left for ${file}; free some space, or name a place on another disk`, {
      cause: error,
    })
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new StoreError('denied', `there is no folder ${path.dirname(file)}; make it first, or name another place`, {
      cause: error,
    })
  if (/^E[A-Z]+$/.test(code))
    return new StoreError('denied', `${file} cannot be written (${code}); allow this user to, or name another place`, {
      cause: error,
    })
  return error
}
