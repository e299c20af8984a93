/**
 * X's REST API as far as Birdwire needs it: one request in, a checked answer or an `XError` out. Never throws for what X
 * or the network does, and retries nothing but one 401 with a freshly fetched token: waiting is the caller's business.
 * It always asks with `tweet.fields`, whose answers are in the older spelling, and reads both spellings.
 */
import type { z } from 'zod'
import type { Clock } from '../../kit/clock.ts'
import { exchange } from '../../kit/http.ts'
import { xAnswerBytesMax, xRequestMs } from '../../limits.ts'
import type { Bearer } from './bearer.ts'
import { type Answer, classify, clean } from './errors.ts'

/** X asks clients to name themselves. docs.x.com/x-api/fundamentals/handling-disconnections */
export const userAgent = 'birdwire/0.1'

/** Which of what X charges for beside a post is bought with it. */
export interface Bought {
  /** `always`: the author with every post. `cached`: not; authors are looked up once and remembered (authors.ts). */
  readonly authors: 'cached' | 'always'
  /** `whole`: the quoted or reposted post with every post that has one. `none`: not. */
  readonly quoted: 'whole' | 'none'
}

const always = ['attachments.media_keys', 'attachments.poll_ids']
const inner = ['referenced_tweets.id', 'referenced_tweets.id.attachments.media_keys']

/**
 * The fields and expansions to ask for posts with; the same for stream, search and timelines. Fields are free, expansions are resources
 * and charged once a UTC day each (docs.x.com/x-api/getting-started/pricing; whether expanded posts are is not documented, and assumed):
 *
 *   expansion                                        price            without it
 *   attachments.media_keys, .poll_ids                free             no pictures, no poll: always asked for
 *   author_id                                        $0.010 each      name and picture are from the last look, up to 30 days old
 *   referenced_tweets.id                             $0.005 each      a repost is cut at 140 characters, a quoted post is only its link
 *   referenced_tweets.id.author_id                   $0.010 each      as author_id, for the quoted or reposted post
 *   referenced_tweets.id.attachments.media_keys      with its post    no pictures in the quoted post
 *
 * `referenced_tweets.id` also brings the post that a reply answers, which is not shown: X has no expansion without it.
 */
export function postQuery({ authors, quoted }: Bought): Readonly<Record<string, string>> {
  const people = authors === 'always'
  const expansions = [
    ...(people ? ['author_id'] : []),
    ...always,
    ...(quoted === 'whole' ? inner : []),
    ...(people && quoted === 'whole' ? ['referenced_tweets.id.author_id'] : []),
  ]
  return {
    'tweet.fields':
      'attachments,author_id,conversation_id,created_at,display_text_range,edit_controls,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,note_tweet,possibly_sensitive,public_metrics,referenced_tweets,withheld',
    expansions: expansions.join(','),
    ...(people ? { 'user.fields': 'name,username,profile_image_url,verified,verified_type,protected' } : {}),
    'media.fields': 'type,url,preview_image_url,alt_text,width,height,duration_ms,variants',
    'poll.fields': 'options,end_datetime,voting_status,duration_minutes',
  }
}

/** Everything that a post needs to be shown whole. */
export const postFields = postQuery({ authors: 'always', quoted: 'whole' })

export interface XRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** Begins with `/2/`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** Statuses whose body is read like that of a success: X answers an invalid rule with 200 or 400, in the same shape. */
  readonly alsoRead?: readonly number[]
}

export interface XClient {
  readonly apiUrl: string
  readonly bearer: Bearer
  /** Asks, and checks the answer against `schema`. */
  ask<T extends z.ZodType>(request: XRequest, schema: T, signal: AbortSignal): Promise<Answer<z.output<T>>>
}

export function createClient(options: {
  readonly apiUrl: string
  readonly bearer: Bearer
  readonly clock: Clock
}): XClient {
  const { apiUrl, bearer, clock } = options

  const once = async (request: XRequest, token: string, signal: AbortSignal): Promise<Answer<string>> => {
    const answer = await exchange(
      {
        method: request.method ?? 'GET',
        url: address(apiUrl, request.path, request.query),
        headers: {
          authorization: `Bearer ${token}`,
          'user-agent': userAgent,
          ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(request.json === undefined ? {} : { body: JSON.stringify(request.json) }),
        timeoutMs: xRequestMs,
        maxBytes: xAnswerBytesMax,
      },
      clock,
      signal,
    )
    if (answer.kind === 'failed')
      return { ok: false, error: { kind: answer.reason, why: `X could not be asked: ${answer.why}.` } }
    const good = (answer.status >= 200 && answer.status <= 299) || request.alsoRead?.includes(answer.status)
    if (good) return { ok: true, value: answer.text }
    return { ok: false, error: clean(classify(answer.status, answer.headers, answer.text, clock.now()), token) }
  }

  return {
    apiUrl,
    bearer,
    async ask(request, schema, signal) {
      const text = await withToken(bearer, signal, token => once(request, token, signal))
      if (!text.ok) return text
      const parsed = schema.safeParse(parse(text.value))
      if (parsed.success) return { ok: true, value: parsed.data }
      return { ok: false, error: { kind: 'bad-answer', why: `X's answer to ${request.path} is not what X documents.` } }
    },
  }
}

/** Runs with the token, and once more with another one if X does not accept the first and another can be had. */
export async function withToken<T>(
  bearer: Bearer,
  signal: AbortSignal,
  run: (token: string) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const token = await bearer.token(signal)
  if (!token.ok) return token
  const first = await run(token.value)
  if (first.ok || first.error.kind !== 'unauthorized' || !bearer.rejected(token.value)) return first
  const fresh = await bearer.token(signal)
  return fresh.ok ? run(fresh.value) : fresh
}

export function address(apiUrl: string, path: string, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString()
  return `${apiUrl}${path}${search === '' ? '' : `?${search}`}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
