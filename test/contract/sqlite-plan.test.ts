/**
 * Storing and looking for work must cost the same however much was ever sent. Goal: nothing on the way of a post looks through a
 * table. Method: on a database with 100,000 sent deliveries, every statement that is really run is kept, and the engine is asked how
 * it goes about it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Grouping } from '../../src/domain/grouping.ts'
import { createStore } from '../../src/store/create.ts'
import { migrate, ownMigrations } from '../../src/store/migrate.ts'
import { type Sql, type Tx, text, type Value } from '../../src/store/sql.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { aGap, again, anAccount, aPost, arrived, deleted, fetched, morning, sent, told } from './samples.ts'
import { counter, tempFolder } from './sqlite-ground.ts'

const history = `
  with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
  insert into post (source, id, version, posted_at, arrived_at, author, body, rejected)
  select 'x', 'old' || i, 'old' || i, 1, 1, '1', '{}', '[]' from n;
  insert into lane (channel, last_seq) select 'C' || value, 100000 from json_each('[1,2,3,4,5]');
  insert into delivery (id, channel, seq, kind, source, post_id, because, state, due_at, created_at, ts, settled_at, gap, bundle)
  select 'old' || rowid, 'C' || (rowid % 5 + 1), rowid, 'post', 'x', id, '', 'sent', 1, 1, '1', 1, 'g', 'old' || (rowid - rowid % 7) from post;
  insert into bought (source, day, kind, id) select 'x', '2026-01-05', 'post', id from post;
  insert into spending (source, day, kind, via, relation, cause, account, channels, count, delivered, micros)
  select 'x', '2025-01-05', 'posts', 'stream', 'original', 'follow', id, 'C1', 1, 1, 5000 from post;
  insert into account (source, id, handle, name) select 'x', id, id, id from post;
`

/** Only what is owed is in these; they do not grow with what was sent. */
const small = /USING (COVERING )?INDEX (lane_next|lane_lease|delivery_(pending|due|held|bundled|change))\b/

/** A check of foreign keys that stands in the plan of every insert into `lane`, and is run only while a deferred one is unsettled: never here. */
function isForeignKeyCheck(text: string, step: string): boolean {
  return text.startsWith('insert into lane') && step.startsWith('SCAN delivery USING COVERING INDEX')
}

/** The same engine, keeping every statement with its parameters. */
function keeping(sql: Sql, kept: Map<string, readonly Value[]>): Sql {
  const keep =
    (tx: Pick<Tx, 'query'>) =>
    (text: string, params: readonly Value[] = []) => {
      kept.set(text, params)
      return tx.query(text, params)
    }
  return {
    query: keep(sql),
    transaction: fn => sql.transaction(tx => fn({ ...tx, query: keep(tx) })),
    listen: heard => sql.listen(heard),
    lead: (task, signal) => sql.lead(task, signal),
    close: () => sql.close(),
  }
}

test('with 100,000 sent deliveries, nothing on the way of a post looks through a table', async () => {
  const folder = tempFolder()
  try {
    const sql = openSqlite(folder.dir)
    await migrate(sql, ownMigrations(), folder.dir, morning)
    await sql.transaction(tx => tx.script(history))
    const kept = new Map<string, readonly Value[]>()
    const store = createStore(keeping(sql, kept), counter('new'))

    await store.commit([arrived(aPost('101'), 'C1', 'C2'), arrived(aPost('102'), 'C1')], morning)
    await store.commit([arrived(aPost('101', '109'), 'C1')], morning)
    const [first, second] = await store.claim(morning, 1000, 10)
    assert.ok(first && second)
    await store.settle(first, sent(morning), morning)
    await store.settle(second, again(morning, morning), morning)
    await store.claim(morning, 1000, 10)
    await store.claim(morning + 1000, 1000, 10)
    await store.commit([deleted('102')], morning)
    await store.nextDueAt()
    await store.release('C1', morning)

    const reads = { posts: ['301', 'old7'], inner: ['old8'], users: ['1'] }
    const paid = {
      source: 'x',
      at: morning,
      via: 'catch-up',
      relation: 'original',
      by: 'follow',
      account: '1',
    } as const
    const purchase = { ...paid, channels: ['C1'], delivered: 1, reads }
    const missed = ['301', '302', '303', '304', '305', '306'].map(id => ({
      ...fetched('g1', aPost(id), 'C1'),
      purchase,
    }))
    await store.change({ source: 'x', channel: 'C1' }, 'U1', morning, route => ({ route, what: 'looked' }))
    const lost = { state: 'lost', lost: 'Something.', channels: ['C1'] } as const
    await store.commit([told(aGap('g1')), ...missed, told(aGap('g1', lost))], morning)
    await store.commit([deleted('301')], morning)
    for (let now = morning; now < morning + 5000; now += 1000) {
      for (const claim of await store.claim(now, 1000, 10)) await store.settle(claim, sent(now), now)
    }
    // A pace with all that there is to look for, and more at once than a handful.
    const pace = { mode: 'live', times: [], zone: 'UTC', quiet: { from: '03:00', to: '04:00' }, perHour: 3 } as const
    await store.change({ source: 'x', channel: 'C2' }, 'U1', morning, route => ({
      route: { ...route, pace },
      what: 'set',
    }))
    for (const why of ['digest', 'quiet', 'hour', undefined] as const) {
      const some = ['1', '2', '3', '4', '5', '6', '7'].map(n => ({
        ...arrived(aPost(`4${n}${why?.length ?? 0}`)),
        deliver: [{ channel: 'C2', because: '', ...(why === undefined ? {} : { hold: { why, until: morning + 10 } }) }],
      }))
      await store.commit(some, morning)
    }
    await store.repace('C3', undefined, morning)
    for (let now = morning; now < morning + 5000; now += 1000) {
      for (const claim of await store.claim(now, 1000, 10)) await store.settle(claim, sent(now), now)
    }
    await store.commit([arrived(aPost('304', '310'), 'C1'), deleted('302')], morning)
    await store.takeDown('x', '303', morning)
    await store.rememberPeople([anAccount('1')], morning)
    await store.people('x', ['1', 'old1'])
    await store.purchase([purchase])
    await store.spending('2026-01-01', '2026-01-31')
    await store.accountFlows('x', morning - 1)
    await store.channelFlows('x', morning - 1)
    await store.shownPosts('x', morning - 1)

    const later = morning + 5000
    const speaking = (id: string, relation: 'repost' | 'quote' | 'thread', grouping: Partial<Grouping>) => {
      const of = { relation, inner: aPost('401'), replyTo: { postId: '401' } }
      const intake = arrived({ ...aPost(id), ...of }, 'C1')
      return {
        ...intake,
        deliver: intake.deliver.map(owed => ({ ...owed, grouping: { links: ['a.org/x'], ...grouping } })),
      }
    }
    await store.commit([arrived(aPost('401'), 'C1'), speaking('402', 'repost', { joins: '401' })], later)
    await store.commit([speaking('403', 'quote', { under: '401' }), speaking('404', 'thread', { under: '401' })], later)
    await store.commit([speaking('405', 'repost', { joins: '401' }), speaking('406', 'thread', {})], later)
    for (let now = later; now < later + 9000; now += 1000) {
      for (const claim of await store.claim(now, 1000, 10)) await store.settle(claim, sent(now), now)
    }
    await store.commit([speaking('407', 'repost', { joins: '401' }), deleted('403'), deleted('401')], later)
    for (const claim of await store.claim(later + 9000, 1000, 10)) await store.settle(claim, sent(later), later + 9000)

    // One that is dead, one whose message may be there, a change of hands that fails.
    await store.commit(
      [speaking('408', 'repost', { joins: '407' }), deleted('407'), arrived(aPost('409'), 'C1')],
      later,
    )
    const end = { state: 'dead', reason: 'discarded', why: 'gone' } as const
    for (let n = 0; n < 4; n++)
      for (const claim of await store.claim(later + 9000, 1000, 10))
        await store.settle(claim, { delivery: end, lane: { freeAt: later } }, later + 9000)
    for (const row of await sql.query(`select id from delivery where state = 'dead'`))
      await store.redeliver(text(row, 'id'), later + 9000, false)

    assert.ok(kept.size > 70, `${kept.size} statements`)
    for (const [text, params] of kept) {
      for (const { detail } of await sql.query(`explain query plan ${text}`, params)) {
        const step = String(detail)
        if (isForeignKeyCheck(text, step)) continue
        assert.ok(!/^SCAN (?!CONSTANT)/.test(step) || small.test(step), `${text}\n${step}`)
      }
    }
    await sql.close()
  } finally {
    folder.remove()
  }
})
