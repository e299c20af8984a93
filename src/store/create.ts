/** The store over any SQL engine: each promise of the interface is one transaction of one of the files beside this one. */
import { commitIntakes } from './intake.ts'
import { claim, nextDueAt, redeliver, release, settle } from './outbox.ts'
import { readAudit, readCursor, readDead, readDrops, readGaps, readLanes, readPost, readTallies } from './reading.ts'
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
    refreshAccounts: accounts => sql.transaction(tx => refreshAccounts(tx, accounts)),
    async nameChannel(channel, name) {
      await sql.query(
        'insert into channel_name (channel, name) values ($1, $2) on conflict (channel) do update set name = excluded.name',
        [channel, name],
      )
    },

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
    close: () => sql.close(),
  }
}
