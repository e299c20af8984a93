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

/** The fields and expansions that a post needs to be shown whole; the same for stream, search and timelines. */
export const postFields: Readonly<Record<string, string>> = {
  'tweet.fields':
    'attachments,author_id,conversation_id,created_at,display_text_range,edit_controls,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,note_tweet,possibly_sensitive,public_metrics,referenced_tweets,withheld',
  expansions:
    'author_id,attachments.media_keys,attachments.poll_ids,referenced_tweets.id,referenced_tweets.id.author_id,referenced_tweets.id.attachments.media_keys',
  'user.fields': 'name,username,profile_image_url,verified,verified_type,protected',
  'media.fields': 'type,url,preview_image_url,alt_text,width,height,duration_ms,variants',
  'poll.fields': 'options,end_datetime,voting_status,duration_minutes',
}

export interface XRequest {
  readonly method?: 'GET' | 'POST'
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
