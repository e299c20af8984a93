/** Opens the store: the engine, its tables, and what the last process left behind. */
import { type Clock, systemClock } from '../kit/clock.ts'
import { createStore } from './create.ts'
import { expireLeases } from './lane.ts'
import { migrate, ownMigrations } from './migrate.ts'
import type { Sql } from './sql.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'

export interface StoreOptions {
  /** Folder of the embedded database; made when it is not there. */
  readonly dir: string
  readonly clock?: Clock
  /** Makes an id that nothing else has. */
  readonly newId: () => string
}

/**
 * Rejects with StoreError, with a sentence for a person: the folder is another process's, not ours to write, on a full disk, the
 * file damaged or of a newer version.
 */
export async function openStore({ dir, clock = systemClock, newId }: StoreOptions): Promise<Store> {
  const sql = openSqlite(dir)
  try {
    await migrate(sql, ownMigrations(), dir, clock.now())
    await takeBackLeases(sql, clock.now())
  } catch (error) {
    await sql.close()
    throw error
  }
  return createStore(sql, newId)
}

/** The folder is ours alone, so whoever held a lease is gone, and what it was sending may or may not have arrived. */
async function takeBackLeases(sql: Sql, now: number): Promise<void> {
  await sql.transaction(async tx => {
    await tx.query('update lane set lease_until = $1 where lease_until is not null', [now])
    await expireLeases(tx, now, 'the process that was sending it ended')
  })
}
