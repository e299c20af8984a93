/**
 * Page after page of a timeline or a search. Asks again where waiting may help. Bounded three times: in pages, by a `next_token` that
 * brings nothing new (which X was seen to give without end), and by what may be spent. A page without any post may come before others:
 * X leaves out what `exclude` names after it has counted the page.
 */
import type { Reads } from '../../domain/reads.ts'
import { doubling } from '../../kit/backoff.ts'
import type { Clock } from '../../kit/clock.ts'
import { crashPoint } from '../../kit/crash-point.ts'
import type { Random } from '../../kit/random.ts'
import { xCatchUpPagesMax, xEmptyPagesMax } from '../../limits.ts'
import type { Authors, LineRead } from './authors.ts'
import type { XClient } from './client.ts'
import type { Answer, XError, XErrorKind } from './errors.ts'
import type { Purse } from './purse.ts'
import { type Envelope, envelope } from './schema.ts'

export interface PageDeps {
  readonly client: XClient
  readonly clock: Clock
  readonly random: Random
  readonly authors: Pick<Authors, 'readPage' | 'takeLookups'>
  /** Fields and expansions of every post that is asked for. */
  readonly postQuery: Readonly<Record<string, string>>
}

/** How often one request is made, and how long a rate limit is waited for, ms. */
export interface Patience {
  readonly tries: number
  readonly limitMs: number
}

/** A wait for a rate limit longer than its window is not worth holding a gap open for. */
export const patient: Patience = { tries: 4, limitMs: 15 * 60_000 }
/** Who asks again in a minute anyway. */
export const brisk: Patience = { tries: 2, limitMs: 5000 }

export interface PagesAsk {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly pageParameter: 'pagination_token' | 'next_token'
  /** The fewest posts that X lets one ask for at a time. */
  readonly least: number
  readonly purse: Purse
  readonly patience: Patience
}

export interface Pages {
  /** In X's order, newest first. */
  readonly readings: readonly LineRead[]
  /** Paid for looking authors up, and for posts that are not among the readings because everything was stopped. */
  readonly lookups: readonly Reads[]
  /** X's first word about what it does not give, though nothing failed. */
  readonly withheld?: string
  readonly error?: XError
  /** There may be more: the bound of pages, or the purse is empty. */
  readonly more?: 'pages' | 'purse'
}

export async function fetchPages(deps: PageDeps, ask: PagesAsk, signal: AbortSignal): Promise<Pages> {
  const { purse, patience } = ask
  const readings: LineRead[] = []
  const lookups: Reads[] = []
  const seen = new Set<string>()
  let token: string | undefined
  let withheld: string | undefined
  let empty = 0
  for (let pages = 0; pages < xCatchUpPagesMax; pages += 1) {
    if (purse.empty) return { readings, lookups, more: 'purse' }
    const query = {
      ...deps.postQuery,
      ...ask.query,
      max_results: purse.pageSize(ask.least),
      ...(token === undefined ? {} : { [ask.pageParameter]: token }),
    }
    const answer = await insisting(deps, patience, signal, () =>
      deps.client.ask({ path: ask.path, query }, envelope, signal),
    )
    if (!answer.ok) return { readings, lookups, error: answer.error }
    crashPoint('mid-catch-up')
    const page = await deps.authors.readPage(answer.value, signal)
    const looked = deps.authors.takeLookups()
    if (looked !== undefined) lookups.push(looked)
    if (signal.aborted) {
      // Nobody was looked up any more: the posts are asked for again, and what they cost is told.
      lookups.push(...page.map(each => each.reads))
      return { readings, lookups, error: { kind: 'aborted', why: 'stopped' } }
    }
    for (const reads of [...page.map(each => each.reads), ...lookups.slice(-1)]) purse.pay(reads)
    const news = page.filter(reading => reading.kind === 'drop' || !seen.has(reading.post.version))
    for (const reading of news) if (reading.kind === 'post') seen.add(reading.post.version)
    readings.push(...news)
    if (pages === 0 && page.length === 0) withheld = whyNothing(answer.value)
    token = answer.value.meta?.next_token ?? undefined
    empty = page.length === 0 ? empty + 1 : 0
    if (token === undefined || (news.length === 0 && (empty === 0 || empty >= xEmptyPagesMax)))
      return { readings, lookups, ...(withheld === undefined ? {} : { withheld }) }
  }
  return { readings, lookups, more: 'pages' }
}

/** X answers for an account that it gives nobody with 200, no posts and an error. */
function whyNothing({ errors }: Envelope): string | undefined {
  const error = errors?.find(each => each !== null)
  return error ? (error.detail ?? error.title ?? 'no reason given').slice(0, 200) : undefined
}

async function insisting<T>(
  { clock, random }: PageDeps,
  { tries: triesMax, limitMs }: Patience,
  signal: AbortSignal,
  ask: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask()
    if (answer.ok || tries >= triesMax || signal.aborted) return answer
    const waitMs = retryWaitMs(answer.error, tries, clock.now(), random)
    if (waitMs === undefined || waitMs > limitMs) return answer
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
      return error.retryAt === undefined ? doubling(tries, 60_000, 15 * 60_000, random) : error.retryAt - now + 1000
    default:
      return undefined
  }
}

/** The same request may succeed later, be it after a person has helped. An `end_time` that X calls too late becomes good by waiting. */
export function mayPass({ kind, why }: XError): boolean {
  if (kind === 'bad-request') return why.includes('end_time')
  return kind !== 'not-found' && kind !== 'too-large'
}

/** What one account meets, all would. */
export function isHopeless(kind: XErrorKind): boolean {
  return (
    kind === 'no-credits' ||
    kind === 'unauthorized' ||
    kind === 'forbidden' ||
    kind === 'usage-cap' ||
    kind === 'aborted'
  )
}
