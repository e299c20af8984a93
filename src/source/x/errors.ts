/**
 * What can go wrong with a request to X, as values. `why` is a sentence for a person and, where only a person can help,
 * says what to do. Pure; made from status, headers and body alone, so no secret of ours is in it.
 * X's own `type` addresses are compared by their end: the host in front of `/2/problems/` varies.
 * Bodies: docs.x.com/x-api/fundamentals/response-codes-and-errors and recorded answers.
 */
import { z } from 'zod'

export type XErrorKind =
  /** 401: the token is not, or no longer, good. */
  | 'unauthorized'
  /** 402: no credits. Waiting never clears it. */
  | 'no-credits'
  /** 403: the app may not use this endpoint. */
  | 'forbidden'
  /** 429 with a time after which it is over. */
  | 'rate-limited'
  /** 429 until the next billing cycle. */
  | 'usage-cap'
  /** 429: another connection of this app is open. */
  | 'too-many-connections'
  /** 409: the app has no rules. */
  | 'no-rules'
  | 'bad-request'
  | 'not-found'
  /** 5xx. */
  | 'server'
  | 'network'
  | 'timeout'
  | 'too-large'
  /** 2xx, but not what X documents. */
  | 'bad-answer'
  | 'aborted'

export interface XError {
  readonly kind: XErrorKind
  readonly why: string
  readonly status?: number
  /** Epoch ms from `x-rate-limit-reset`: not before. */
  readonly retryAt?: number
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: XError }

const text = z.string().nullish().catch(undefined)

const problem = z.object({
  title: text,
  detail: text,
  type: text,
  reason: text,
  connection_issue: text,
  errors: z
    .array(z.object({ message: text, detail: text, code: z.number().nullish().catch(undefined) }))
    .nullish()
    .catch(undefined),
})

/** Characters of X's own words that are repeated to a person. */
const quotedCharsMax = 300

/** What an answer that is not 2xx means. `now` in epoch ms. */
export function classify(
  status: number,
  headers: { get(name: string): string | null },
  body: string,
  now: number,
): XError {
  const said = readProblem(body)
  const words = (said.errors?.[0]?.message ?? said.detail ?? said.errors?.[0]?.detail ?? said.title ?? '').slice(
    0,
    quotedCharsMax,
  )
  const quoted = words === '' ? '' : ` X says: "${words}"`
  const make = (kind: XErrorKind, why: string): XError => ({ kind, status, why: `${why}${quoted}` })
  switch (status) {
    case 400:
      return make('bad-request', 'X did not accept the request.')
    case 401:
      return make(
        'unauthorized',
        'X does not accept the token (401). Check X_BEARER_TOKEN, or X_API_KEY and X_API_SECRET.',
      )
    case 402:
      return make(
        'no-credits',
        'The X account has no credits left (402). Add credits at console.x.com; nothing can be read until then.',
      )
    case 403:
      return said.reason === 'client-not-enrolled' || said.reason === 'official-client-forbidden'
        ? make(
            'forbidden',
            'The X app is not attached to a project with access to this API (403, client-not-enrolled). Attach it at console.x.com.',
          )
        : make('forbidden', "X refuses this app access (403). Check the app's access level at console.x.com.")
    case 404:
      return make('not-found', 'X does not know this address (404).')
    case 409:
      return make('no-rules', 'X has no rules for this app (409), so there is nothing to stream.')
    case 429:
      return limited(said, headers, now, make)
    default:
      return status >= 500
        ? make('server', `X is in trouble (${status}).`)
        : make('bad-request', `X answered with an unexpected status (${status}).`)
  }
}

type Problem = z.infer<typeof problem>

function limited(
  said: Problem,
  headers: { get(name: string): string | null },
  now: number,
  make: (kind: XErrorKind, why: string) => XError,
): XError {
  if (said.connection_issue === 'TooManyConnections' || problemIs(said.type, 'streaming-connection')) {
    return make(
      'too-many-connections',
      'Another connection of this X app is open (429), and X allows one. Is a second Birdwire running with the same app?',
    )
  }
  if (problemIs(said.type, 'usage-capped') || said.title === 'UsageCapExceeded') {
    return make(
      'usage-cap',
      "The X app's usage cap is reached (429). Raise it at console.x.com or wait for the next cycle.",
    )
  }
  const error = make('rate-limited', 'X asks to slow down (429).')
  const reset = Number(headers.get('x-rate-limit-reset'))
  // A reset in the past or far ahead is a clock that is wrong, here or there: better the ladder's own wait.
  return Number.isFinite(reset) && reset * 1000 > now && reset * 1000 < now + 3_600_000
    ? { ...error, retryAt: reset * 1000 }
    : error
}

/** Whether a problem's `type` address names this problem. */
export function problemIs(type: string | null | undefined, name: string): boolean {
  return type?.endsWith(`/2/problems/${name}`) ?? false
}

function readProblem(body: string): Partial<Problem> {
  try {
    return problem.safeParse(JSON.parse(body)).data ?? {}
  } catch {
    return {}
  }
}

/** Takes a secret out of X's own words, should a proxy on the way have echoed it. */
export function clean(error: XError, secret: string): XError {
  return error.why.includes(secret) ? { ...error, why: error.why.replaceAll(secret, '[secret]') } : error
}
