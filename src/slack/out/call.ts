/**
 * One call of Slack's Web API → Reply. @slack/web-api with everything switched off that would act on its own: no retries (they
 * send a message twice after a lost reply), no sleeping on 429, a timeout, no logging. Never throws for anything the network does.
 * Which error it throws for what: github.com/slackapi/node-slack-sdk, packages/web-api/src/errors.ts.
 */
import {
  type Logger,
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api'
import { z } from 'zod'
import { deliveryConcurrency, slackRequestMs } from '../../limits.ts'
import type { Reply } from './outcome.ts'

export interface SlackAccess {
  readonly token: string
  /** With a slash at its end: "https://slack.com/api/". */
  readonly apiUrl: string
  /** How long one call may take, ms. */
  readonly timeoutMs?: number
  /** Breaks off what is under way: nobody waits for it any more, and an open connection would keep the process alive. */
  readonly signal?: AbortSignal
}

export type Call = (method: string, args: Record<string, unknown>) => Promise<Reply>

/** What the client would print, our outcomes already say. */
const silence: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
}

/** A caller with connections of its own: one that hangs holds up nobody else's. */
export function slackCall(access: SlackAccess): Call {
  const { signal } = access
  const client = new WebClient(access.token, {
    ...(signal === undefined ? {} : { fetch: endedBy(signal) }),
    slackApiUrl: access.apiUrl,
    timeout: access.timeoutMs ?? slackRequestMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: deliveryConcurrency,
    allowAbsoluteUrls: false,
    logger: silence,
  })
  return async (method, args) => {
    try {
      return { kind: 'ok', body: await client.apiCall(method, args) }
    } catch (error) {
      return replyOf(error)
    }
  }
}

function endedBy(signal: AbortSignal): typeof fetch {
  return (url, init) => {
    const own = init?.signal
    return fetch(url, { ...init, signal: own ? AbortSignal.any([own, signal]) : signal })
  }
}

/** What the client threw, as a reply. Anything it did not foresee is a reply that we cannot read: it may have been written. */
export function replyOf(error: unknown): Reply {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'limited', retryAfterMs: error.retryAfter * 1000 }
  if (error instanceof WebAPIHTTPError) return { kind: 'http', status: error.statusCode }
  if (error instanceof WebAPIPlatformError) return platform(error)
  if (error instanceof WebAPIRequestError) {
    const codes = codesOf(error.cause)
    return { kind: 'network', written: !codes.some(neverWritten), why: codes[0] ?? nameOf(error.cause) }
  }
  const text = error instanceof Error ? error.message : ''
  // A plain Error is all the client has for a 429 without a usable Retry-After.
  if (text.startsWith('Retry header did not contain')) return { kind: 'limited', retryAfterMs: undefined }
  // The client tripped over a body that is JSON, but no object: what it says is about its own code.
  if (error instanceof TypeError && error.cause === undefined)
    return { kind: 'garbled', why: 'the reply is not of the kind Slack gives' }
  // The reply broke off while its body was read.
  return { kind: 'network', written: true, why: codesOf(error)[0] ?? nameOf(error) }
}

const strings = z.array(z.string()).catch([])
/** Codes look like `not_in_channel`; the client also puts a body that is not JSON into `error`, whole. */
const refusal = z.object({
  error: z.string().regex(/^[a-z][a-z0-9_]{1,79}$/),
  errors: strings.optional(),
  needed: z.string().optional().catch(undefined),
  response_metadata: z.object({ messages: strings.optional() }).optional().catch(undefined),
})

function platform(error: WebAPIPlatformError): Reply {
  const { data, success } = refusal.safeParse(error.data)
  if (!success) return { kind: 'garbled', why: 'the reply is not of the kind Slack gives' }
  const details = [
    ...(data.errors ?? []),
    ...(data.response_metadata?.messages ?? []).map(text => text.replace('[ERROR] ', '')),
    ...(data.needed === undefined ? [] : [`needed: ${data.needed}`]),
  ]
  return { kind: 'error', code: data.error, details: [...new Set(details)] }
}

/** Failures of looking up, connecting and TLS: before the first byte of the request. */
function neverWritten(code: string): boolean {
  return (
    /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|UND_ERR_CONNECT_TIMEOUT)$/.test(
      code,
    ) || /^(?:CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_)/.test(code)
  )
}

/** The codes in an error and what caused it, outermost first. */
function codesOf(error: unknown): readonly string[] {
  const codes: string[] = []
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code)
  }
  return codes
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown failure'
  return error.name === 'TimeoutError' ? 'no reply in time' : error.message
}
