/** What the tests of trouble with PostgreSQL share. */
import assert from 'node:assert/strict'
import { ManualClock } from '../../src/kit/clock.ts'
import { openTables } from '../../src/store/open.ts'
import type { Sql } from '../../src/store/sql.ts'
import { StoreError, type StoreErrorCode } from '../../src/store/store-error.ts'
import type { PostgresServer } from '../rig/postgres-server.ts'
import { morning } from './samples.ts'

/** For `assert.rejects`: the store's error with this code, its sentence like this. */
export function refusal(code: StoreErrorCode, words: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof StoreError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, words)
    return true
  }
}
/** Not now: the loops wait and ask again. */
export const retryable = refusal('failing', /goes on by itself/)

/** On a new database with all tables. */
export async function onSql(server: PostgresServer, use: (sql: Sql, url: string) => Promise<void>): Promise<void> {
  const url = await server.newDatabase()
  const sql = await openTables({ dir: '', databaseUrl: url, clock: new ManualClock(morning) })
  try {
    await use(sql, url)
  } finally {
    await sql.close()
  }
}

/** Ends every session of a database, as an administrator or a restart does. */
export async function endSessions(server: PostgresServer, url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  await server.ask(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
}
