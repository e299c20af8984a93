/**
 * When to connect to the stream again. Pure: what happened, the time and a chance in; the next state and what to do out.
 *
 *   an open stream ended            → at once, but only once; then as after a network error
 *   network error, or no headers    → +250 ms each time, at most 16 s
 *   5xx and what nobody can explain → 5 s, doubled, at most 320 s
 *   429                             → when its reset says; else 60 s, doubled
 *   429 TooManyConnections          → 10 s, doubled, at most 320 s: a ghost of our last connection goes away by itself
 *   401 three times in a row, 402, 403, 409, usage cap → blocked: a person is told; asked again every 5 minutes, so that
 *                                     it heals without a restart
 *
 * All of it starts anew after 60 s of healthy stream, and never are there more than 50 connects in 15 minutes.
 * docs.x.com/x-api/fundamentals/handling-disconnections
 */
import { doubling, jittered, linear } from '../../kit/backoff.ts'
import type { Random } from '../../kit/random.ts'
import { xConnectsPer15MinMax, xHealthyMs } from '../../limits.ts'
import type { XError } from './errors.ts'

const windowMs = 15 * 60_000
const tcpStepMs = 250
const tcpMaxMs = 16_000
const httpFirstMs = 5000
const httpMaxMs = 320_000
const limitedFirstMs = 60_000
const limitedMaxMs = windowMs
const ghostFirstMs = 10_000
/** How soon a state that needs a person is looked at again. */
export const reprobeMs = 300_000
/** One 401 may be a hiccup of X's; three in a row are a token that is no good. */
export const unauthorizedInARowMax = 3

export interface Ladder {
  /** Failures since the last healthy stream, by rung. */
  readonly tcp: number
  readonly http: number
  readonly limited: number
  readonly ghosts: number
  readonly unauthorized: number
  /** The one immediate reconnect has been used. */
  readonly immediateUsed: boolean
  /** Epoch ms of the connects of the last 15 minutes, oldest first. */
  readonly connects: readonly number[]
}

export const freshLadder: Ladder = {
  tcp: 0,
  http: 0,
  limited: 0,
  ghosts: 0,
  unauthorized: 0,
  immediateUsed: false,
  connects: [],
}

/** How a connection or an attempt at one ended. */
export type Ending =
  /** It had been open since `openedAt` (epoch ms). */
  | { readonly kind: 'dropped'; readonly openedAt: number; readonly why: string }
  /** It never opened. */
  | { readonly kind: 'failed'; readonly error: XError }

/** `until` is epoch ms. `blocked`: only a person can help, and `why` says how; it is still tried at `until`. */
export interface Next {
  readonly kind: 'wait' | 'blocked'
  readonly until: number
  readonly why: string
}

/** To be called when a connect is made. */
export function connecting(ladder: Ladder, now: number): Ladder {
  return { ...ladder, connects: [...ladder.connects.filter(at => at > now - windowMs), now] }
}

/** The next state, and when to connect again. */
export function ended(
  ladder: Ladder,
  ending: Ending,
  now: number,
  random: Random,
): { readonly ladder: Ladder; readonly next: Next } {
  const { ladder: climbed, next } = climb(ladder, ending, now, random)
  return { ladder: climbed, next: { ...next, until: Math.max(next.until, allowedAt(climbed, now, random)) } }
}

/** Epoch ms from which another connect keeps within 50 in 15 minutes. */
export function allowedAt(ladder: Ladder, now: number, random: Random): number {
  // One in the future was noted before the clock was set back.
  const recent = ladder.connects.filter(at => at > now - windowMs && at <= now)
  const freeing = recent[recent.length - xConnectsPer15MinMax]
  return freeing === undefined ? now : freeing + windowMs + Math.round(random() * 1000)
}

function climb(ladder: Ladder, ending: Ending, now: number, random: Random): { ladder: Ladder; next: Next } {
  if (ending.kind === 'dropped') {
    const rested = now - ending.openedAt >= xHealthyMs ? { ...freshLadder, connects: ladder.connects } : ladder
    const open = { ...rested, unauthorized: 0 }
    if (!open.immediateUsed) {
      return { ladder: { ...open, immediateUsed: true }, next: { kind: 'wait', until: now, why: ending.why } }
    }
    return step({ ...open, tcp: open.tcp + 1 }, linear(open.tcp + 1, tcpStepMs, tcpMaxMs, random), now, ending.why)
  }
  const { error } = ending
  const calm = error.kind === 'unauthorized' ? ladder : { ...ladder, unauthorized: 0 }
  switch (error.kind) {
    case 'network':
    case 'timeout':
    case 'aborted':
      return step({ ...calm, tcp: calm.tcp + 1 }, linear(calm.tcp + 1, tcpStepMs, tcpMaxMs, random), now, error.why)
    case 'rate-limited': {
      const limited = calm.limited + 1
      const waitMs =
        error.retryAt === undefined
          ? doubling(limited, limitedFirstMs, limitedMaxMs, random)
          : error.retryAt - now + Math.round(random() * 1000)
      return step({ ...calm, limited }, waitMs, now, error.why)
    }
    case 'too-many-connections': {
      const ghosts = calm.ghosts + 1
      return step({ ...calm, ghosts }, doubling(ghosts, ghostFirstMs, httpMaxMs, random), now, error.why)
    }
    case 'unauthorized': {
      const unauthorized = calm.unauthorized + 1
      if (unauthorized >= unauthorizedInARowMax) return block({ ...calm, unauthorized }, now, error.why, random)
      return step({ ...calm, unauthorized }, doubling(unauthorized, httpFirstMs, httpMaxMs, random), now, error.why)
    }
    case 'no-credits':
    case 'forbidden':
    case 'usage-cap':
    case 'no-rules':
    case 'rule-cap':
      return block(calm, now, error.why, random)
    case 'bad-request':
    case 'not-found':
    case 'server':
    case 'too-large':
    case 'bad-answer': {
      const http = calm.http + 1
      return step({ ...calm, http }, doubling(http, httpFirstMs, httpMaxMs, random), now, error.why)
    }
  }
}

function step(ladder: Ladder, waitMs: number, now: number, why: string): { ladder: Ladder; next: Next } {
  return { ladder, next: { kind: 'wait', until: now + waitMs, why } }
}

function block(ladder: Ladder, now: number, why: string, random: Random): { ladder: Ladder; next: Next } {
  return { ladder, next: { kind: 'blocked', until: now + jittered(reprobeMs, random), why } }
}
