/**
 * Fetches what was written while the stream was not read: the posts of every followed account, and what recent search finds for the
 * topics. Whole posts come back, oldest first, some of them read before: whoever stores them knows them by their id.
 * What can never be fetched is a sentence in `problems`; what may be had later is in `again`. Paging is bounded, so that a `next_token`
 * that never ends cannot spend for ever.
 * docs.x.com/x-api/posts/timelines/introduction, docs.x.com/x-api/posts/search-recent-posts
 */
import type { Route } from '../../domain/route.ts'
import { doubling } from '../../kit/backoff.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Random } from '../../kit/random.ts'
import {
  xCatchUpConcurrency,
  xCatchUpMarginMs,
  xCatchUpMsMax,
  xCatchUpPagesMax,
  xSearchCharsMax,
} from '../../limits.ts'
import { postFields, type XClient } from './client.ts'
import type { Answer, XError, XErrorKind } from './errors.ts'
import { either, pack, topicTexts } from './rules/plan.ts'
import { type Envelope, envelope } from './schema.ts'
import { snowflakeAt } from './snowflake.ts'
import { type Reading, toPosts } from './to-post.ts'

export interface Fetched {
  /** Oldest first; what could not be read as a post before all of them. */
  readonly readings: readonly Reading[]
  /** What is lost, a sentence each. */
  readonly problems: readonly string[]
  /** What a person should know though nothing failed, a sentence each. */
  readonly notes: readonly string[]
  /** What could not be asked for now and is to be asked for again; empty when all was. */
  readonly again: readonly Route[]
  /** Why it is to be asked for again. */
  readonly trouble?: XError
}

export interface Interval {
  /** Epoch ms. */
  readonly from: number
  readonly to: number
}

export interface GapDeps {
  readonly client: XClient
  readonly clock: Clock
  readonly random: Random
}

const triesMax = 4
/** A wait for a rate limit longer than this is not worth holding a gap open for. */
const limitWaitMsMax = 15 * 60_000
/** A minute of slack: X's clock decides what is seven days ago. */
const slackMs = 60_000

/** Everything that the followed accounts wrote since the interval began. */
export async function fetchAccounts(
  deps: GapDeps,
  routes: readonly Route[],
  interval: Interval,
  signal: AbortSignal,
): Promise<Fetched> {
  const accounts = new Map(routes.flatMap(route => route.follows.map(account => [account.id, account.handle])))
  const queue = [...accounts]
  const fetched: Fetched[] = []
  const failed = new Set<string>()
  let trouble: XError | undefined
  let hopeless = false
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [id, handle] = next
      if (hopeless) {
        failed.add(id)
        continue
      }
      const query = { ...postFields, max_results: '100', since_id: since(deps.clock, interval) }
      const pages = await fetchPages(deps, `/2/users/${id}/tweets`, query, 'pagination_token', signal)
      fetched.push({ ...toFetched(pages, `the posts of @${handle}`), notes: withheld(pages, handle) })
      if (pages.error === undefined || !mayPass(pages.error)) continue
      failed.add(id)
      trouble ??= pages.error
      hopeless ||= isHopeless(pages.error.kind)
    }
  }
  await Promise.all(Array.from({ length: xCatchUpConcurrency }, worker))
  const again = routes
    .map(route => ({ ...route, topics: [], follows: route.follows.filter(({ id }) => failed.has(id)) }))
    .filter(route => route.follows.length > 0)
  return merge(fetched, again, trouble)
}

/** X answers for an account that it gives nobody with 200, no posts and an error. */
function withheld({ pages }: Pages, handle: string): readonly string[] {
  const [page] = pages
  const error = page?.errors?.find(each => each !== null)
  if (!error || (Array.isArray(page?.data) && page.data.length > 0)) return []
  return [`X gives no posts of @${handle}: ${(error.detail ?? error.title ?? 'no reason given').slice(0, 200)}`]
}

/**
 * What recent search finds for the topics. X's search is asked up to the end of the interval, which must be `xSearchDelayMs` past:
 * without an explicit end it leaves out the last half minute.
 */
export async function fetchTopics(
  deps: GapDeps,
  routes: readonly Route[],
  interval: Interval,
  signal: AbortSignal,
): Promise<Fetched> {
  const { texts, problems } = topicTexts(routes, xSearchCharsMax)
  const fetched: Fetched[] = [{ ...nothing, problems, notes: texts.length === 0 ? [] : [searchLimits] }]
  let trouble: XError | undefined
  for (const query of pack(texts, xSearchCharsMax).map(either)) {
    const end = new Date(Math.ceil(interval.to / 1000) * 1000).toISOString().replace('.000Z', 'Z')
    const search = { ...postFields, query, max_results: '100', end_time: end, since_id: since(deps.clock, interval) }
    const pages = await fetchSearch(deps, search, signal)
    fetched.push(toFetched(pages, `the topic search ${query.slice(0, 80)}`))
    if (pages.error === undefined || !mayPass(pages.error)) continue
    trouble ??= pages.error
    if (isHopeless(pages.error.kind)) break
  }
  const again = trouble === undefined ? [] : routes.filter(route => route.topics.length > 0)
  return merge(fetched, again, trouble)
}

const nothing: Fetched = { readings: [], problems: [], notes: [], again: [] }

/** docs.x.com/x-api/posts/search/integrate/operators: recent search returns no reposts, and looks only at a post's own text. */
const searchLimits =
  "X's search, asked for the topics, finds neither reposts nor posts that match only by what they quote."

async function fetchSearch(
  deps: GapDeps,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Pages> {
  const path = '/2/tweets/search/recent'
  const first = await fetchPages(deps, path, query, 'next_token', signal)
  // An id that is too old is answered with the oldest one that X would take.
  const oldest = first.error?.kind === 'bad-request' ? /larger than (\d{1,20})/.exec(first.error.why)?.[1] : undefined
  return oldest === undefined ? first : fetchPages(deps, path, { ...query, since_id: oldest }, 'next_token', signal)
}

function since(clock: Clock, { from }: Interval): string {
  return snowflakeAt(Math.max(from - xCatchUpMarginMs, clock.now() - xCatchUpMsMax + slackMs))
}

interface Pages {
  readonly pages: readonly Envelope[]
  readonly error?: XError
  /** X had more than is fetched for one gap. */
  readonly more: boolean
}

async function fetchPages(
  deps: GapDeps,
  path: string,
  query: Readonly<Record<string, string>>,
  pageParameter: string,
  signal: AbortSignal,
): Promise<Pages> {
  const pages: Envelope[] = []
  const seen = new Set<string>()
  let token: string | undefined
  while (pages.length < xCatchUpPagesMax) {
    const paged = token === undefined ? query : { ...query, [pageParameter]: token }
    const answer = await insisting(deps, signal, () => deps.client.ask({ path, query: paged }, envelope, signal))
    if (!answer.ok) return { pages, error: answer.error, more: false }
    pages.push(answer.value)
    token = answer.value.meta?.next_token ?? undefined
    const empty = !Array.isArray(answer.value.data) || answer.value.data.length === 0
    if (token === undefined || empty || seen.has(token)) return { pages, more: false }
    seen.add(token)
  }
  return { pages, more: true }
}

/** Asks a few times where waiting may help. */
async function insisting<T>(
  { clock, random }: GapDeps,
  signal: AbortSignal,
  ask: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask()
    if (answer.ok || tries === triesMax || signal.aborted) return answer
    const waitMs = retryWaitMs(answer.error, tries, clock.now(), random)
    if (waitMs === undefined || waitMs > limitWaitMsMax) return answer
    await clock.sleep(waitMs, signal)
  }
}

function retryWaitMs(error: XError, tries: number, now: number, random: Random): number | undefined {
  switch (error.kind) {
    case 'network':
    case 'timeout':
    case 'server':
    case 'bad-answer':
    // One 401 may be a hiccup of X's.
    case 'unauthorized':
      return doubling(tries, 1000, 8000, random)
    case 'rate-limited':
      return error.retryAt === undefined ? doubling(tries, 60_000, limitWaitMsMax, random) : error.retryAt - now + 1000
    default:
      return undefined
  }
}

/** The same request may succeed later, be it after a person has helped. An `end_time` that X calls too late becomes good by waiting. */
function mayPass({ kind, why }: XError): boolean {
  if (kind === 'bad-request') return why.includes('end_time')
  return kind !== 'not-found' && kind !== 'too-large'
}

/** What one account meets, all would. */
function isHopeless(kind: XErrorKind): boolean {
  return (
    kind === 'no-credits' ||
    kind === 'unauthorized' ||
    kind === 'forbidden' ||
    kind === 'usage-cap' ||
    kind === 'aborted'
  )
}

function toFetched({ pages, error, more }: Pages, what: string): Fetched {
  const problems: string[] = []
  if (error !== undefined && !mayPass(error)) problems.push(`${error.why} (${what})`)
  if (more) problems.push(`There were more posts than are fetched for one gap (${what}).`)
  return { ...nothing, readings: pages.flatMap(toPosts), problems }
}

/** Together, each post once, oldest first. */
function merge(parts: readonly Fetched[], again: readonly Route[], trouble: XError | undefined): Fetched {
  const drops: Reading[] = []
  const posts = new Map<string, Reading & { readonly kind: 'post' }>()
  for (const reading of parts.flatMap(part => part.readings)) {
    if (reading.kind === 'post') posts.set(reading.post.version, reading)
    else drops.push(reading)
  }
  const sorted = [...posts.values()].sort(
    ({ post: a }, { post: b }) =>
      a.createdAt - b.createdAt || a.version.length - b.version.length || (a.version < b.version ? -1 : 1),
  )
  return {
    readings: [...drops, ...sorted],
    problems: parts.flatMap(part => part.problems),
    notes: parts.flatMap(part => part.notes),
    again,
    ...(trouble === undefined ? {} : { trouble }),
  }
}
