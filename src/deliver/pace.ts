/**
 * How fast calls of one Slack method may go out over the whole workspace: a token bucket, a hold until Retry-After, and half
 * the rate for a while after Slack complained. Pure: values in, values out. The pace of a single channel is not here: it is the
 * lane's `freeAt`, durable in the store, so channels are independent of each other.
 */
import type { Outcome } from '../domain/outcome.ts'
import { slackProbeMs, slackSlowMs } from '../limits.ts'

/** All times epoch ms. */
export interface Pace {
  /** Calls a minute while Slack is content, and how many may go out at once after a quiet time. */
  readonly perMinute: number
  readonly burst: number
  /** Calls that may begin, as of `at`. */
  readonly tokens: number
  readonly at: number
  /** Nothing begins before. */
  readonly openAt: number
  /** Until then the rate is `perMinute / slowness`. */
  readonly slowUntil: number
  readonly slowness: number
  /** After a hold one call at a time feels its way, until one goes well. */
  readonly probing: boolean
}

/** Slower than an eighth is of no use to anybody. */
const slownessMax = 8

export function newPace(perMinute: number, burst: number, now: number): Pace {
  return { perMinute, burst, tokens: burst, at: now, openAt: now, slowUntil: now, slowness: 1, probing: false }
}

/** The same from now on at another rate: others share what the workspace allows. */
export function atRate(pace: Pace, perMinute: number, burst: number, now: number): Pace {
  return pace.perMinute === perMinute
    ? pace
    : { ...filled(pace, now), perMinute, burst, tokens: Math.min(burst, filled(pace, now).tokens) }
}

/** How many calls may begin now, with `inFlight` under way. */
export function allowance(pace: Pace, now: number, inFlight: number): number {
  if (now < pace.openAt) return 0
  // Adding up fractions may leave 0.9999999 of a token.
  const whole = Math.floor(filled(pace, now).tokens + 1e-6)
  return pace.probing ? Math.min(whole, 1 - Math.min(1, inFlight)) : whole
}

/** When at least one call may begin, as far as rate and hold go. */
export function opensAt(pace: Pace, now: number): number {
  const missing = 1 - filled(pace, now).tokens
  return Math.max(pace.openAt, missing <= 1e-6 ? now : now + Math.ceil(missing / perMs(pace, now)))
}

/** `count` calls begin now. */
export function taken(pace: Pace, now: number, count: number): Pace {
  const full = filled(pace, now)
  return { ...full, tokens: full.tokens - count }
}

/** Nothing begins for `afterMs`; then one at a time. */
export function held(pace: Pace, now: number, afterMs: number): Pace {
  return { ...filled(pace, now), openAt: Math.max(pace.openAt, now + afterMs), probing: true }
}

/** What Slack's answer to a call means for those that follow. */
export function heard(pace: Pace, outcome: Outcome, now: number): Pace {
  switch (outcome.kind) {
    case 'retry': {
      if (outcome.scope === 'message') return { ...pace, probing: false }
      const next = held(pace, now, outcome.afterMs)
      // Calls that were already under way when the hold began say nothing new.
      if (outcome.limited !== true || now < pace.openAt) return next
      return {
        ...next,
        slowness: Math.min(slownessMax, (now < pace.slowUntil ? pace.slowness : 1) * 2),
        slowUntil: next.openAt + slackSlowMs,
        tokens: 1,
        at: next.openAt,
      }
    }
    case 'refused':
      return outcome.scope === 'workspace' ? held(pace, now, slackProbeMs) : { ...pace, probing: false }
    case 'unknown':
      return pace
    default:
      return { ...pace, probing: false }
  }
}

function perMs(pace: Pace, now: number): number {
  return pace.perMinute / (now < pace.slowUntil ? pace.slowness : 1) / 60_000
}

function filled(pace: Pace, now: number): Pace {
  if (now <= pace.at) return pace
  // Time before the end of a slow phase counts at the slow rate.
  const slowMs = Math.max(0, Math.min(now, pace.slowUntil) - pace.at)
  const gained =
    (slowMs * pace.perMinute) / pace.slowness / 60_000 + ((now - pace.at - slowMs) * pace.perMinute) / 60_000
  return { ...pace, tokens: Math.min(pace.burst, pace.tokens + gained), at: now }
}
