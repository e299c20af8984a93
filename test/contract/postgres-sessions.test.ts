/**
 * Goal: of a commit whose answer was lost it is found out whether it happened, and what nobody can find out is asked for again and happens once; what a process held is another's soon after its death, and
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
import type { Store } from '../../src/store/store.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../rig/postgres-server.ts'
import { untilTrue } from '../rig/service.ts'
import { startChild } from './child.ts'
import { startProxy, type Way } from './proxy.ts'
import { anIntake, aPost, arrived, lease, morning, sent } from './samples.ts'
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
  /** A store whose next commit `before` is told of. */
  async function onProxy(
    use: (t: {
      store: Store
      sql: Sql
      before: (commit: () => void) => void
      proxy: Way
      url: string
    }) => Promise<void>,
  ): Promise<void> {
    await using proxy = await startProxy(server.port)
    const url = await server.newDatabase()
    const through = new URL(url)
    through.port = String(proxy.port)
    const sql = await openTables({ dir: '', databaseUrl: String(through), clock: new ManualClock(morning) })
    let commit = () => {}
    const toldSql: Sql = {
      query: (text, params) => sql.query(text, params),
      transaction: fn =>
        sql.transaction(async tx => {
          const result = await fn(tx)
          commit()
          commit = () => {}
          return result
        }),
      listen: heard => sql.listen(heard),
      lead: (task, signal) => sql.lead(task, signal),
      close: () => sql.close(),
    }
    const before = (told: () => void) => {
      commit = told
    }
    try {
      await use({ store: createStore(toldSql, randomUUID), sql, before, proxy, url })
    } finally {
      await sql.close()
    }
  }

  /** The work is done and its answer is lost: what it comes to, once PostgreSQL can be asked. */
  async function unheard<T>(proxy: Way, url: string, done: string, work: Promise<T>): Promise<T> {
    await untilTrue(async () => (await server.ask(done, url)).length > 0)
    proxy.cut()
    return await work
  }

  const batch = [
    arrived(aPost('1'), 'C1', 'C2'),
    anIntake({ kind: 'drop', reason: 'cut', detail: 'half a line', at: morning, cursor: 'c2' }),
  ]

  test('a commit that got no answer has happened: what it did is told as ever, and counted once', () =>
    onProxy(async ({ store, before, proxy, url }) => {
      before(() => proxy.deafenAt('commit'))
      const results = await unheard(proxy, url, 'select 1 from post', store.commit(batch, morning))
      assert.deepEqual(results, ['stored', 'dropped'])
      assert.deepEqual(
        (await store.tallies()).map(({ count }) => count),
        [1, 1],
      )
      const claims = "select 1 from delivery where state = 'leased'"
      before(() => proxy.deafenAt('commit'))
      const [claim, other] = await unheard(proxy, url, claims, store.claim(morning, lease, 10))
      assert.ok(claim !== undefined && other !== undefined && claim.delivery.unknown === undefined)
      before(() => proxy.deafenAt('commit'))
      const settled = "select 1 from delivery where state = 'sent'"
      assert.ok(await unheard(proxy, url, settled, store.settle(claim, sent(morning, '17.1'), morning)))
      assert.deepEqual(await server.ask("select ts, attempts::int from delivery where state = 'sent'", url), [
        { ts: '17.1', attempts: 1 },
      ])
    }))

  test('a commit that was not heard has not happened: it is asked for again', () =>
    onProxy(async ({ store, before, proxy, url }) => {
      before(() => proxy.cutAt('commit'))
      await assert.rejects(store.commit(batch, morning), retryable)
      assert.deepEqual(await server.ask('select * from post', url), [])
      assert.deepEqual(await store.commit(batch, morning), ['stored', 'dropped'])
    }))

  test('a commit of which nobody can say whether it happened is asked for again, and posts nothing twice', () =>
    onProxy(async ({ store, sql, before, proxy, url }) => {
      before(() => proxy.deafenAt('commit'))
      const rejected = assert.rejects(store.commit(batch, morning), retryable)
      await untilTrue(async () => (await server.ask('select 1 from post', url)).length > 0)
      // The process stops before PostgreSQL can be asked.
      const closed = sql.close()
      proxy.cut()
      await Promise.all([rejected, closed])
      const again = createStore(await openPostgres(url), randomUUID)
      try {
        assert.deepEqual(await again.commit(batch, morning), ['duplicate', 'dropped'])
        assert.equal((await server.ask('select * from delivery', url)).length, 2)
        assert.equal(await again.cursor('x'), batch.at(-1)?.arrival.cursor)
      } finally {
        await again.close()
      }
    }))
}

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
