/**
 * Goal: a process that dies in the middle of bringing an older database up to date leaves it as it was, and the next one goes on: everything owed
 * is delivered, in order, and reading goes on where it had stopped. Method: a database as the first version left it, killed inside each migration since.
 */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { postsIn } from '../../sim/desk/shown-posts.ts'
import { migrate, ownMigrations } from '../../src/store/migrate.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import type { Sql } from '../../src/store/sql.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { aPost } from '../contract/samples.ts'
import { noPostgres, startPostgres } from '../rig/postgres-server.ts'
import { type Database, type Engine, postgres, sqlite } from './engine.ts'
import { openStage } from './stage.ts'

const channel = 'C0LAB'
const speed = 20
/** So long nothing has read X, ms. */
const awayMs = 60_000
const owed = ['first line', '1001', 'second line', '1002']

async function withTables<T>(
  { dir, environment }: Pick<Database, 'dir' | 'environment'>,
  use: (sql: Sql) => Promise<T>,
): Promise<T> {
  const url = environment['DATABASE_URL']
  const sql = url === undefined ? openSqlite(dir) : await openPostgres(url)
  try {
    return await use(sql)
  } finally {
    await sql.close()
  }
}

const applied = async (sql: Sql): Promise<readonly unknown[]> =>
  (await sql.query('select name from migration order by name')).map(({ name }) => name)

/** As the first version left it: one channel that follows somebody, with something owed to it. */
async function fillFirst(sql: Sql, account: { readonly id: string; readonly handle: string }): Promise<void> {
  const now = Date.now()
  await migrate(sql, ownMigrations().slice(0, 1), 'here', now)
  await sql.query('insert into cursor (source, position, at) values ($1, $2, $3)', [
    'x',
    JSON.stringify({ at: now - awayMs }),
    now,
  ])
  await sql.query('insert into account (source, id, handle, name) values ($1, $2, $3, $3)', [
    'x',
    account.id,
    account.handle,
  ])
  const kinds = JSON.stringify({ original: true, repost: true, quote: true, reply: false, thread: true })
  await sql.query(
    'insert into route (source, channel, kinds, languages, reading, deletions, paused) values ($1, $2, $3, $4, $5, $6, 0)',
    ['x', channel, kinds, '[]', 'cheap', 'strike'],
  )
  await sql.query('insert into route_account (source, channel, role, account_id, place) values ($1, $2, $3, $4, 1)', [
    'x',
    channel,
    'follow',
    account.id,
  ])
  await sql.query('insert into lane (channel, last_seq, next_at) values ($1, $2, $3)', [channel, owed.length, now])
  for (const [n, what] of owed.entries()) {
    const isPost = /^\d+$/.test(what)
    if (isPost)
      await sql.query(
        'insert into post (source, id, version, posted_at, arrived_at, author, body, rejected) values ($1, $2, $2, $3, $3, $4, $5, $6)',
        ['x', what, now, '7001', JSON.stringify(aPost(what)), '[]'],
      )
    await sql.query(
      `insert into delivery (id, channel, seq, kind, source, post_id, notice, because, state, due_at, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $9)`,
      [
        `d${n}`,
        channel,
        n + 1,
        isPost ? 'post' : 'notice',
        isPost ? 'x' : null,
        isPost ? what : null,
        isPost ? null : what,
        'test',
        now,
      ],
    )
  }
}

async function survive(engine: Engine): Promise<void> {
  let database: Database | undefined
  const create = async () => {
    database = await engine.create()
    return database
  }
  await using stage = await openStage({ engine: { ...engine, create }, seed: 1, speed, channels: [channel] })
  assert.ok(database !== undefined)
  const { world, x, slack } = stage
  await withTables(database, sql => fillFirst(sql, world.someone('mira_okafor')))
  const missed = world.post({ author: 'mira_okafor', text: 'While nobody was reading' })
  const migrations = ownMigrations().map(({ name }) => name)
  for (const n of migrations.slice(1).keys()) {
    assert.equal(await stage.start(`mid-migration:${n + 1}`), false, `killed in ${migrations[n + 1]}`)
    assert.equal(stage.reached().at(-1)?.killed, true)
    const names: readonly unknown[] = await withTables(database, applied)
    assert.deepEqual(names, migrations.slice(0, 1), 'all of them or none')
  }
  assert.ok(await stage.start(), stage.output())
  await x.connected()
  const live = world.post({ author: 'mira_okafor', text: 'And somebody reads again' })
  await x.emit(live)
  const shown = () => slack.messages(channel).map(message => postsIn(message)[0] ?? message.text)
  await slack.until('message', () => shown().includes(live.id))
  assert.deepEqual(shown(), [...owed, missed.id, live.id])
  await stage.end('SIGTERM')
  const names = await withTables(database, applied)
  assert.deepEqual(names, migrations)
}

describe('killed in the middle of each migration, an older database is as it was, and then up to date with everything in it', () => {
  test('embedded', { timeout: 60_000 }, () => survive(sqlite))

  test('PostgreSQL', { timeout: 60_000, skip: noPostgres }, async () => {
    await using server = await startPostgres()
    await survive(postgres(server))
  })
})
