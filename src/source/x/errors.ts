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
  /** The app, or all apps of its project together, have as many rules as they may. */
  | 'rule-cap'
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
  period: text,
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
  // With which status X says this is not documented.
  if (problemIs(said.type, 'rule-cap') || said.title === 'RulesCapExceeded')
    return make(
      'rule-cap',
      `X takes no more rules from this app (${status}): it has as many as it may. Delete rules that others made with the same app or project, follow fewer, or enable pay-per-use at console.x.com.`,
    )
  switch (status) {
    case 400:
      return make('bad-request', 'X did not accept the request.')
    case 401:
      return make(
        'unauthorized',
        'X does not accept the token (401): it was revoked, or is not one. Check X_BEARER_TOKEN, or X_API_KEY and X_API_SECRET, and make a new one at console.x.com if need be.',
      )
    case 402:
      return make(
        'no-credits',
        'The X account has no credits left, or its spending limit is reached (402). Add credits at console.x.com; X lets nothing be read until then.',
      )
    case 403:
      return make('forbidden', forbidden(said))
    case 404:
      return make('not-found', 'X does not know this address (404).')
    case 409:
      return said.connection_issue === 'RulesInvalidIssue'
        ? make(
            'no-rules',
            'X calls the rules of this app invalid (409) and streams nothing. Birdwire puts its own in order and tries again.',
          )
        : make(
            'no-rules',
            'X has no rules for this app (409), so there is nothing to stream. Birdwire adds its own and tries again.',
          )
    case 429:
      return limited(said, headers, now, make)
    default:
      return status >= 500
        ? make('server', `X is in trouble (${status}).`)
        : make('bad-request', `X answered with an unexpected status (${status}).`)
  }
}

type Problem = z.infer<typeof problem>

function forbidden({ reason, type }: Partial<Problem>): string {
  if (reason === 'client-not-enrolled' || reason === 'official-client-forbidden')
    return 'The X app is not attached to a project with access to this API (403, client-not-enrolled). Attach it at console.x.com.'
  if (problemIs(type, 'unsupported-authentication'))
    return "X takes only an app-only bearer token here (403), and the token is of another kind. Put the app's own bearer token into X_BEARER_TOKEN."
  return "X refuses this app access (403). Check the app's access level at console.x.com."
}

function limited(
  said: Partial<Problem>,
  headers: { get(name: string): string | null },
  now: number,
  make: (kind: XErrorKind, why: string) => XError,
): XError {
  if (said.connection_issue === 'TooManyConnections' || problemIs(said.type, 'streaming-connection')) {
    return make(
      'too-many-connections',
      'Another connection of this X app is open (429), and X allows one. Is a second Birdwire running with the same app? Stop it; if there is none, an old connection is still counted: `/birdwire reconnect` ends all of them.',
    )
  }
  if (problemIs(said.type, 'usage-capped') || said.title === 'UsageCapExceeded') {
    const which = said.period === 'Daily' ? "X app's usage cap for the day" : "X app's usage cap for the month"
    return make(
      'usage-cap',
      `The ${which} is reached (429). Raise it at console.x.com, or wait for the next cycle: X gives no more posts until then.`,
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
