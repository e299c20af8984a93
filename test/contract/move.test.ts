/**
 * `move`: what an embedded database holds is in the other one afterwards, all of it or nothing, whoever interrupts it; what waits there then comes
 * as it would have come here. On the embedded engine alone, and over to a real PostgreSQL server by the command line, killed on its way.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test, { type TestContext } from 'node:test'
import { ManualClock } from '../../src/kit/clock.ts'
import { armCrashPoints } from '../../src/kit/crash-point.ts'
import { createStore } from '../../src/store/create.ts'
import { type Moved, move } from '../../src/store/move.ts'
import { openStore, openTables } from '../../src/store/open.ts'
import type { Sql, Tx } from '../../src/store/sql.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { StoreError } from '../../src/store/store-error.ts'
import { noPostgres, startPostgres } from '../rig/postgres-server.ts'
import { startChild } from './child.ts'
import { fillWithEverything, hardTexts } from './everything.ts'
import { aPost, arrived, morning, sent } from './samples.ts'
import { placed } from './sharing.ts'
import { counter } from './sqlite-ground.ts'
import { sizeOf, type Tables, tablesOfFile, tablesOfServer } from './tables.ts'

const clock = new ManualClock(morning)
const places = { from: 'here', to: 'there' }

function folder(t: TestContext): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'birdwire-move-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** A folder with everything in its database; nobody has it open. */
async function filled(t: TestContext, many = 0): Promise<string> {
  const dir = folder(t)
  const store = await openStore({ dir, clock, newId: counter('id') })
  await fillWithEverything(store, many)
  await store.close()
  return dir
}

/** Moves from folder to folder, as the command does to a server. */
async function moved(from: string, to: string, over: (sql: Sql) => Sql = sql => sql): Promise<Moved> {
  const here = openSqlite(from)
  const there = await openTables({ dir: to, clock })
  try {
    return await move(here, over(there), places, morning)
  } finally {
    await Promise.all([here.close(), there.close()])
  }
}

/** What must be there of what was here: what was under way waits to be looked for, and there is no character of number 0. */
function assertCarried(here: Tables, there: Tables, now: number): void {
  const free = { lease_token: null, lease_until: null, lease_delivery: null }
  const ended = 'the process that was sending it ended'
  assert.deepEqual([...there.keys()], [...here.keys()])
  for (const [name, rows] of here) {
    const expected = rows.map(row => {
      const data = JSON.parse(row.replaceAll('\\u0000', '\ufffd'))
      if (name === 'lane' && data.lease_until !== null) return { ...data, ...free, next_at: 'worked out anew' }
      if (name !== 'delivery' || data.state !== 'leased') return data
      const unknown = { unknown_since: data.leased_at, unknown_checks: '0', unknown_why: ended }
      return { ...data, ...unknown, state: 'pending', due_at: `${now}`, why: ended }
    })
    const anew = new Set(expected.flatMap(row => (row.next_at === 'worked out anew' ? [row.channel] : [])))
    const found = (there.get(name) ?? []).map(row => {
      const data = JSON.parse(row)
      return name === 'lane' && anew.has(data.channel) ? { ...data, next_at: 'worked out anew' } : data
    })
    const sorted = (all: readonly object[]) => all.map(row => JSON.stringify(row)).toSorted()
    assert.deepEqual(sorted(found), sorted(expected), name)
  }
}

/** What comes out of a database from now on, in order, with what was looked for first. */
async function rest(where: { readonly dir: string; readonly databaseUrl?: string }, from = morning): Promise<string[]> {
  const store = await openStore({ ...where, clock, newId: counter('new') })
  const told: string[] = []
  try {
    for (let now = from; now < from + 200_000; now += 5000)
      for (let claims = await store.claim(now, 1000, 9); claims.length > 0; claims = await store.claim(now, 1000, 9))
        for (const claim of claims) {
          const { channel, unknown } = claim.delivery
          told.push(`${channel} ${unknown === undefined ? '' : 'look for '}${placed(claim)}`)
          await store.settle(claim, sent(now, claim.act.kind === 'post' ? `19.${channel}` : claim.act.ts), now)
        }
  } finally {
    await store.close()
  }
  return told.toSorted()
}

test('everything is there afterwards, in whichever letters, and once: run again it does nothing', async t => {
  const [from, to] = [await filled(t), folder(t)]
  const before = tablesOfFile(from)
  for (const [name, rows] of before) assert.ok(rows.length > 0, `the test has nothing in ${name}`)
  const result = await moved(from, to)
  assert.equal(result.rows, sizeOf(before))
  assert.equal(result.underWay, 2)
  assertCarried(before, tablesOfFile(to), morning)
  assert.deepEqual(tablesOfFile(from), before, 'nothing has changed here')
  const there = await openStore({ dir: to, clock, newId: counter('new') })
  assert.deepEqual(await there.processes(0), [], 'who worked here does not work there')
  await there.close()
  assert.deepEqual(await moved(from, to), { ...result, before: morning })
  assertCarried(before, tablesOfFile(to), morning)
  assert.equal(before.get('dropped')?.length, hardTexts.length)
})

test('what waits comes there as it would have come here: nothing twice, nothing missing, what was under way is looked for', async t => {
  const [from, to] = [await filled(t), folder(t)]
  await moved(from, to)
  const told = await rest({ dir: from })
  assert.equal(told.filter(each => each.includes('look for')).length, 3)
  assert.deepEqual(await rest({ dir: to }), told)
})

test('wherever it is interrupted, nothing is there, and the next run brings everything', async t => {
  const from = await filled(t, 600)
  const before = tablesOfFile(from)
  let reached = 0
  t.after(() => armCrashPoints(() => {}))
  const interruptAt = (n: number) =>
    armCrashPoints(point => {
      if (point === 'mid-move' && ++reached === n) throw new Error('interrupted')
    })
  const to = folder(t)
  let runs = 0
  for (let n = 1; ; n += 7) {
    reached = 0
    interruptAt(n)
    const outcome = await moved(from, to).catch((error: Error) => error.message)
    if (typeof outcome !== 'string') break
    runs += 1
    assert.equal(outcome, 'interrupted')
    assert.equal(sizeOf(tablesOfFile(to)), 0)
  }
  assert.ok(runs > 2 && reached > 20, `${runs} times at ${reached} points`)
  assertCarried(before, tablesOfFile(to), morning)
})

test('what reads differently there is not kept', async t => {
  const [from, to] = [await filled(t), folder(t)]
  const changed =
    (change: (sql: string, params: readonly unknown[]) => boolean) =>
    (sql: Sql): Sql =>
      overTx(sql, tx => ({
        ...tx,
        query: async (text, params = []) => (change(text, params) ? [] : await tx.query(text, params)),
      }))
  const lost = moved(
    from,
    to,
    changed(text => text.startsWith('insert into said')),
  )
  await assert.rejects(lost, /table said of there reads differently \(2 rows here, 0 there\)/)
  const spoiled = (sql: Sql): Sql =>
    overTx(sql, tx => ({
      ...tx,
      query: (text, params = []) =>
        tx.query(
          text,
          text.startsWith('insert into account') ? params.map(v => (v === 'Someone 1' ? 'Nobody' : v)) : params,
        ),
    }))
  await assert.rejects(
    moved(from, to, spoiled),
    /table account of there reads differently \(the rows are not the same\)/,
  )
  assert.equal(sizeOf(tablesOfFile(to)), 0)
})

function overTx(sql: Sql, over: (tx: Tx) => Tx): Sql {
  return {
    query: (text, params) => sql.query(text, params),
    transaction: fn => sql.transaction(tx => fn(over(tx))),
    listen: heard => sql.listen(heard),
    lead: (task, signal) => sql.lead(task, signal),
    close: () => sql.close(),
  }
}

test('refused, and nothing done: a place that holds something, another version, a database that has gone on since', async t => {
  const from = await filled(t)
  const full = folder(t)
  const other = await openStore({ dir: full, clock, newId: counter('id') })
  await other.commit([arrived(aPost('1'), 'C1')], morning)
  await other.close()
  const before = tablesOfFile(full)
  await assert.rejects(moved(from, full), isStoreError('occupied', /there is in use already: its table/))
  assert.deepEqual(tablesOfFile(full), before)
  const working = folder(t)
  const service = await openStore({ dir: working, clock, newId: counter('id') })
  await service.beat({ id: 'p2', roles: 'all', startedAt: morning, reading: '', findings: '[]' }, morning)
  await service.close()
  await assert.rejects(moved(from, working), isStoreError('occupied', /another Birdwire works on it/))
  const killed = folder(t)
  const gone = await openStore({ dir: killed, clock, newId: counter('id') })
  await gone.beat({ id: 'p3', roles: 'all', startedAt: 0, reading: '', findings: '[]' }, morning - 10_001)
  await gone.close()
  await moved(from, killed)

  const to = folder(t)
  await moved(from, to)
  const after = tablesOfFile(to)
  const here = openSqlite(from)
  await createStore(here, counter('late')).commit([arrived(aPost('999999'), 'C1')], morning)
  await here.close()
  await assert.rejects(
    moved(from, to),
    isStoreError('occupied', /what was moved there at 2026-01-05T09:00.*not what it was/),
  )
  assert.deepEqual(tablesOfFile(to), after)

  for (const [change, says] of [
    ["delete from migration where name like '0002%'", /here was made by an older version \(it lacks 0002-slack\.sql\)/],
    ["insert into migration values ('9999-new.sql', '', 0)", /here was made by another version.*9999-new\.sql/],
  ] as const) {
    const dir = folder(t)
    cpSync(from, dir, { recursive: true })
    const sql = openSqlite(dir)
    await sql.query(change)
    await sql.close()
    await assert.rejects(moved(dir, folder(t)), isStoreError('newer', says))
  }
})

test('refused while a service has the folder', async t => {
  const from = await filled(t)
  const service = startChild('hold', from)
  assert.equal(await service.line(), 'open')
  await assert.rejects(moved(from, folder(t)), isStoreError('locked', new RegExp(`process ${service.pid}`)))
  await service.kill()
})

function isStoreError(code: StoreError['code'], says: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof StoreError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, says)
    return true
  }
}

test('over to PostgreSQL by the command line, killed on its way as often as one likes', {
  skip: noPostgres,
}, async t => {
  const from = await filled(t, 60)
  const before = tablesOfFile(from)
  await using server = await startPostgres()
  const url = await server.newDatabase()
  const log = path.join(folder(t), 'crashes')
  for (const n of [1, 18]) {
    const killed = await command(from, ['move', '--to', url], { CRASH_LOG: log, CRASH_AT: `mid-move:${n}` })
    assert.equal(killed.signal, 'SIGKILL', killed.text)
    assert.equal(sizeOf(await tablesOfServer(server, url)), 0)
  }
  assert.equal(readFileSync(log, 'utf8').match(/"killed":true/g)?.length, 2)
  // A password in the environment shows in no list of processes.
  const { status, text } = await command(from, ['move'], { DATABASE_URL: url })
  assert.equal(status, 0, text)
  assert.match(text, new RegExp(`${sizeOf(before).toLocaleString('en')} rows of ${before.size} tables in [\\d.]+ s`))
  assert.match(text, /post +\d+\n/)
  assert.match(text, /4 messages were under way/)
  assert.match(text, /Now set DATABASE_URL=postgres:\/\/birdwire@127\.0\.0\.1:\d+\/test_1 \(with the password/)
  assert.ok(!text.includes(new URL(url).password), text)
  const there = await tablesOfServer(server, url)
  assertCarried(before, there, movedAt(there))
  const again = await command(from, ['move', '--to', url])
  assert.match(again.text, /Nothing to do: this was moved on \d{4}-/)

  const later = movedAt(there)
  assert.deepEqual(await rest({ dir: '', databaseUrl: url }, later), await rest({ dir: from }, later))
})

/** When what was under way is to be looked for: the command goes by the machine's clock. */
function movedAt(there: Tables): number {
  const due = (there.get('delivery') ?? []).map(row => JSON.parse(row)).filter(({ why }) => /ended/.test(why))
  return Number(due[0]?.due_at)
}

test('where there is no such server, no address or no database, a sentence says so', { skip: noPostgres }, async t => {
  const from = await filled(t)
  const closed = 'postgres://birdwire:very-Secret-1@127.0.0.1:1/birdwire'
  for (const [dir, args, status, says] of [
    [from, ['--to', closed], 1, /PostgreSQL cannot be reached: .*ECONNREFUSED/],
    [
      from,
      ['--to', 'mysql://app:very-Secret-1@127.0.0.1/birdwire'],
      2,
      /--to is not an address of PostgreSQL: postgres:/,
    ],
    [from, [], 2, /--to <url> says where to/],
    [folder(t), ['--to', closed], 1, /There is no database in .*Set BIRDWIRE_DATA/],
  ] as const) {
    const wrong = await command(dir, ['move', ...args])
    assert.equal(wrong.status, status, wrong.text)
    assert.match(wrong.text, says)
    assert.ok(!wrong.text.includes('very-Secret-1'), wrong.text)
  }
})

/** The real command line; its crash points are armed. */
async function command(dir: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const root = path.join(import.meta.dirname, '../..')
  const child = spawn(
    process.execPath,
    ['--import', path.join(root, 'test/crash/arm.ts'), path.join(root, 'src/main.ts'), ...args],
    { env: { PATH: process.env['PATH'] ?? '', BIRDWIRE_DATA: dir, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      text += chunk
    })
  const [status, signal] = await once(child, 'close')
  return { status, signal, text }
}
