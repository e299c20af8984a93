/**
 * Fetches what was written in an interval: the posts of every followed account, and what recent search finds for the topics. Whole posts
 * come back, oldest first, some of them read before: whoever stores them knows them by their id.
 * What can never be fetched is a loss; what may be had later is in `again`. Serves gaps and rounds of polling alike.
 * docs.x.com/x-api/posts/timelines/introduction, docs.x.com/x-api/posts/search-recent-posts
 */
import type { Reads } from '../../domain/reads.ts'
import type { Route } from '../../domain/route.ts'
import {
  xCatchUpConcurrency,
  xCatchUpMarginMs,
  xCatchUpMsMax,
  xRuleCharsMax,
  xSearchCharsMax,
  xSearchDelayMs,
  xSearchEndMs,
} from '../../limits.ts'
import type { LineRead } from './authors.ts'
import type { XError } from './errors.ts'
import { fetchPages, isHopeless, mayPass, type PageDeps, type Pages, type PagesAsk, type Patience } from './pages.ts'
import type { Purse } from './purse.ts'
import { either, pack } from './rules/packing.ts'
import { topicTexts } from './rules/topics.ts'
import { snowflakeAt } from './snowflake.ts'

/** Something that cannot be had, in one sentence, and the channels that miss it. */
export interface Loss {
  readonly why: string
  readonly channels: readonly string[]
}

export interface Fetched {
  /** Oldest first; what could not be read as a post before all of them. */
  readonly readings: readonly LineRead[]
  /** Paid for looking authors up. */
  readonly lookups: readonly Reads[]
  readonly losses: readonly Loss[]
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

export interface Asking extends Interval {
  readonly routes: readonly Route[]
  readonly purse: Purse
  readonly patience: Patience
  /** The newest post known of an account, where it is known: nothing older is asked for. */
  readonly newest?: ReadonlyMap<string, string>
}

/** What one request meets, all would at the moment: X counts those of an app together. */
const isForAll = (kind: XError['kind']) => isHopeless(kind) || kind === 'rate-limited'

/** A minute of slack: X's clock decides what is seven days ago. */
const slackMs = 60_000

/** Everything that the followed accounts wrote since the interval began. */
export async function fetchAccounts(deps: PageDeps, asking: Asking, signal: AbortSignal): Promise<Fetched> {
  const { routes, purse, patience } = asking
  const accounts = new Map(routes.flatMap(route => route.follows.map(account => [account.id, account.handle])))
  const queue = [...accounts]
  const fetched: Fetched[] = []
  const failed = new Set<string>()
  const unpaid = new Set<string>()
  let trouble: XError | undefined
  let hopeless = false
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [id, handle] = next
      if (hopeless) {
        failed.add(id)
        continue
      }
      const followers = routes.filter(route => route.follows.some(account => account.id === id))
      const query = { since_id: later(asking.newest?.get(id), since(deps, asking)), ...exclusion(followers) }
      const path = `/2/users/${id}/tweets`
      const ask = { path, query, pageParameter: 'pagination_token', least: 5, purse, patience } as const
      const pages = await fetchPages(deps, ask, signal)
      if (pages.more === 'purse') unpaid.add(id)
      fetched.push({
        ...toFetched(pages, `the posts of @${handle}`, channelsOf(followers)),
        notes: pages.withheld === undefined ? [] : [`X gives no posts of @${handle}: ${pages.withheld}`],
      })
      if (pages.error === undefined || !mayPass(pages.error)) continue
      failed.add(id)
      trouble ??= pages.error
      hopeless ||= isForAll(pages.error.kind)
    }
  }
  // What is bounded is asked for one after the other, so that no answer under way overdraws the purse.
  await Promise.all(Array.from({ length: purse.bounded ? 1 : xCatchUpConcurrency }, worker))
  const losses = notPaid(purse, following(routes, unpaid))
  return merge([...fetched, { ...nothing, losses }], following(routes, failed), trouble)
}

function following(routes: readonly Route[], ids: ReadonlySet<string>): readonly Route[] {
  return routes
    .map(route => ({ ...route, topics: [], follows: route.follows.filter(({ id }) => ids.has(id)) }))
    .filter(route => route.follows.length > 0)
}

/**
 * What nobody who follows the account wants is not bought. A self-thread is a reply for X, and a reply may be a quote as well: replies
 * are left out only where all three are unwanted. docs.x.com/x-api/posts/timelines/integrate
 */
function exclusion(followers: readonly Route[]): { readonly exclude?: string } {
  const wanted = (...kinds: readonly (keyof Route['kinds'])[]) =>
    followers.some(route => route.reading === 'complete' || kinds.some(kind => route.kinds[kind]))
  const unwanted = [
    ...(wanted('repost') ? [] : ['retweets']),
    ...(wanted('reply', 'thread', 'quote') ? [] : ['replies']),
  ]
  return unwanted.length === 0 ? {} : { exclude: unwanted.join(',') }
}

/**
 * What recent search finds for the topics. X's search is asked up to the end of the interval, which must be `xSearchDelayMs` past:
 * without an explicit end it leaves out the last half minute.
 */
export async function fetchTopics(deps: PageDeps, asking: Asking, signal: AbortSignal): Promise<Fetched> {
  const { purse, patience, to } = asking
  const routes = asking.routes.filter(route => route.topics.length > 0)
  const channels = channelsOf(routes)
  const { texts, problems } = topicTexts(routes, xSearchCharsMax)
  // A topic that X could not be asked for by a rule either is not lost with this gap.
  const never = new Set(topicTexts(routes, xRuleCharsMax).problems)
  const losses = problems.filter(why => !never.has(why)).map(why => ({ why, channels }))
  const fetched: Fetched[] = [{ ...nothing, losses, notes: texts.length === 0 ? [...never] : [searchLimits, ...never] }]
  let trouble: XError | undefined
  for (const query of pack(texts, xSearchCharsMax).map(either)) {
    const end = new Date(Math.ceil(to / 1000) * 1000).toISOString().replace('.000Z', 'Z')
    const search = { query, end_time: end, since_id: since(deps, asking) }
    const path = '/2/tweets/search/recent'
    const ask = { path, query: search, pageParameter: 'next_token', least: 10, purse, patience } as const
    const pages = await fetchSearch(deps, ask, signal)
    fetched.push(toFetched(pages, `the topic search ${query.slice(0, 80)}`, channels))
    if (pages.more === 'purse') {
      fetched.push({ ...nothing, losses: notPaid(purse, routes) })
      break
    }
    if (pages.error === undefined || !mayPass(pages.error)) continue
    trouble ??= pages.error
    if (isForAll(pages.error.kind)) break
  }
  const again = trouble === undefined ? [] : routes.map(route => ({ ...route, follows: [] }))
  return merge(fetched, again, trouble)
}

export const nothing: Fetched = { readings: [], lookups: [], losses: [], notes: [], again: [] }

/** docs.x.com/x-api/posts/search/integrate/operators: recent search returns no reposts, and looks only at a post's own text. */
const searchLimits =
  "X's search, asked for the topics, finds neither reposts nor posts that match only by what they quote."

async function fetchSearch(deps: PageDeps, ask: PagesAsk, signal: AbortSignal): Promise<Pages> {
  const first = await fetchPages(deps, ask, signal)
  if (first.error?.kind !== 'bad-request' || first.readings.length > 0) return first
  const { why } = first.error
  // An id that is too old is answered with the oldest one that X would take.
  const oldest = /larger than (\d{1,20})/.exec(why)?.[1]
  if (oldest !== undefined) return fetchPages(deps, { ...ask, query: { ...ask.query, since_id: oldest } }, signal)
  if (!why.includes('end_time')) return first
  // Our clock is ahead of X's: by its own X leaves out the last half minute, which then is past.
  await deps.clock.sleep(Math.max(xSearchEndMs, 30_000 - xSearchDelayMs), signal)
  const { end_time: _, ...open } = ask.query
  return fetchPages(deps, { ...ask, query: open }, signal)
}

/** The later of two ids. What was written before the interval is not asked for, even where nothing newer is known of an account. */
function later(newest: string | undefined, from: string): string {
  return newest !== undefined && BigInt(newest) > BigInt(from) ? newest : from
}

function since({ clock }: PageDeps, { from }: Interval): string {
  return snowflakeAt(Math.max(from - xCatchUpMarginMs, clock.now() - xCatchUpMsMax + slackMs))
}

/** Sorted, each once. */
export function channelsOf(routes: readonly Route[]): readonly string[] {
  return [...new Set(routes.map(route => route.channel))].sort()
}

function notPaid(purse: Purse, routes: readonly Route[]): readonly Loss[] {
  return routes.length === 0 ? [] : [{ why: purse.sentence, channels: channelsOf(routes) }]
}

function toFetched({ readings, lookups, error, more }: Pages, what: string, channels: readonly string[]): Fetched {
  const losses: Loss[] = []
  if (error !== undefined && !mayPass(error)) losses.push({ why: `${error.why} (${what})`, channels })
  if (more === 'pages') losses.push({ why: `There were more posts than are fetched for one gap (${what}).`, channels })
  return { ...nothing, readings, lookups, losses }
}

/** Together, each post once, oldest first. */
export function merge(parts: readonly Fetched[], again: readonly Route[], trouble: XError | undefined): Fetched {
  const drops: LineRead[] = []
  const posts = new Map<string, LineRead & { readonly kind: 'post' }>()
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
    lookups: parts.flatMap(part => part.lookups),
    losses: parts.flatMap(part => part.losses),
    notes: parts.flatMap(part => part.notes),
    again,
    ...(trouble === undefined ? {} : { trouble }),
  }
}
