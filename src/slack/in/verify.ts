/**
 * Does a request come from Slack? Pure: headers, raw bytes and the time in, a verdict out; never throws, whatever the headers hold.
 * The signature is `v0=` and the HMAC-SHA256 of `v0:timestamp:body`. docs.slack.dev/authentication/verifying-requests-from-slack
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { slackClockSkewMs } from '../../limits.ts'

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>

export interface SignedRequest {
  readonly headers: Headers
  /** As received: the signature is over bytes, not over what they mean. */
  readonly rawBody: Uint8Array
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: string }

/** `nowMs` is our clock, epoch ms. A time too far off in either direction is a replay, or a clock that somebody must set. */
export function verify(request: SignedRequest, signingSecret: string, nowMs: number): Verdict {
  const timestamp = request.headers['x-slack-request-timestamp']
  const signature = request.headers['x-slack-signature']
  if (timestamp === undefined || signature === undefined) return { ok: false, why: 'a signature header is missing' }
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, why: 'the timestamp is not a number of seconds' }
  if (Math.abs(nowMs - Number(timestamp) * 1000) > slackClockSkewMs)
    return { ok: false, why: 'the timestamp is more than five minutes off our clock' }
  const expected = Buffer.from(sign(request.rawBody, timestamp, signingSecret))
  const given = Buffer.from(signature)
  const same = given.length === expected.length && timingSafeEqual(given, expected)
  return same ? { ok: true } : { ok: false, why: 'the signature does not fit the body' }
}

function sign(rawBody: Uint8Array, timestamp: string, signingSecret: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(rawBody).digest('hex')}`
}
