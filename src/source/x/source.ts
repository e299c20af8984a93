/**
 * X as a Source: one endless reading that spans reconnects.
 *
 *   idle        nobody wants anything: no connection (X refuses one without rules)
 *   connecting  rules are in step, the request is out
 *   streaming   lines come; rules follow the channels' wishes meanwhile; a gap before this connection is being closed
 *   waiting     until the ladder allows the next connect (reconnect.ts)
 *   blocked     the same, but only a person can help; `detail` says how. A change of wishes asks again at once
 *
 * The cursor is a time up to which everything has been handed out. It stands still from the end of a connection until the gap
 * that it left is closed or declared lost (I1). It trusts this machine's clock to within `xCatchUpMarginMs`.
 */
import type { Cursor } from '../../domain/arrival.ts'
import { type Clock, systemClock } from '../../kit/clock.ts'
import { type Random, systemRandom } from '../../kit/random.ts'
import * as limits from '../../limits.ts'
import type { Source, Wanted } from '../source.ts'
import { createBearer, type XAuth } from './bearer.ts'
import { createClient } from './client.ts'
import type { OnXEvent } from './events.ts'
import { Reading, type XLimits } from './reading.ts'
import { resolveAccounts } from './resolve.ts'
import { Status } from './status.ts'

export interface XSourceOptions {
  /** Without a slash at the end, as in https://api.x.com. */
  readonly apiUrl: string
  readonly auth: XAuth
  readonly clock?: Clock
  readonly random?: Random
  readonly onEvent?: OnXEvent
  readonly limits?: Partial<XLimits>
}

const defaults: XLimits = {
  headersMs: limits.xHeadersMs,
  stallMs: limits.xStallMs,
  markMs: limits.xMarkMs,
  holdMs: limits.xCatchUpHoldMs,
  searchDelayMs: limits.xSearchDelayMs,
  rulesEffectMs: limits.xRulesEffectMs,
  rulesCheckMs: limits.xRulesCheckMs,
  lineBytesMax: limits.xLineBytesMax,
}

export function createXSource(options: XSourceOptions): Source {
  const clock = options.clock ?? systemClock
  const random = options.random ?? systemRandom
  const apiUrl = options.apiUrl.replace(/\/+$/, '')
  const client = createClient({ apiUrl, bearer: createBearer(options.auth, apiUrl, clock), clock })
  const status = new Status(clock)
  const deps = {
    client,
    clock,
    random,
    status,
    limits: { ...defaults, ...options.limits },
    onEvent: options.onEvent ?? (() => {}),
  }
  return {
    name: 'x',
    resolve: (inputs, signal) => resolveAccounts(client, inputs, signal),
    stream: (wanted: Wanted, since: Cursor | undefined, signal: AbortSignal) =>
      new Reading(deps, wanted).run(since, signal),
    state: () => status.state(),
  }
}
