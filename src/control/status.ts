/** How things stand, in plain words: the networks, this channel, what waits, what could not be delivered, what was missed. */
import type { Gap } from '../domain/arrival.ts'
import type { Route } from '../domain/route.ts'
import type { SourceState } from '../source/source.ts'
import type { LaneState } from '../store/store.ts'
import { type Control, routeOf, told } from './control.ts'
import { ago, counted, duration, plain } from './words.ts'

/** Gaps looked at, and gaps that are old news. */
const gapsAsked = 50
const lostGapShownMs = 7 * 24 * 3_600_000

export const status: Control = async (deps, _who, channel) => {
  const now = deps.clock.now()
  const [findings, route, lanes, gaps] = await Promise.all([
    deps.findings(),
    routeOf(deps, channel),
    deps.store.lanes(),
    deps.store.gaps(gapsAsked),
  ])
  const lane = lanes.find(state => state.channel === channel)
  return told(
    [
      ...deps.sources().map(state => sourceLine(state, now)),
      ...findings.filter(({ ok }) => !ok).map(({ name, detail }) => `*${name}*: ${plain(detail)}`),
      ...gapLines(gaps, now),
      channelLine(route, lane),
      countLine(route),
      ...laneLines(lane, now),
    ].join('\n'),
  )
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
      return [`*${name}*: connected for ${since}, ${heard}.`, ...state.problems.map(plain)].join(' ')
    }
    case 'waiting': {
      const next = state.until === undefined ? '' : ` Next attempt in ${duration(state.until - now)}.`
      return `*${name}*: not connected for ${since}.${detail}${next}`
    }
    case 'blocked':
      return `*${name}*: stopped, and needs a person.${detail}`
  }
}

function gapLines(gaps: readonly Gap[], now: number): string[] {
  const open = gaps.filter(gap => gap.state === 'open')
  const lost = gaps.filter(gap => gap.state === 'lost' && now - gap.to < lostGapShownMs)
  return [
    ...open.map(
      gap =>
        `*Gap*: not read for ${duration(gap.to - gap.from)}, ${ago(now, gap.to)} (${plain(gap.why)}); being caught up.`,
    ),
    ...lost.map(
      gap => `*Gap*: ${duration(gap.to - gap.from)}, ${ago(now, gap.to)}, could not be caught up: ${plain(gap.how)}`,
    ),
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

function laneLines(lane: LaneState | undefined, now: number): string[] {
  if (lane === undefined) return ['Nothing has been sent here yet.']
  const last = lane.lastSentAt === undefined ? '' : ` Last message ${ago(now, lane.lastSentAt)}.`
  const lines = [`Sent here: ${counted(lane.sent, 'message')}; waiting: ${lane.pending}.${last}`]
  if (lane.unknown > 0)
    lines.push(`Being looked for in Slack, since it is not certain that they arrived: ${lane.unknown}.`)
  if (lane.dead > 0) lines.push(`Could not be delivered: ${lane.dead}. \`/birdwire dead\` shows why.`)
  return lines
}
