/**
 * Slack's request signature v0 (docs.slack.dev/authentication/verifying-requests-from-slack), and the ways in which a forger or a replayer
 * gets it wrong.
 */
import { createHmac } from 'node:crypto'

/** `v0=` and the HMAC-SHA256 of version, time and raw body. `timestamp` is in Unix seconds, as text. */
export function sign(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`
}

/** A request that no app should take: forged, too old, from the future, or without one of the two headers. */
export type Tampering =
  | 'forged'
  | 'other-body'
  | 'stale'
  | 'future'
  | 'no-signature'
  | 'no-timestamp'
  | 'no-headers'
  | 'garbled'

/** Older or newer than this is a replay. */
const skewSecondsMax = 300

/** The two headers of a request with this body, right or wrong in the named way. `nowMs` is the sender's clock. */
export function signatureHeaders(
  secret: string,
  nowMs: number,
  body: string,
  tampering?: Tampering,
): Record<string, string> {
  const off = tampering === 'stale' ? -(skewSecondsMax + 60) : tampering === 'future' ? skewSecondsMax + 60 : 0
  const timestamp = String(Math.floor(nowMs / 1000) + off)
  const good = {
    'X-Slack-Request-Timestamp': timestamp,
    'X-Slack-Signature': sign(secret, timestamp, body),
  }
  switch (tampering) {
    case 'forged':
      return { ...good, 'X-Slack-Signature': sign(`not ${secret}`, timestamp, body) }
    case 'other-body':
      return { ...good, 'X-Slack-Signature': sign(secret, timestamp, `${body}&text=other`) }
    case 'garbled':
      return { 'X-Slack-Request-Timestamp': 'yesterday', 'X-Slack-Signature': 'v0=é' }
    case 'no-signature':
      return { 'X-Slack-Request-Timestamp': timestamp }
    case 'no-timestamp':
      return { 'X-Slack-Signature': good['X-Slack-Signature'] }
    case 'no-headers':
      return {}
    default:
      return good
  }
}
