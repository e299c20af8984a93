/** What a look at silence goes by: who and what is wanted now, and what used to come, as far as the two compare. Reads only. */
import type { Account } from '../domain/account.ts'
import type { Route } from '../domain/route.ts'
import { isUnlikely, type Pace, together } from '../domain/silence.ts'
import { accountSince, channelSince } from '../domain/silence-baseline.ts'
import { silenceAsk, silenceBaseMs, silenceChangesMax, silenceSay } from '../limits.ts'
import type { Source, Wanted } from '../source/source.ts'
import type { Flow, Store } from '../store/store.ts'

export interface Pictured {
  readonly account: Account
  readonly pace: Pace
  /** Channels that follow it, of those that are on. */
  readonly channels: readonly string[]
  /** Some channel takes all of its posts, so that its silence is one. */
  readonly isWhole: boolean
  /** Epoch ms; from when on its posts are expected. */
  readonly from: number
}

export interface World {
  readonly now: number
  /** What is read for now. */
  readonly routes: readonly Route[]
  /** Followed by a channel that is on and has all it wants; of whom posts are known. */
  readonly accounts: readonly Pictured[]
  readonly channels: readonly { readonly channel: string; readonly pace: Pace; readonly from: number }[]
  /** Of all that are followed; of everybody where only topics are wanted. */
  readonly stream: Pace | undefined
  /** When a channel last did not get all that it wants, for the budget's sake: epoch ms by channel. */
  readonly restricted: ReadonlyMap<string, number>
  readonly restrictedAt: number
  readonly isRestricted: boolean
  isFollowed(accountId: string): boolean
  isOn(channel: string): boolean
}

interface PictureDeps {
  readonly source: Pick<Source, 'name'>
  readonly store: Pick<Store, 'accountFlows' | 'channelFlows' | 'routes' | 'audit'>
  readonly wanted: Pick<Wanted, 'current'>
  /** As of the last picture. */
  readonly restricted: ReadonlyMap<string, number>
  readonly now: number
}

export async function picture({ source, store, wanted, restricted: before, now }: PictureDeps): Promise<World> {
  const [stored, changes, accountFlows, channelFlows] = await Promise.all([
    store.routes(),
    store.audit(undefined, silenceChangesMax),
    store.accountFlows(source.name, now - silenceBaseMs),
    store.channelFlows(source.name, now - silenceBaseMs),
  ])
  const on = stored.filter(route => route.source === source.name && !route.paused)
  const routes = wanted.current()
  const current = new Map(routes.map(route => [route.channel, wish(route)]))
  const poorer = on.filter(route => current.get(route.channel) !== wish(route))
  const restricted = new Map([...before, ...poorer.map(({ channel }) => [channel, now] as const)])
  const whole = on.filter(route => !poorer.includes(route))
  const byAccount = new Map(accountFlows.map(flow => [flow.id, flow]))
  const followed = new Set(on.flatMap(({ follows }) => follows.map(({ id }) => id)))

  const accounts: Pictured[] = []
  for (const [id, { account, routes: by }] of followers(whole)) {
    const channels = by.map(({ channel }) => channel)
    const from = latest(channels, restricted)
    const flow = byAccount.get(id)
    const since = accountSince(changes, id)
    const again = (at: number) => store.accountFlows(source.name, at)
    const pace = await comparable(flow, since, flow !== undefined && isUnlikely(flow, now, silenceAsk, from), again)
    const isWhole = by.some(({ keywords }) => keywords.length === 0)
    if (pace !== undefined) accounts.push({ account, pace, channels, isWhole, from })
  }
  const channels: World['channels'][number][] = []
  for (const { channel } of whole) {
    const from = restricted.get(channel) ?? 0
    const flow = channelFlows.find(({ id }) => id === channel)
    const since = channelSince(changes, channel)
    const again = (at: number) => store.channelFlows(source.name, at)
    const pace = await comparable(flow, since, flow !== undefined && isUnlikely(flow, now, silenceSay, from), again)
    if (pace !== undefined) channels.push({ channel, pace, from })
  }
  return {
    now,
    routes,
    accounts,
    channels,
    stream: together(followed.size === 0 ? accountFlows : accountFlows.filter(({ id }) => followed.has(id))),
    restricted,
    restrictedAt: Math.max(0, ...restricted.values()),
    isRestricted: poorer.length > 0,
    isFollowed: id => followed.has(id),
    isOn: channel => on.some(route => route.channel === channel),
  }
}

/** What the budget may take from a route. */
function wish({ follows, topics, kinds }: Route): string {
  return JSON.stringify([follows.map(({ id }) => id), topics, kinds])
}

/** What came since less was wanted last; asked for anew only where it decides something. */
async function comparable(
  flow: Flow | undefined,
  since: number,
  matters: boolean,
  again: (since: number) => Promise<readonly Flow[]>,
): Promise<Pace | undefined> {
  if (flow === undefined || !matters || since <= flow.firstAt) return flow
  const later = (await again(since)).find(({ id }) => id === flow.id)
  return later ?? { posts: 0, firstAt: flow.newestAt, newestAt: flow.newestAt }
}

function followers(routes: readonly Route[]) {
  const all = new Map<string, { readonly account: Account; readonly routes: Route[] }>()
  for (const route of routes) {
    for (const account of route.follows) {
      const known = all.get(account.id)
      if (known === undefined) all.set(account.id, { account, routes: [route] })
      else known.routes.push(route)
    }
  }
  return all
}

function latest(channels: readonly string[], restricted: ReadonlyMap<string, number>): number {
  return Math.max(0, ...channels.map(channel => restricted.get(channel) ?? 0))
}
