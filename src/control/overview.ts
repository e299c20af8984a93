/**
 * How things stand as data, for those who look at more than one line: what a channel wants with what it brings and costs, and everything at a
 * glance for one person. Who asks for everything says which channels they may see; nothing of another channel is in the answer.
 */
import type { Account } from '../domain/account.ts'
import { utcDay } from '../domain/day.ts'
import { dayPlus, monthName, monthOf } from '../domain/money/month.ts'
import { byChannel, byWish, wishKey } from '../domain/money/spent.ts'
import { emptyRoute, type Route } from '../domain/route.ts'
import { ratesDays } from '../limits.ts'
import type { DeadDelivery, GapRow, LaneState, Spending } from '../store/store.ts'
import type { ControlDeps } from './control.ts'
import { spentLine, standingOf } from './cost.ts'
import { deadOf } from './dead.ts'
import { gapLine, gapsAsked } from './gaps.ts'
import { isAbout } from './may.ts'
import { sourceLine } from './status.ts'
import { plain } from './words.ts'

/** Somebody whom a channel follows. */
export interface FollowRow {
  readonly account: Account
  /** Epoch ms of the newest post that came this month or in the days before; absent: none did. */
  readonly lastPostAt?: number
  /** Millionths of a dollar, this month, for this channel. */
  readonly micros: number
}

export interface ChannelOverview {
  readonly channel: string
  readonly route: Route
  /** The newest change, by which what was shown is found again; undefined: there was none. */
  readonly change: string | undefined
  /** In the order in which they were followed. */
  readonly follows: readonly FollowRow[]
  /** Millionths of a dollar, this month, for this channel. */
  readonly micros: number
  /** "November". */
  readonly month: string
  readonly lane: LaneState | undefined
  /** Epoch ms. */
  readonly at: number
}

/** A channel without a route is shown as one that wants nothing. */
export async function channelOverview(deps: ControlDeps, channel: string): Promise<ChannelOverview> {
  const { store, source, clock } = deps
  const at = clock.now()
  // First the change, then what is there: a change in between is then one that was not shown.
  const [newest] = await store.audit(channel, 1)
  const [routes, lanes, flows, spending] = await Promise.all([
    store.routes(),
    store.lanes(),
    store.accountFlows(source.name, Date.parse(monthOf(at).from)),
    store.spending(monthOf(at).from, utcDay(at)),
  ])
  const route = newest?.after ?? routes.find(other => other.channel === channel) ?? emptyRoute(source.name, channel)
  const last = new Map(flows.map(({ id, newestAt }) => [id, newestAt]))
  const rows = spending.filter(row => row.source === source.name)
  const costs = new Map(byWish(rows).bills.map(({ id, micros }) => [id, micros]))
  return {
    channel,
    route,
    change: newest?.id,
    follows: route.follows.map(account => {
      const lastPostAt = last.get(account.id)
      const micros = costs.get(wishKey(channel, account.id)) ?? 0
      return { account, micros, ...(lastPostAt === undefined ? {} : { lastPostAt }) }
    }),
    micros: byChannel(rows).bills.find(({ id }) => id === channel)?.micros ?? 0,
    month: monthName(at),
    lane: lanes.find(lane => lane.channel === channel),
    at,
  }
}

/** What a channel wanted when this change was the newest; undefined: no such change of that channel is known. */
export async function routeAfter(
  deps: ControlDeps,
  channel: string,
  change: string | undefined,
): Promise<Route | undefined> {
  if (change === undefined) return emptyRoute(deps.source.name, channel)
  const row = await deps.store.auditRow(change)
  return row?.channel === channel ? row.after : undefined
}

export interface ChannelRow {
  readonly channel: string
  readonly route: Route
  readonly lane: LaneState | undefined
  /** Millionths of a dollar, this month. */
  readonly micros: number
}

export interface HomeOverview {
  /** The networks, what is silent, what was missed: a line each, mrkdwn. */
  readonly lines: readonly string[]
  /** What is spent, mrkdwn; undefined for whom it does not concern. */
  readonly spent: string | undefined
  /** The dearest first. */
  readonly channels: readonly ChannelRow[]
  /** What could not be delivered in them, newest first. */
  readonly dead: readonly DeadDelivery[]
  readonly at: number
}

/** What one person may see: the channels, and whether what is everybody's (money, silences of any channel) is theirs to know. */
export interface Sight {
  readonly channels: ReadonlySet<string> | 'all'
  readonly money: boolean
}

export async function homeOverview(deps: ControlDeps, sight: Sight): Promise<HomeOverview> {
  const { store, source, clock } = deps
  const at = clock.now()
  const month = monthOf(at)
  const before = dayPlus(utcDay(at), -ratesDays)
  const [routes, lanes, gaps, findings, spending, dead] = await Promise.all([
    store.routes(),
    store.lanes(),
    store.gaps(gapsAsked),
    deps.findings(),
    store.spending(before < month.from ? before : month.from, utcDay(at)),
    deadOf(deps, undefined),
  ])
  const sees = (channel: string): boolean => sight.channels === 'all' || sight.channels.has(channel)
  const seen = routes.filter(route => route.source === source.name && sees(route.channel))
  const rows = spending.filter(row => row.source === source.name)
  const ofMonth = rows.filter(({ day }) => day >= month.from)
  const costs = new Map(byChannel(ofMonth).bills.map(({ id, micros }) => [id, micros]))
  const everything = sight.channels === 'all'
  const rooms = new Set(
    seen.flatMap(({ channel }) => [channel, lanes.find(lane => lane.channel === channel)?.name ?? '']),
  )
  const handles = new Set(seen.flatMap(({ follows }) => follows.map(({ handle }) => handle.toLowerCase())))
  return {
    lines: [
      // Its problems name accounts and topics of any channel.
      ...deps.sources().map(state => sourceLine(everything ? state : { ...state, problems: [] }, at)),
      ...findings
        .filter(({ name, detail }) => name === 'silence' && (everything || isAbout(detail, handles, rooms)))
        .map(({ detail }) => `*Silence*: ${plain(detail)}`),
      ...findings
        .filter(({ name, ok }) => name !== 'silence' && !ok && everything)
        .map(({ name, detail }) => `*${name}*: ${plain(detail)}`),
      ...gapsSeen(gaps, sees).map(gap => `*Gap, ${gap.state}*: ${gapLine(gap, at)}`),
    ],
    spent: sight.money ? spentSoFar(deps, routes, rows, ofMonth, at) : undefined,
    channels: seen
      .map(route => ({
        channel: route.channel,
        route,
        lane: lanes.find(({ channel }) => channel === route.channel),
        micros: costs.get(route.channel) ?? 0,
      }))
      .toSorted((a, b) => b.micros - a.micros || (a.channel < b.channel ? -1 : 1)),
    dead: dead.filter(({ channel }) => sees(channel)).toSorted((a, b) => b.at - a.at),
    at,
  }
}

function spentSoFar(
  deps: ControlDeps,
  routes: readonly Route[],
  rows: readonly Spending[],
  ofMonth: readonly Spending[],
  at: number,
): string {
  const wanted = routes.filter(route => route.source === deps.source.name && !route.paused)
  return spentLine(standingOf(deps, ofMonth), rows, wanted, at)
}

/** What is open or lost, in these channels; one that names no channel concerns everybody. */
function gapsSeen(gaps: readonly GapRow[], sees: (channel: string) => boolean): readonly GapRow[] {
  return gaps.filter(
    ({ state, channels }) => state !== 'closed' && (channels.length === 0 || channels.some(channel => sees(channel))),
  )
}
