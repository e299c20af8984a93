/**
 * What can go wrong with a call of the Web API, by name, and when: before Slack has done what was asked, or after, when the caller cannot
 * know that it was done. Chances on chat.postMessage are `post:…` with the channel id as subject; chances on every other method are
 * `call:…` with the method's name as subject. A call suffers one fault: the first one due in the order of this list.
 */
import type { FaultPlan } from '../faults.ts'

/** `detail` that each understands: `retryAfter` (seconds), `status`, `ms`, `error`. */
export const troubles = [
  /** HTTP 429 with `Retry-After` (detail `retryAfter`, default 1). */
  'rate-limited',
  /** HTTP 429 without the header. */
  'rate-limited-bare',
  /** An HTTP error (detail `status`, default 503) and nothing done. */
  'http-before',
  /** An HTTP error (detail `status`, default 502) although it was done. */
  'http-after',
  /** The connection is reset and nothing done. */
  'drop-before',
  /** The connection is reset although it was done. */
  'drop-after',
  /** No answer ever, and nothing done. */
  'hang-before',
  /** No answer ever, although it was done. */
  'hang-after',
  /** Done and answered well, but late (detail `ms`, default 50). */
  'delay',
  /** Done, then half of the JSON. */
  'malformed-after',
  /** Done, then a page of HTML with status 200. */
  'html-after',
  /** `ok: false` with `internal_error` or another code (detail `error`), and nothing done. */
  'error-before',
  /** The same although it was done: Slack says of these that "some aspect of the operation" may have succeeded. */
  'error-after',
  /** `ok: false` with `service_unavailable`, nothing done. */
  'service-unavailable',
  /** Slack cannot fetch the message's pictures. No fault where the message has none. */
  'image-download',
  /** From this call on the token is refused (detail `error`, default `token_revoked`). */
  'token-revoked',
  /** From this call on the channel is archived. */
  'channel-archived',
] as const

export type Trouble = (typeof troubles)[number]
export type SlackFaultKind = `${'post' | 'call'}:${Trouble}`
export type SlackFaults = FaultPlan<SlackFaultKind>

/** One trouble that strikes a call now. */
export interface Strike {
  readonly trouble: Trouble
  number(key: string, otherwise: number): number
  text(key: string, otherwise: string): string
}

/** What strikes this call, if anything. `hasPictures` says whether there is a picture whose download could fail. */
export function strike(
  faults: SlackFaults,
  call: { readonly method: string; readonly channel: string | undefined; readonly hasPictures: boolean },
): Strike | undefined {
  const isPost = call.method === 'chat.postMessage'
  const subject = isPost ? (call.channel ?? '') : call.method
  for (const trouble of troubles) {
    if (trouble === 'image-download' && !call.hasPictures) continue
    if (trouble === 'channel-archived' && call.channel === undefined) continue
    const fault = faults.take(isPost ? `post:${trouble}` : `call:${trouble}`, subject)
    if (fault === undefined) continue
    return {
      trouble,
      number: (key, otherwise) => {
        const value = fault.detail[key]
        return typeof value === 'number' ? value : otherwise
      },
      text: (key, otherwise) => {
        const value = fault.detail[key]
        return typeof value === 'string' ? value : otherwise
      },
    }
  }
  return undefined
}
