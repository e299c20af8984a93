/** The store over any SQL engine: each promise of the interface is one transaction of one of the files beside this one. */
import { countDead, countGaps } from './counting.ts'
import { readGaps } from './gaps.ts'
import { repace } from './gather.ts'
import { commitIntakes } from './intake.ts'
import { buy, noteUsage, readSpending, readUsage } from './ledger.ts'
import { announce, readSaid } from './lines.ts'
import { claim, nextDueAt, owedSince, redeliver, release, settle } from './outbox.ts'
import { readAccountFlows, readChannelFlows, readPeople, writeAccounts } from './people.ts'
import { beat, leave, readProcesses } from './processes.ts'
import {
  readAudit,
  readAuditRow,
  readCursor,
  readDead,
  readDrops,
  readLanes,
  readPost,
  readPostsIn,
  readShownPosts,
  readTallies,
  readWrittenSince,
} from './reading.ts'
import { forget } from './retention.ts'
import { takeDown } from './revisions.ts'
import { changeRoute, readRoutes, refreshAccounts } from './routes.ts'
import type { News, Sql, Tx } from './sql.ts'
import type { Store } from './store.ts'

/** `newId` makes an id that nothing else has: of deliveries, leases and audit rows. */
export function createStore(sql: Sql, newId: () => string): Store {
  /** One transaction, and the others hear of it. */
  const telling = <T>(news: News, work: (tx: Tx) => Promise<T>): Promise<T> =>
    sql.transaction(async tx => {
      const result = await work(tx)
      await tx.notify(news)
      return result
    })

  return {
    cursor: source => readCursor(sql, source),
    commit: (intakes, now) =>
      sql.transaction(async tx => {
        const results = await commitIntakes(tx, intakes, now, newId)
        if (intakes.some(({ arrival }) => arrival.kind !== 'mark' && arrival.kind !== 'drop')) await tx.notify('work')
        return results
      }),

    routes: () => sql.transaction(tx => readRoutes(tx)),
    change: (key, who, now, decide) =>
      sql.transaction(async tx => {
        const change = await changeRoute(tx, key, who, now, decide, newId)
        if (change === undefined) return undefined
        await tx.notify('routes')
        await tx.notify('work')
        return change
      }),
    audit: (channel, limit) => readAudit(sql, channel, limit),
    auditRow: id => readAuditRow(sql, id),
    repace: (channel, hold, now) => telling('work', tx => repace(tx, channel, hold, now)),
    refreshAccounts: accounts => sql.transaction(tx => refreshAccounts(tx, accounts)),
    async nameChannel(channel, name) {
      await sql.query(
        'insert into channel_name (channel, name) values ($1, $2) on conflict (channel) do update set name = excluded.name',
        [channel, name],
      )
    },

    purchase: async purchases => {
      await telling('money', tx => buy(tx, purchases))
    },
    spending: (from, to) => readSpending(sql, from, to),
    noteUsage: (source, usage) => sql.transaction(tx => noteUsage(tx, source, usage)),
    usage: (source, from, to) => readUsage(sql, source, from, to),
    people: (source, ids) => sql.transaction(tx => readPeople(tx, source, ids)),
    rememberPeople: (accounts, now) => sql.transaction(tx => writeAccounts(tx, accounts, now)),
    accountFlows: (source, since) => readAccountFlows(sql, source, since),
    channelFlows: (source, since) => readChannelFlows(sql, source, since),
    announce: (lines, now) => telling('work', tx => announce(tx, lines, now, newId)),
    said: prefix => readSaid(sql, prefix),
    async retract(key) {
      await sql.query('delete from said where key = $1', [key])
    },
    shownPosts: (source, since) => readShownPosts(sql, source, since),
    takeDown: (source, postId, now) => telling('work', tx => takeDown(tx, source, postId, now, newId)),

    claim: (now, leaseMs, limit) => sql.transaction(tx => claim(tx, { now, leaseUntil: now + leaseMs, limit, newId })),
    settle: (claimed, settlement, now) =>
      sql.transaction(async tx => {
        const kept = await settle(tx, claimed, settlement, now, newId)
        // The routes of a channel that is gone are paused.
        if (settlement.lane.gone !== undefined) await tx.notify('routes')
        return kept
      }),
    nextDueAt: () => nextDueAt(sql),
    owedSince: now => owedSince(sql, now),
    release: channel => telling('work', tx => release(tx, channel)),
    dead: limit => readDead(sql, limit),
    deadCounts: () => countDead(sql),
    redeliver: (id, now, force) => telling('work', tx => redeliver(tx, id, now, force)),

    forget: (terms, now) => sql.transaction(tx => forget(tx, terms, now)),

    lanes: () => sql.transaction(readLanes),
    tallies: () => readTallies(sql),
    drops: limit => readDrops(sql, limit),
    gaps: limit => readGaps(sql, limit),
    gapCounts: () => countGaps(sql),
    post: (source, id) => sql.transaction(tx => readPost(tx, source, id)),
    postsIn: (channel, ts) => readPostsIn(sql, channel, ts),
    writtenSince: (source, since, limit) => sql.transaction(tx => readWrittenSince(tx, source, since, limit)),
    beat: (process, now) => sql.transaction(tx => beat(tx, process, now)),
    leave: id => leave(sql, id),
    processes: since => readProcesses(sql, since),
    listen: heard => sql.listen(heard),
    lead: (task, signal, refused) => sql.lead(task, signal, refused),
    close: () => sql.close(),
  }
}
