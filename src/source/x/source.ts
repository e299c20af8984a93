/**
 * X as a Source: one endless reading that spans reconnects.
 *
 *   idle        nobody wants anything: no connection (X refuses one without rules)
 *   connecting  rules are in step, the request is out
 *   streaming   lines come, or rounds of polling (`mode`); rules follow the channels' wishes meanwhile; a gap before is being closed
 *   waiting     until the ladder allows the next connect (reconnect.ts)
 *   blocked     the same, but only a person can help; `detail` says how. A change of wishes asks again at once. Also: the budget holds
 *
 * The cursor is a time up to which everything has been handed out. It stands still from the end of a connection until the gap
 * that it left is closed or declared lost (I1). It trusts this machine's clock to within `xCatchUpMarginMs`; one that is set while
 * Birdwire runs loses nothing.
 */
import type { Account } from '../../domain/account.ts'
import type { Arrival, Cursor } from '../../domain/arrival.ts'
import type { Reads, ReadVia } from '../../domain/reads.ts'
import { type Clock, systemClock } from '../../kit/clock.ts'
import { type Random, systemRandom } from '../../kit/random.ts'
import * as limits from '../../limits.ts'
import type { Newest, People, Source, Wanted } from '../source.ts'
import { runActivity } from './activity/activity.ts'
import { asksOf } from './asks.ts'
import { Authors } from './authors.ts'
import { createBearer, type XAuth } from './bearer.ts'
import { type Bought, createClient, postQuery } from './client.ts'
import { disconnectAll } from './connections.ts'
import type { OnXEvent } from './events.ts'
import { gonePosts } from './gone.ts'
import { members, priceOf } from './groups.ts'
import { lookUpPost } from './look-up.ts'
import { newestPost } from './newest.ts'
import { Reading, type ReadingDeps, type XLimits, type XMode } from './reading.ts'
import { resolveAccounts } from './resolve.ts'
import { snowflakeWritten } from './snowflake.ts'
import { Status } from './status.ts'
import { usageByDay } from './usage.ts'

export interface XSourceOptions {
  /** Without a slash at the end, as in https://api.x.com. */
  readonly apiUrl: string
  readonly auth: XAuth
  readonly mode: XMode
  readonly people: People
  /** Which of what X charges for beside a post is bought with it. Default: as little as does. */
  readonly authors?: Bought['authors']
  readonly quoted?: Bought['quoted']
  /** Hear of deletions by the Activity API. Default false. */
  readonly activity?: boolean
  /** What was paid for outside the stream: names somebody typed, checks. */
  readonly onReads?: (reads: Reads, via: ReadVia) => void
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
  pollMs: limits.xPollMs,
  pollAfterMs: limits.xPollAfterMs,
  streamRetryMs: limits.xStreamRetryMs,
}

export function createXSource(options: XSourceOptions): Source {
  const { mode, people, authors = 'cached', quoted = 'whole', onReads = () => {} } = options
  const clock = options.clock ?? systemClock
  const random = options.random ?? systemRandom
  const apiUrl = options.apiUrl.replace(/\/+$/, '')
  const client = createClient({ apiUrl, bearer: createBearer(options.auth, apiUrl, clock), clock })
  const status = new Status(clock, mode === 'poll' ? 'poll' : 'stream')
  const deps: ReadingDeps = {
    client,
    clock,
    random,
    status,
    limits: { ...defaults, ...options.limits },
    onEvent: options.onEvent ?? (() => {}),
    authors: new Authors({ client, people, clock, mode: authors, quoted }),
    postQuery: postQuery({ authors, quoted }),
    mode,
  }
  const groups = { client, clock, people, onReads }
  /** What is read now, and by whose wishes. */
  let current: { readonly reading: Reading; readonly wanted: Wanted } | undefined

  async function* stream(wanted: Wanted, since: Cursor | undefined, signal: AbortSignal): AsyncGenerator<Arrival> {
    const reading = new Reading(deps, wanted)
    current = { reading, wanted }
    const stopped = new AbortController()
    const hearing = options.activity
      ? runActivity(
          { ...deps, onProblem: sentence => status.activity(sentence) },
          wanted,
          postId => reading.offer({ kind: 'delete', source: 'x', postId, at: clock.now() }),
          AbortSignal.any([signal, stopped.signal]),
        )
      : undefined
    try {
      yield* reading.run(since, signal)
    } finally {
      stopped.abort()
      await hearing
    }
  }

  /** What did not come though it was written is fetched as a gap, for those who follow the account. */
  async function newest(account: Account, since: number, signal: AbortSignal): Promise<Newest> {
    const answer = await newestPost(client, account, since, signal, onReads)
    if (answer.kind !== 'missed' || current === undefined) return answer
    const routes = current.wanted
      .current()
      .map(route => ({ ...route, topics: [], follows: route.follows.filter(({ id }) => id === account.id) }))
      .filter(route => route.follows.length > 0)
    const why = `posts of @${account.handle} did not come`
    if (routes.length > 0)
      current.reading.offer({ kind: 'missed', routes, whole: false, from: since, to: clock.now(), why })
    return answer
  }

  async function gone(postIds: readonly string[], signal: AbortSignal): Promise<readonly string[] | undefined> {
    const found = await gonePosts(client, postIds, signal, onReads)
    for (const postId of found ?? []) current?.reading.offer({ kind: 'delete', source: 'x', postId, at: clock.now() })
    return found
  }

  return {
    name: 'x',
    resolve: (inputs, signal) => resolveAccounts(client, inputs, signal, { clock, people, onReads }),
    stream,
    state: () => status.state(),
    writtenAt: snowflakeWritten,
    asks: accountId => asksOf(current?.reading.rules, accountId),
    lookUp: (postId, signal) => lookUpPost({ ...deps, onReads }, postId, signal),
    priceOf: (group, signal) => priceOf(groups, group, signal),
    members: (group, price, max, signal) => members(groups, group, price, max, signal),
    newest,
    gone,
    usage: (days, signal) => usageByDay(client, days, signal),
    disconnectAll: signal => disconnectAll(client, signal),
  }
}
