/**
 * Slack calling an app's Request URL: signed, with exactly the content types that Slack uses
 * (docs.slack.dev/interactivity/implementing-slash-commands; Bolt answers 400 to `; charset=utf-8` on a form). The app has three seconds.
 */
import { parseJson } from '../args.ts'
import type { Fields } from '../blocks/schema.ts'
import type { Now } from '../ids.ts'
import { signatureHeaders, type Tampering } from '../signature.ts'
import { type Ack, type AppLink, type Delivery, noAck } from './link.ts'

const form = 'application/x-www-form-urlencoded'

export class RequestUrl implements AppLink {
  readonly #url: string
  readonly #secret: string
  readonly #now: Now
  readonly #ackMs: number

  constructor(url: string, secret: string, now: Now, ackMs: number) {
    this.#url = url
    this.#secret = secret
    this.#now = now
    this.#ackMs = ackMs
  }

  deliver({ kind, payload, tampering, retry }: Delivery): Promise<Ack> {
    if (kind === 'events_api') {
      const headers = retry && { 'X-Slack-Retry-Num': String(retry.attempt), 'X-Slack-Retry-Reason': retry.reason }
      return this.send(JSON.stringify(payload), 'application/json', tampering, headers)
    }
    const fields = kind === 'interactive' ? { payload: JSON.stringify(payload) } : texts(payload)
    return this.send(new URLSearchParams(fields).toString(), form, tampering)
  }

  /** Sends any body, signed. */
  async send(
    body: string,
    contentType: string,
    tampering?: Tampering,
    more: Record<string, string> = {},
  ): Promise<Ack> {
    const started = performance.now()
    const took = () => performance.now() - started
    const headers = {
      'content-type': contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      ...more,
      ...signatureHeaders(this.#secret, this.#now(), body, tampering),
    }
    try {
      const signal = AbortSignal.timeout(this.#ackMs)
      const response = await fetch(this.#url, { method: 'POST', headers, body, redirect: 'manual', signal })
      const text = await response.text()
      return {
        ok: response.ok,
        status: response.status,
        error: response.ok ? undefined : 'http_error',
        body: text === '' ? undefined : (parseJson(text) ?? text),
        headers: Object.fromEntries(response.headers),
        ms: took(),
      }
    } catch (error) {
      const late = error instanceof DOMException && error.name === 'TimeoutError'
      return noAck(late ? 'operation_timeout' : 'connection_failed', took())
    }
  }
}

function texts(fields: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)]))
}
