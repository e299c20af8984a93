/** How Slack reaches the app: one interface for a Request URL and for Socket Mode, which exclude each other. */
import type { Fields } from '../blocks/schema.ts'
import type { Tampering } from '../signature.ts'

/** Something for the app. `payload` is the command's fields, the interaction or the whole event wrapper. */
export interface Delivery {
  readonly kind: 'slash_commands' | 'interactive' | 'events_api'
  readonly payload: Fields
  /** HTTP only: send it the way a forger would. */
  readonly tampering?: Tampering | undefined
  /** Set from the second attempt at an event on. */
  readonly retry?: { readonly attempt: number; readonly reason: string } | undefined
}

/** How the app answered. */
export interface Ack {
  /** Whether Slack is content: 2xx over HTTP, an acknowledgement over a socket, within three seconds. */
  readonly ok: boolean
  /** HTTP status; 200 for an acknowledgement over a socket. */
  readonly status: number | undefined
  /** What a person would be shown instead of an answer. */
  readonly error: 'operation_timeout' | 'dispatch_failed' | 'connection_failed' | 'http_error' | undefined
  /** JSON as a value, anything else as text, nothing as `undefined`. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds of real time until the answer. */
  readonly ms: number
}

export interface AppLink {
  deliver(delivery: Delivery): Promise<Ack>
}

/** An answer that did not come. */
export function noAck(error: NonNullable<Ack['error']>, ms: number): Ack {
  return { ok: false, status: undefined, error, body: undefined, headers: {}, ms }
}
