/**
 * The app-only token that every request carries: either given, or fetched from the app's key and secret and kept. X gives
 * the same token until it is revoked, so it is fetched once, and once more when X stops accepting it.
 * The token is used exactly as X wrote it: it contains `%2F` and `%3D`, and decoding these makes it invalid.
 * No error made here contains the token, the key or the secret.
 */
import { z } from 'zod'
import type { Clock } from '../../kit/clock.ts'
import { exchange } from '../../kit/http.ts'
import { xAnswerBytesMax, xRequestMs } from '../../limits.ts'
import { type Answer, classify, clean } from './errors.ts'

export type XAuth =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'key'; readonly key: string; readonly secret: string }

export interface Bearer {
  /** The token as it goes into the header. */
  token(signal: AbortSignal): Promise<Answer<string>>
  /** X did not accept this token. True: asking again may give another one. */
  rejected(token: string): boolean
}

const tokenAnswer = z.object({ token_type: z.string().regex(/^bearer$/i), access_token: z.string() })

export function createBearer(auth: XAuth, apiUrl: string, clock: Clock): Bearer {
  if (auth.kind === 'bearer') {
    return { token: async () => checked(auth.token), rejected: () => false }
  }
  let kept: string | undefined
  let asking: Promise<Answer<string>> | undefined
  const ask = async (signal: AbortSignal): Promise<Answer<string>> => {
    const basic = Buffer.from(`${encode(auth.key)}:${encode(auth.secret)}`).toString('base64')
    const answer = await exchange(
      {
        method: 'POST',
        url: `${apiUrl}/oauth2/token`,
        headers: {
          authorization: `Basic ${basic}`,
          'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        },
        body: 'grant_type=client_credentials',
        timeoutMs: xRequestMs,
        maxBytes: xAnswerBytesMax,
      },
      clock,
      signal,
    )
    if (answer.kind === 'failed')
      return { ok: false, error: { kind: answer.reason, why: `X gave no token: ${answer.why}.` } }
    if (answer.status === 401 || answer.status === 403) {
      const why = 'X does not accept the key and secret of the app. Check X_API_KEY and X_API_SECRET.'
      return { ok: false, error: { kind: 'unauthorized', status: answer.status, why } }
    }
    if (answer.status < 200 || answer.status > 299) {
      return { ok: false, error: clean(classify(answer.status, answer.headers, answer.text, clock.now()), basic) }
    }
    return readToken(answer.text)
  }
  return {
    token: async signal => {
      if (kept !== undefined) return { ok: true, value: kept }
      asking ??= ask(signal).finally(() => {
        asking = undefined
      })
      const answer = await asking
      if (answer.ok) kept = answer.value
      return answer
    },
    rejected: token => {
      if (kept === token) kept = undefined
      return true
    },
  }
}

function readToken(text: string): Answer<string> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    parsed = undefined
  }
  const answer = tokenAnswer.safeParse(parsed)
  if (!answer.success)
    return { ok: false, error: { kind: 'bad-answer', why: 'X answered, but not with a bearer token.' } }
  return checked(answer.data.access_token)
}

/** A header with a line break or a letter outside ASCII would fail inside `fetch` with a message that quotes it. */
function checked(token: string): Answer<string> {
  if (/^[\x21-\x7e]+$/.test(token)) return { ok: true, value: token }
  const why = 'The X bearer token contains a space, a line break or a letter that no token has. Check X_BEARER_TOKEN.'
  return { ok: false, error: { kind: 'unauthorized', why } }
}

/** RFC 1738, as docs.x.com/fundamentals/authentication/oauth-2-0/application-only asks for. */
function encode(value: string): string {
  return encodeURIComponent(value).replaceAll(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}
