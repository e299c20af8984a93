/** The store over any SQL engine: each promise of the interface is one transaction of one of the files beside this one. */
import { readGaps } from './gaps.ts'
import { commitIntakes } from './intake.ts'
import { buy, noteUsage, readSpending, readUsage } from './ledger.ts'
import { announce, readSaid } from './lines.ts'
import { claim, nextDueAt, redeliver, release, repace, settle } from './outbox.ts'
import { readAccountFlows, readChannelFlows, readPeople, writeAccounts } from './people.ts'
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
import { takeDown } from './revisions.ts'
import { changeRoute, readRoutes, refreshAccounts } from './routes.ts'
import type { Sql } from './sql.ts'
import type { Store } from './store.ts'

/** `newId` makes an id that nothing else has: of deliveries, leases and audit rows. */
export function createStore(sql: Sql, newId: () => string): Store {
  return {
    cursor: source => readCursor(sql, source),
    commit: (intakes, now) => sql.transaction(tx => commitIntakes(tx, intakes, now, newId)),

    routes: () => sql.transaction(tx => readRoutes(tx)),
    change: (key, who, now, decide) => sql.transaction(tx => changeRoute(tx, key, who, now, decide, newId)),
    audit: (channel, limit) => readAudit(sql, channel, limit),
    auditRow: id => readAuditRow(sql, id),
    repace: (channel, hold, now) => sql.transaction(tx => repace(tx, channel, hold, now)),
    refreshAccounts: accounts => sql.transaction(tx => refreshAccounts(tx, accounts)),
    async nameChannel(channel, name) {
      await sql.query(
        'insert into channel_name (channel, name) values ($1, $2) on conflict (channel) do update set name = excluded.name',
        [channel, name],
      )
    },

    purchase: async purchases => {
      await sql.transaction(tx => buy(tx, purchases))
    },
    spending: (from, to) => readSpending(sql, from, to),
    noteUsage: (source, usage) => sql.transaction(tx => noteUsage(tx, source, usage)),
    usage: (source, from, to) => readUsage(sql, source, from, to),
    people: (source, ids) => sql.transaction(tx => readPeople(tx, source, ids)),
    rememberPeople: (accounts, now) => sql.transaction(tx => writeAccounts(tx, accounts, now)),
    accountFlows: (source, since) => readAccountFlows(sql, source, since),
    channelFlows: (source, since) => readChannelFlows(sql, source, since),
    announce: (lines, now) => sql.transaction(tx => announce(tx, lines, now, newId)),
    said: prefix => readSaid(sql, prefix),
    async retract(key) {
      await sql.query('delete from said where key = $1', [key])
    },
    shownPosts: (source, since) => readShownPosts(sql, source, since),
    takeDown: (source, postId, now) => sql.transaction(tx => takeDown(tx, source, postId, now, newId)),

    claim: (now, leaseMs, limit) => sql.transaction(tx => claim(tx, { now, leaseUntil: now + leaseMs, limit, newId })),
    settle: (claimed, settlement, now) => sql.transaction(tx => settle(tx, claimed, settlement, now, newId)),
    nextDueAt: () => nextDueAt(sql),
    release: channel => sql.transaction(tx => release(tx, channel)),
    dead: limit => readDead(sql, limit),
    redeliver: (id, now, force) => sql.transaction(tx => redeliver(tx, id, now, force)),

    lanes: () => sql.transaction(readLanes),
    tallies: () => readTallies(sql),
    drops: limit => readDrops(sql, limit),
    gaps: limit => readGaps(sql, limit),
    post: (source, id) => sql.transaction(tx => readPost(tx, source, id)),
    postsIn: (channel, ts) => readPostsIn(sql, channel, ts),
    writtenSince: (source, since, limit) => sql.transaction(tx => readWrittenSince(tx, source, since, limit)),
    listen: heard => sql.listen(heard),
    lead: (task, signal) => sql.lead(task, signal),
    close: () => sql.close(),
  }
}
