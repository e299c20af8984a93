/** Goal: a look at a database changes nothing in it, whatever is there. Method: real engines; the tables before and after. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { look } from '../../src/store/look.ts'
import { migrate, ownMigrations } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import type { Sql } from '../../src/store/sql.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { noPostgres, startPostgres } from '../rig/postgres-server.ts'
import { morning } from './samples.ts'
import { refusal } from './trouble.ts'

async function shows(dir: string, databaseUrl: string | undefined, open: () => Promise<Sql>): Promise<void> {
  const asked = async (text: string) => {
    const sql = await open()
    try {
      return await sql.query(text)
    } finally {
      await sql.close()
    }
  }
  assert.deepEqual(await look(dir, databaseUrl), { tables: 'none', channels: [] })
  await assert.rejects(asked('select * from migration'))

  const [first] = ownMigrations()
  assert.ok(first !== undefined)
  const sql = await open()
  await migrate(sql, [first], 'here', morning)
  await sql.close()
  assert.equal((await look(dir, databaseUrl)).tables, 'older')
  assert.equal((await asked('select * from migration')).length, 1)

  const store = await openStore({ dir, databaseUrl, newId: randomUUID })
  for (const channel of ['C2', 'C1'])
    await store.change({ source: 'x', channel }, 'U1', morning, route => ({ route, what: 'began' }))
  await store.close()
  assert.deepEqual(await look(dir, databaseUrl), { tables: 'current', channels: ['C1', 'C2'] })

  const later = await open()
  await later.query("insert into migration (name, checksum, applied_at) values ('9999-later.sql', 'x', 1)")
  await later.close()
  await assert.rejects(look(dir, databaseUrl), refusal('newer', /newer tables of 9999-later/))
}

test('a look at an embedded database', async t => {
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-look-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  await shows(dir, undefined, async () => openSqlite(dir))
})

test('a look at a PostgreSQL database', { skip: noPostgres }, async () => {
  await using server = await startPostgres()
  const url = await server.newDatabase()
  await shows('', url, () => openPostgres(url))
})
