/**
 * Goal: what nobody can know (was it committed?) is asked for again and happens once; what a process held is another's soon after its death, and
 * never two's at once. Method: a real PostgreSQL behind a proxy that loses one answer, sessions that are ended, a process that is killed.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test, { after, describe } from 'node:test'
import { ManualClock } from '../../src/kit/clock.ts'
import { createStore } from '../../src/store/create.ts'
import { openTables } from '../../src/store/open.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { lockSpaces } from '../../src/store/postgres-sessions.ts'
import type { Lead, Sql } from '../../src/store/sql.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../rig/postgres-server.ts'
import { untilTrue } from '../rig/service.ts'
import { startChild } from './child.ts'
import { startProxy, type Way } from './proxy.ts'
import { aPost, arrived, claimOne, lease, morning, sent } from './samples.ts'
import { retryable } from './trouble.ts'

/** A process that leads is replaced within this time of its death. */
const takeoverMs = 5000

if (noPostgres !== false) test('sessions of PostgreSQL', { skip: noPostgres }, () => {})
else {
  const server = await startPostgres()
  after(() => server[Symbol.asyncDispose]())
  describe('sessions of PostgreSQL', { timeout: 60_000 }, () => {
    unknownCommits(server)
    leads(server)
  })
}

function unknownCommits(server: PostgresServer): void {
  /** A store whose next transaction is committed, and whose answer nobody hears. */
  async function onDeaf(
    use: (t: { store: ReturnType<typeof createStore>; loseNext: () => void; proxy: Way; url: string }) => Promise<void>,
  ): Promise<void> {
    await using proxy = await startProxy(server.port)
    const url = await server.newDatabase()
    const through = new URL(url)
    through.port = String(proxy.port)
    const sql = await openTables({ dir: '', databaseUrl: String(through), clock: new ManualClock(morning) })
    let losing = false
    const losingSql: Sql = {
      ...bound(sql),
      transaction: fn =>
        sql.transaction(async tx => {
          const result = await fn(tx)
          if (losing) proxy.deafen()
          losing = false
          return result
        }),
    }
    try {
      const loseNext = () => {
        losing = true
      }
      await use({ store: createStore(losingSql, randomUUID), loseNext, proxy, url })
    } finally {
      await sql.close()
    }
  }

  function bound(sql: Sql): Sql {
    return {
      query: (text, params) => sql.query(text, params),
      transaction: fn => sql.transaction(fn),
      listen: heard => sql.listen(heard),
      lead: (task, signal) => sql.lead(task, signal),
      close: () => sql.close(),
    }
  }

  /** The work is done, its answer is lost, and whoever asked is told that it is not known. */
  async function lost(proxy: Way, url: string, done: string, work: Promise<unknown>): Promise<void> {
    const rejected = assert.rejects(work, retryable)
    await untilTrue(async () => (await server.ask(done, url)).length > 0)
    proxy.cut()
    await rejected
  }

  test('posts whose commit got no answer are offered again, and are there once', () =>
    onDeaf(async ({ store, loseNext, proxy, url }) => {
      const batch = [arrived(aPost('1'), 'C1', 'C2')]
      loseNext()
      await lost(proxy, url, 'select 1 from post', store.commit(batch, morning))
      assert.deepEqual(await store.commit(batch, morning), ['duplicate'])
      assert.equal((await server.ask('select * from delivery', url)).length, 2)
      assert.equal(await store.cursor('x'), 'c1')
    }))

  test('a settlement whose commit got no answer is offered again, refused, and was taken', () =>
    onDeaf(async ({ store, loseNext, proxy, url }) => {
      await store.commit([arrived(aPost('1'), 'C1')], morning)
      const claim = await claimOne(store, morning)
      loseNext()
      const done = "select 1 from delivery where state = 'sent'"
      await lost(proxy, url, done, store.settle(claim, sent(morning, '17.1'), morning))
      assert.equal(await store.settle(claim, sent(morning, '17.1'), morning), false)
      assert.deepEqual(await store.claim(morning + lease, lease, 10), [])
      assert.deepEqual(await server.ask('select state, ts, attempts::int from delivery', url), [
        { state: 'sent', ts: '17.1', attempts: 1 },
      ])
    }))

  test('a claim whose commit got no answer is nobody’s until its lease ends, and is then looked for', () =>
    onDeaf(async ({ store, loseNext, proxy, url }) => {
      await store.commit([arrived(aPost('1'), 'C1')], morning)
      loseNext()
      await lost(proxy, url, "select 1 from delivery where state = 'leased'", store.claim(morning, lease, 10))
      // Its process must be seen to live: while it is not, anybody may take the lease back.
      await untilTrue(async () => (await server.ask(livingSql, url)).length > 0)
      assert.deepEqual(await store.claim(morning + lease - 1, lease, 10), [])
      const claim = await claimOne(store, morning + lease)
      assert.notEqual(claim.delivery.unknown, undefined)
    }))
}

/** Processes whose lock stands. */
const livingSql = `select 1 from pg_locks where locktype = 'advisory' and classid = ${lockSpaces.process} and granted
  and database = (select oid from pg_database where datname = current_database())`

function leads(server: PostgresServer): void {
  test('never do two lead at once, however often their sessions are ended, and somebody always leads again', async () => {
    const url = await server.newDatabase()
    const all = await Promise.all([1, 2, 3].map(() => openPostgres(url)))
    const stop = new AbortController()
    let leading = 0
    let terms = 0
    async function rule(sql: Sql): Promise<void> {
      for (;;) {
        const lead = await sql.lead('read', stop.signal)
        if (lead === undefined) return
        if (!lead.lost.aborted) {
          terms += 1
          leading += 1
          assert.equal(leading, 1, 'two lead at once')
          await until(lead, stop.signal)
          leading -= 1
        }
        await lead.release()
      }
    }
    async function overthrow(): Promise<void> {
      for (let n = 1; n <= 4; n++) {
        await untilTrue(() => stop.signal.aborted || (terms >= n && leading === 1))
        // The others wait for it, and live on.
        await server.ask(
          `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and classid = ${lockSpaces.task}
           and database = (select oid from pg_database where datname = current_database())`,
          url,
        )
      }
      await untilTrue(() => stop.signal.aborted || terms >= 5)
      stop.abort()
    }
    try {
      await Promise.all([overthrow(), ...all.map(rule)])
    } finally {
      stop.abort()
      await Promise.all(all.map(sql => sql.close()))
    }
  })

  test('what a process led and had leased is another’s within five seconds of its SIGKILL', async t => {
    const url = await server.newDatabase()
    const sql = await openTables({ dir: '', databaseUrl: url, clock: new ManualClock(morning) })
    const store = createStore(sql, randomUUID)
    await store.commit([arrived(aPost('1'), 'C1')], morning)
    const child = startChild('lead', url)
    try {
      assert.equal(await child.line(), 'leading C1')
      assert.deepEqual(await store.claim(morning, lease, 10), [], 'what a living process has leased is its own')
      let mine = false
      const waiting = sql.lead('read', AbortSignal.timeout(3 * takeoverMs)).then(lead => {
        mine = true
        return lead
      })
      // A while in which the other could be thrown out by mistake: a few looks of each.
      await new Promise(resolve => setTimeout(resolve, 1200))
      assert.equal(mine, false)
      const diedAt = performance.now()
      await child.kill()
      const late = () => performance.now() - diedAt > takeoverMs
      await untilTrue(async () => {
        const claims = await store.claim(morning, lease, 10)
        return late() || claims.some(({ delivery }) => delivery.unknown !== undefined)
      })
      const leasedMs = performance.now() - diedAt
      await untilTrue(() => mine || late())
      const ledMs = performance.now() - diedAt
      await (await waiting)?.release()
      t.diagnostic(`its lease was another's after ${Math.round(leasedMs)} ms, its task after ${Math.round(ledMs)} ms`)
      assert.ok(Math.max(leasedMs, ledMs) < takeoverMs)
    } finally {
      await child.kill()
      await store.close()
    }
  })
}

/** Until it is lost, or nobody wants to know any more. */
async function until(lead: Lead, signal: AbortSignal): Promise<void> {
  const ended = AbortSignal.any([lead.lost, signal])
  if (!ended.aborted) await new Promise(resolve => ended.addEventListener('abort', resolve, { once: true }))
}
