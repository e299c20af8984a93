/**
 * The embedded engine: one SQLite file, driven by the module that comes with Node. WAL and `synchronous=FULL`, so what a resolved
 * transaction wrote survives a power cut; `BEGIN IMMEDIATE`, so a transaction never has to be given up half way. One connection
 * works through everything in turn: a query never sees the inside of a transaction. Local disks only (WAL needs shared memory).
 */
import { randomUUID } from 'node:crypto'
import { accessSync, constants, mkdirSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { sqliteBusyMs } from '../limits.ts'
import { keepPrivate, takeLock } from './lock.ts'
import type { Lead, Row, Sql, Tx, Value } from './sql.ts'
import { tooOld, translate } from './sqlite-errors.ts'
import { StoreError } from './store-error.ts'

const setUp = `
  pragma busy_timeout = ${sqliteBusyMs};
  pragma synchronous = full;
  pragma foreign_keys = on;
  pragma journal_size_limit = 67108864;
`

/** The database in a folder. */
export const databaseFile = (dir: string): string => path.join(dir, 'birdwire.sqlite')

/** Opens or creates `birdwire.sqlite` in `dir`, for this process alone. Throws StoreError with a sentence for a person. */
export function openSqlite(dir: string): Sql {
  const old = tooOld(process.versions['sqlite'] ?? '0')
  if (old !== undefined) throw new StoreError('unsupported', old)
  makeFolder(dir)
  const file = databaseFile(dir)
  const lock = takeLock(dir)
  try {
    keepPrivate(file)
    return new Sqlite(file, lock.release)
  } catch (error) {
    lock.release()
    throw translate(error, file)
  }
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const message = `the folder ${dir} cannot be used for the database (${why}); allow this user to read and write it, or choose another folder`
    throw new StoreError(why === 'ENOSPC' ? 'full' : 'denied', message, { cause })
  }
}

class Sqlite implements Sql {
  /** Of this opening of the file. */
  readonly #self = randomUUID()
  readonly #file: string
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #unlock: () => void
  /** Settles when everything asked for so far is through. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(file: string, unlock: () => void) {
    this.#file = file
    this.#unlock = unlock
    this.#db = new DatabaseSync(file)
    try {
      this.#db.exec(setUp)
      const mode = this.#db.prepare('pragma journal_mode = wal').get()?.['journal_mode']
      if (mode !== 'wal') {
        const message = `the folder of ${file} cannot hold a safe database (no write-ahead log there); choose a folder on a local disk`
        throw new StoreError('unsupported', message)
      }
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  query(sql: string, params: readonly Value[] = []): Promise<readonly Row[]> {
    return this.#inTurn(async () => this.#run(sql, params))
  }

  transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      this.#exec('begin immediate')
      try {
        const result = await fn(this.#tx)
        this.#exec('commit')
        return result
      } catch (error) {
        // A full disk may have ended the transaction already.
        if (this.#db.isTransaction) this.#exec('rollback')
        throw error
      }
    })
  }

  /** The folder is this process's alone (`lock.ts`): nobody else has news, and it leads everything. */
  listen(): () => void {
    return () => {}
  }

  async lead(_task: string, signal: AbortSignal): Promise<Lead | undefined> {
    if (signal.aborted) return undefined
    const held = new AbortController()
    return { lost: held.signal, release: async () => held.abort() }
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#db.isOpen) return
      this.#statements.clear()
      try {
        this.#db.close()
      } finally {
        this.#unlock()
      }
    })
  }

  readonly #tx: Tx = {
    query: async (sql, params = []) => this.#run(sql, params),
    script: async sql => this.#exec(sql),
    self: this.#self,
    skipLocked: '',
    // The folder is ours alone (`lock.ts`): whoever was there before has ended.
    gone: async processes => processes.filter(process => process !== this.#self),
    notify: async () => {},
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }

  #run(sql: string, params: readonly Value[]): Row[] {
    try {
      return this.#statement(sql).all(...params)
    } catch (error) {
      throw translate(error, this.#file)
    }
  }

  #exec(sql: string): void {
    try {
      this.#db.exec(sql)
    } catch (error) {
      throw translate(error, this.#file)
    }
  }

  /** SQLite takes `$1` for a name; `?1` is the same as PostgreSQL's `$1`. */
  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const made = this.#db.prepare(sql.replace(/\$(\d+)/g, '?$1'))
    this.#statements.set(sql, made)
    return made
  }
}
