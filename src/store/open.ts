/** Opens the store: the engine, its tables, and what the last process left behind. */
import { type Clock, systemClock } from '../kit/clock.ts'
import { tablesMs } from '../limits.ts'
import { createStore } from './create.ts'
import { takeBackLeases } from './lane.ts'
import { migrate, ownMigrations } from './migrate.ts'
import { openPostgres } from './postgres.ts'
import type { Lead, Sql } from './sql.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'
import { StoreError } from './store-error.ts'

export interface StoreOptions {
  /** Folder of the embedded database; made when it is not there. */
  readonly dir: string
  /** `postgres://…`: a database of that server instead, which several processes may share. */
  readonly databaseUrl?: string | undefined
  /** How long a server that does not answer yet is waited for, ms; default: not at all. */
  readonly waitMs?: number
  /** Hears once, and why, when it has to be waited for. */
  readonly waiting?: (why: StoreError) => void
  readonly clock?: Clock
  /** Makes an id that nothing else has. */
  readonly newId: () => string
}

/**
 * Rejects with StoreError, with a sentence for a person: the folder is another process's, not ours to write, on a full disk, the
 * file damaged or of a newer version.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { clock = systemClock, newId } = options
  const sql = await openTables(options)
  try {
    await sql.transaction(tx => takeBackLeases(tx, clock.now()))
  } catch (error) {
    await sql.close()
    throw error
  }
  return createStore(sql, newId)
}

/** The engine with its tables. Rejects as `openStore` does. */
export async function openTables({
  dir,
  databaseUrl,
  waitMs = 0,
  waiting,
  clock = systemClock,
}: Omit<StoreOptions, 'newId'>): Promise<Sql> {
  const sql = databaseUrl === undefined ? openSqlite(dir) : await openPostgres(databaseUrl, waitMs, waiting)
  try {
    // Of several that start at once one makes the tables.
    const alone = await leadMigration(sql, waitMs)
    if (alone === undefined)
      throw new StoreError(
        'failing',
        `another process has been changing the tables of ${databaseUrl === undefined ? dir : placeOf(databaseUrl)} for ${tablesMs / 1000} seconds; if it hangs, end it`,
      )
    await migrate(sql, ownMigrations(), databaseUrl === undefined ? dir : placeOf(databaseUrl), clock.now())
    await alone.release()
    return sql
  } catch (error) {
    await sql.close()
    throw error
  }
}

/** Where a database is, for people: its server and name, nothing that is secret. */
export function placeOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl)
  return `${host}${pathname}`
}

/** Undefined: somebody else has been at it for too long. Rejects when nobody can be asked for `waitMs`. */
async function leadMigration(sql: Sql, waitMs: number): Promise<Lead | undefined> {
  const giveUp = new AbortController()
  const late = setTimeout(() => giveUp.abort(), Math.max(waitMs, tablesMs))
  let trouble: StoreError | undefined
  const lead = await sql.lead('migrate', giveUp.signal, error => {
    trouble = error
    if (waitMs === 0) giveUp.abort()
  })
  clearTimeout(late)
  if (lead === undefined && trouble !== undefined) throw trouble
  return lead
}
