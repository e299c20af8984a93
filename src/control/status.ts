/** How things stand, in plain words: the networks, what they cost, this channel, what waits, what could not be delivered, what was missed. */
import { utcDay } from '../domain/day.ts'
import type { Finding } from '../domain/finding.ts'
import { dollars } from '../domain/money/dollars.ts'
import { monthName, monthOf } from '../domain/money/month.ts'
import type { Standing } from '../domain/money/standing.ts'
import { xRateCard } from '../domain/rate-card.ts'
import type { Route } from '../domain/route.ts'
import type { SourceState } from '../source/source.ts'
import type { GapRow, LaneState, Spending } from '../store/store.ts'
import { type Control, routeOf, told } from './control.ts'
import { gapLines, gapsAsked } from './gaps.ts'
import { isAbout, seesAll } from './may.ts'
import { ago, counted, duration, plain } from './words.ts'

/** Silences told of here; the rest is counted. */
const silencesShown = 5
/** For what a month costs. */
const monthDays = 30

/** Who may not see everything is told of this channel, and of what is everybody's. */
export const status: Control = async (deps, who, channel) => {
  const now = deps.clock.now()
  const [findings, route, lanes, gaps, spending] = await Promise.all([
    deps.findings(),
    routeOf(deps, channel),
    deps.store.lanes(),
    deps.store.gaps(gapsAsked),
    deps.store.spending(monthOf(now).from, utcDay(now)),
  ])
  const lane = lanes.find(state => state.channel === channel)
  const handles = new Set((route?.follows ?? []).map(({ handle }) => handle.toLowerCase()))
  const rooms = new Set([channel, lane?.name ?? ''])
  const sees = (detail: string) => seesAll(who) || isAbout(detail, handles, rooms)
  const facts = {
    // What cannot be had names accounts and topics of any channel.
    sources: deps.sources().map(state => (seesAll(who) ? state : { ...state, problems: [] })),
    findings: findings.filter(({ detail }) => sees(detail)),
    gaps: gaps.filter(row => seesAll(who) || row.channels.length === 0 || row.channels.includes(channel)),
  }
  return told(statusText({ ...facts, channel, route, lane, spending, money: deps.money?.standing() }, now))
}

/** All that `status` goes by. */
export interface Facts {
  readonly sources: readonly SourceState[]
  readonly findings: readonly Finding[]
  readonly channel: string
  readonly route: Route | undefined
  readonly lane: LaneState | undefined
  /** Newest first. */
  readonly gaps: readonly GapRow[]
  /** Of the calendar month. */
  readonly spending: readonly Spending[]
  /** Absent where no service runs. */
  readonly money: Standing | undefined
}

/** mrkdwn, a line a matter. `now`: epoch ms. */
export function statusText(facts: Facts, now: number): string {
  const { sources, findings, channel, route, lane, gaps, spending, money } = facts
  const silences = findings.filter(({ name }) => name === 'silence')
  // While nothing may be read the source says why.
  const held = money?.held !== undefined && sources.some(({ state }) => state === 'blocked')
  const told = ['budget', 'usage']
  const others = findings.filter(
    ({ name, ok }) => name !== 'silence' && (!ok || told.includes(name)) && !(held && name === 'budget'),
  )
  return [
    ...sources.map(state => sourceLine(state, now)),
    ...others.map(({ name, detail }) => `*${name}*: ${plain(detail)}`),
    ...silences.slice(0, silencesShown).map(({ detail }) => `*Silence*: ${plain(detail)}`),
    ...(silences.length > silencesShown ? [`*Silence*: and ${silences.length - silencesShown} more.`] : []),
    ...gapLines(gaps, channel, now),
    ...spendingLines(spending, money, now),
    channelLine(route, lane),
    countLine(route),
    ...readingLines(route, sources),
    ...laneLines(lane, now),
  ].join('\n')
}

/** One line about a network. */
export function sourceLine(state: SourceState, now: number): string {
  const since = duration(now - state.since)
  const name = state.name === 'x' ? 'X' : state.name
  const detail = state.detail === '' ? '' : ` ${plain(state.detail)}`
  switch (state.state) {
    case 'idle':
      return `*${name}*: idle, since nobody follows anything yet.`
    case 'connecting':
      return `*${name}*: connecting for ${since}.${detail}`
    case 'streaming': {
      const heard = state.lastPostAt === undefined ? 'no post yet' : `last post ${ago(now, state.lastPostAt)}`
      const polled = state.mode === 'poll'
      const how = polled ? 'asked on a schedule' : 'connected'
      const more = polled ? detail : rules(state)
      return [`*${name}*: ${how} for ${since}, ${heard}.${more}`, ...state.problems.map(plain)].join(' ')
    }
    case 'waiting': {
      const next = state.until === undefined ? '' : ` Next attempt in ${duration(state.until - now)}.`
      return `*${name}*: not connected for ${since}.${detail}${next}`
    }
    case 'blocked':
      return `*${name}*: stopped, and needs a person.${detail}`
  }
}

function rules({ rules: there }: SourceState): string {
  if (there === undefined) return ''
  const others = there.others === 0 ? '' : `, besides ${there.others} that are not Birdwire's`
  return ` ${counted(there.ours, 'rule')} of at most ${there.cap.toLocaleString('en')}${others}.`
}

function spendingLines(rows: readonly Spending[], money: Standing | undefined, now: number): readonly string[] {
  if (rows.length === 0 && money?.budget === undefined) return []
  const micros = (some: readonly Spending[]) => some.reduce((sum, row) => sum + row.micros, 0)
  const posts = rows.filter(({ kind }) => kind === 'posts')
  const sum = (of: (row: Spending) => number) => posts.reduce((total, row) => total + of(row), 0)
  const today = micros(rows.filter(({ day }) => day === utcDay(now)))
  // Without a budget what is spent is counted here only; with one, what the ledger does not have yet there.
  const spent = Math.max(money?.spent ?? 0, micros(rows) + (money?.unaccounted ?? 0))
  const budget = money?.budget === undefined ? '' : ` of at most ${dollars(money.budget)}`
  const bought = counted(
    sum(row => row.count),
    'post',
  )
  return [
    `*Spent* in ${monthName(now)}: ${dollars(spent)}${budget} (today ${dollars(today)}), for ${bought}, of which ${sum(row => row.delivered).toLocaleString('en')} went to a channel. \`/birdwire cost\` shows more.`,
  ]
}

function channelLine(route: Route | undefined, lane: LaneState | undefined): string {
  if (lane?.held !== undefined)
    return `*This channel*: held. ${plain(lane.held)} When that is put right, \`/birdwire resume\`.`
  if (route?.paused === true) return '*This channel*: paused. `/birdwire resume` lets posts come again.'
  return '*This channel*: on.'
}

function countLine(route: Route | undefined): string {
  const wants = [
    counted(route?.follows.length ?? 0, 'account'),
    counted(route?.keywords.length ?? 0, 'keyword'),
    counted(route?.topics.length ?? 0, 'topic'),
  ]
  return `Wanted here: ${wants.join(', ')}. \`/birdwire list\` shows them.`
}

/** How posts of the followed are bought for this channel, and what it would be otherwise. Only where somebody is followed: topics have one way. */
function readingLines(route: Route | undefined, sources: readonly SourceState[]): readonly string[] {
  if (route === undefined || route.follows.length === 0) return []
  const estimate = sources.find(({ name }) => name === route.source)?.estimate
  const way =
    route.reading === 'cheap'
      ? 'Read *cheap*: X sends only what can fit.'
      : 'Read *complete*: every post of the accounts is bought, and chosen here.'
  return [`${way}${estimate === undefined ? '' : comparison(estimate)}`]
}

/** Follows of all channels: they share rules, so that one channel's part cannot be told apart. */
function comparison({ postsPerDay, complete }: NonNullable<SourceState['estimate']>): string {
  const rate = (perDay: number) =>
    `about ${counted(perDay < 10 ? Number(perDay.toFixed(1)) : Math.round(perDay), 'post')} a day, ${dollars(Math.round(perDay * monthDays * xRateCard.micros.posts))} a month`
  if (complete <= postsPerDay)
    return ` The follows of all channels bring ${rate(postsPerDay)}; reading them completely costs the same.`
  return ` The follows of all channels bring ${rate(postsPerDay)}; read completely everywhere it would be ${rate(complete)}.`
}

/** "(8 for the digest)"; empty where nothing waits for the channel's pace. */
function waitingFor({ waiting = {} }: LaneState): string {
  const parts = (
    [
      ['digest', 'for the digest'],
      ['quiet', 'for the end of the quiet hours'],
      ['hour', 'for the next full hour'],
    ] as const
  ).flatMap(([why, words]) => (waiting[why] === undefined ? [] : [`${waiting[why]} ${words}`]))
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function laneLines(lane: LaneState | undefined, now: number): string[] {
  if (lane === undefined) return ['Nothing has been sent here yet.']
  const last = lane.lastSentAt === undefined ? '' : ` Last message ${ago(now, lane.lastSentAt)}.`
  const lines = [`Sent here: ${counted(lane.sent, 'message')}; waiting: ${lane.pending}${waitingFor(lane)}.${last}`]
  if (lane.unknown > 0)
    lines.push(`Being looked for in Slack, since it is not certain that they arrived: ${lane.unknown}.`)
  if (lane.dead > 0) lines.push(`Could not be delivered: ${lane.dead}. \`/birdwire dead\` shows why.`)
  return lines
}
