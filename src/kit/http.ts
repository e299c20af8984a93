/**
 * One HTTP exchange with a limit on its time and its size. Endings are values: an answer with any status, or why there
 * is none. Redirects are not followed, so a header with a secret goes nowhere but where it was sent. Reasons are made from
 * error codes only, never from messages, which may quote what was sent.
 */
import type { Clock } from './clock.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** For the whole exchange, body included. */
  readonly timeoutMs: number
  readonly maxBytes: number
}

export type HttpAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Headers; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: 'network' | 'timeout' | 'too-large' | 'aborted'; readonly why: string }

/** Sends one request. Never throws for what the other side or the network does. */
export async function exchange(request: HttpRequest, clock: Clock, signal: AbortSignal): Promise<HttpAnswer> {
  const stop = new AbortController()
  const done = new AbortController()
  let timedOut = false
  const abort = () => stop.abort()
  if (signal.aborted) return { kind: 'failed', reason: 'aborted', why: 'stopped' }
  signal.addEventListener('abort', abort, { once: true })
  const timer = clock.sleep(request.timeoutMs, done.signal).then(() => {
    if (done.signal.aborted) return
    timedOut = true
    abort()
  })
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      redirect: 'manual',
      signal: stop.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    })
    const text = await readText(response, request.maxBytes)
    if (text === undefined) {
      return { kind: 'failed', reason: 'too-large', why: `the answer is over ${request.maxBytes} bytes` }
    }
    return { kind: 'answer', status: response.status, headers: response.headers, text }
  } catch (error) {
    if (signal.aborted) return { kind: 'failed', reason: 'aborted', why: 'stopped' }
    if (timedOut) return { kind: 'failed', reason: 'timeout', why: `no answer within ${request.timeoutMs / 1000} s` }
    return { kind: 'failed', reason: 'network', why: networkReason(error) }
  } finally {
    signal.removeEventListener('abort', abort)
    done.abort()
    await timer
    stop.abort()
  }
}

async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  if (response.body === null) return ''
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of response.body) {
    bytes += piece.byteLength
    if (bytes > maxBytes) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  EPIPE: 'connection closed',
  UND_ERR_SOCKET: 'connection closed',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  CERT_HAS_EXPIRED: "the host's certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the host's certificate is self-signed",
}

/** Why a connection failed, in a few words, from the error's code or that of its causes. */
export function networkReason(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string' && /^[A-Z_0-9]{3,60}$/.test(at.code)) {
      const known = words[at.code]
      return known === undefined ? at.code : `${known} (${at.code})`
    }
    if (at instanceof AggregateError && at.errors.length > 0) return networkReason(at.errors[0])
  }
  return 'the connection failed'
}
