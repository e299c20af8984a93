/**
 * Bolt's receiver for HTTP, as one function: a request in, an answer out, to be mounted on the one server there is. Everything is refused
 * that Slack did not sign; nothing that is sent here can throw.
 *
 * Ours, because Bolt's own takes any timestamp from the future, crashes on missing headers, and refuses
 * `application/x-www-form-urlencoded; charset=utf-8`.
 */
import type { App, Receiver, ReceiverEvent } from '@slack/bolt'
import { z } from 'zod'
import type { Clock } from '../../kit/clock.ts'
import { Few } from '../../kit/few.ts'
import {
  slackAckMs,
  slackBodyBytesMax,
  slackRefusalsMs,
  slackRefusalsTold,
  slackSslCheckBytesMax,
} from '../../limits.ts'
import { type Headers, verify } from './verify.ts'

export interface SlackRequest {
  readonly method: string
  /** Names in lower case. */
  readonly headers: Headers
  readonly rawBody: Uint8Array
}

export interface SlackResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface HttpReceiverOptions {
  readonly signingSecret: string
  readonly clock: Clock
  /** A request that was not taken, and why; of a flood only some, and how many others. */
  refused(status: number, why: string): void
  /** Our own code failed while it handled a request. */
  failed(error: unknown): void
}

type Body = Record<string, unknown>

const fields = z.record(z.string(), z.unknown())

export class HttpReceiver implements Receiver {
  readonly #options: HttpReceiverOptions
  readonly #few = new Few(slackRefusalsTold, slackRefusalsMs)
  #app: Pick<App, 'processEvent'> | undefined

  constructor(options: HttpReceiverOptions) {
    this.#options = options
  }

  init(app: App): void {
    this.#app = app
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async handle(request: SlackRequest): Promise<SlackResponse> {
    const { signingSecret, clock } = this.#options
    if (request.method.toUpperCase() !== 'POST') return this.#refuse(405, 'only POST is taken here')
    if (request.rawBody.byteLength > slackBodyBytesMax) return this.#refuse(413, 'the body is too large')
    const verdict = verify(request, signingSecret, clock.now())
    if (!verdict.ok) return isSslCheck(request) ? answer(200, '') : this.#refuse(401, verdict.why)
    const body = parseBody(request)
    if (typeof body === 'string') return this.#refuse(body === notOurs ? 415 : 400, body)
    if (body['type'] === 'url_verification') return json(200, { challenge: String(body['challenge'] ?? '') })
    return this.#process(body, request.headers)
  }

  /** Lets Bolt's listeners work; their acknowledgement is the answer. */
  async #process(body: Body, headers: Headers): Promise<SlackResponse> {
    const { clock, failed } = this.#options
    const { promise, resolve } = Promise.withResolvers<SlackResponse>()
    const answered = new AbortController()
    const settle = (response: () => SlackResponse): void => {
      if (answered.signal.aborted) return
      answered.abort()
      resolve(response())
    }
    const retryNum = Number.parseInt(headers['x-slack-retry-num'] ?? '', 10)
    const retryReason = headers['x-slack-retry-reason']
    const event: ReceiverEvent = {
      body,
      ack: async response => settle(() => acknowledgement(response)),
      ...(Number.isNaN(retryNum) ? {} : { retryNum }),
      ...(retryReason === undefined ? {} : { retryReason }),
    }
    // Goes on after the answer where a listener has more to do; whatever ends it without one is an answer too.
    Promise.resolve(this.#app?.processEvent(event)).then(
      () => settle(() => this.#refuse(404, 'nothing here answers that kind of request')),
      (error: unknown) => {
        failed(error)
        settle(() => this.#refuse(400, 'the request could not be understood'))
      },
    )
    clock
      .sleep(slackAckMs, answered.signal)
      .then(() => settle(() => this.#refuse(503, 'no answer within three seconds')))
    return promise
  }

  #refuse(status: number, why: string): SlackResponse {
    const others = this.#few.tell(this.#options.clock.now())
    if (others !== undefined) this.#options.refused(status, others === 0 ? why : `${why} (and ${others} others)`)
    return json(status, { error: why })
  }
}

const notOurs = 'neither a form nor JSON'

/** Slack looks whether the certificate is good, without a signature. There is nothing to do, so there is nothing to forge. */
function isSslCheck(request: SlackRequest): boolean {
  if (request.rawBody.byteLength > slackSslCheckBytesMax) return false
  const body = parseBody(request)
  return typeof body !== 'string' && body['ssl_check'] === '1'
}

/** The body as Slack means it, or what is wrong with it. Forms carry fields, or JSON in `payload`. */
function parseBody({ headers, rawBody }: SlackRequest): Body | string {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  const text = new TextDecoder().decode(rawBody)
  if (type === 'application/json') return parseJson(text)
  if (type !== 'application/x-www-form-urlencoded') return notOurs
  const form = new URLSearchParams(text)
  const payload = form.get('payload')
  return payload === null ? Object.fromEntries(form) : parseJson(payload)
}

function parseJson(text: string): Body | string {
  try {
    const parsed = fields.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : 'the JSON is not an object'
  } catch {
    return 'the body is not JSON'
  }
}

/** What a listener acknowledged with: nothing, a text, or a message. */
function acknowledgement(response: unknown): SlackResponse {
  if (response === undefined || response === null || response === '') return answer(200, '')
  return typeof response === 'string' ? answer(200, response) : json(200, response)
}

function answer(status: number, body: string): SlackResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}

function json(status: number, value: unknown): SlackResponse {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) }
}
