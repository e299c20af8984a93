/**
 * Bolt's receiver for Socket Mode: two connections, so that one hears while Slack refreshes the other, each kept up by a loop of ours.
 *
 *   waiting ── apps.connections.open, WebSocket, hello ──▶ connected ── closed by either side ──▶ waiting (longer after each failure)
 *
 * Ours is the loop, because the client's own waits at least five seconds after every refresh and ends the process when Slack
 * cannot be asked for a new address (an unhandled rejection), and the guard before its parser, which rejects on frames without an event.
 */
import { type App, type Logger, LogLevel, type Receiver, SocketModeReceiver } from '@slack/bolt'
import { z } from 'zod'
import { doubling } from '../../kit/backoff.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Random } from '../../kit/random.ts'
import {
  slackRequestMs,
  slackRetryFirstMs,
  slackRetryMsMax,
  slackSocketCloseMs,
  slackSocketConnectMs,
  slackSocketHealthyMs,
  slackSocketStaggerMs,
} from '../../limits.ts'

export interface SocketReceiverOptions {
  readonly appToken: string
  readonly apiUrl: string
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** How many connections hear now changed, or why one could not be made. */
  changed(): void
  failed(error: unknown): void
}

const connections = 2

/** A frame that the client can take: an object with a type, and for events one with an event in it. */
const frame = z.discriminatedUnion('type', [
  z.looseObject({ type: z.enum(['hello', 'disconnect']) }),
  z.looseObject({
    type: z.enum(['slash_commands', 'interactive']),
    envelope_id: z.string(),
    payload: z.looseObject({}),
  }),
  z.looseObject({
    type: z.literal('events_api'),
    envelope_id: z.string(),
    payload: z.looseObject({ event: z.looseObject({ type: z.string() }) }),
  }),
])

export class SocketReceiver implements Receiver {
  readonly #options: SocketReceiverOptions
  readonly #receivers: readonly SocketModeReceiver[]
  readonly #stop = new AbortController()
  #loops: Promise<unknown> = Promise.resolve()
  #connected = 0
  #why: string | undefined

  constructor(options: SocketReceiverOptions) {
    this.#options = options
    this.#receivers = Array.from({ length: connections }, () => createReceiver(options, this.#stop.signal))
  }

  /** Connections that hear at this moment. */
  get connected(): number {
    return this.#connected
  }

  /** Why the last attempt failed; undefined after a good one. */
  get why(): string | undefined {
    return this.#why
  }

  init(app: App): void {
    for (const receiver of this.#receivers) receiver.init(app)
  }

  /** Returns at once: an unreachable Slack is a state, not a failure to start. */
  async start(): Promise<void> {
    this.#loops = Promise.all(this.#receivers.map((receiver, i) => this.#keep(receiver, i * slackSocketStaggerMs)))
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#receivers.map(({ client }) => this.#disconnect(client)))
    await this.#loops
  }

  /** A Slack that does not answer a goodbye is not waited for: asked a second time, the client drops the connection, and its own timer for that (30 s). */
  async #disconnect(client: SocketModeReceiver['client']): Promise<void> {
    const gone = new AbortController()
    const first = client.disconnect().finally(() => gone.abort())
    await this.#options.clock.sleep(slackSocketCloseMs, gone.signal)
    await Promise.all([first, client.disconnect()])
  }

  async #keep({ client }: SocketModeReceiver, delayMs: number): Promise<void> {
    const { clock, random, changed } = this.#options
    const { signal } = this.#stop
    if (delayMs > 0) await clock.sleep(delayMs, signal)
    let failures = 0
    while (!signal.aborted) {
      const closed = Promise.withResolvers<void>()
      client.once('disconnected', closed.resolve)
      try {
        await this.#connect(client)
        const since = clock.now()
        this.#why = undefined
        this.#connected++
        changed()
        await closed.promise
        this.#connected--
        // A refresh is ordinary and the connection replaced at once; one that ends as soon as it began is a failure.
        failures = clock.now() - since < slackSocketHealthyMs ? failures + 1 : 0
      } catch (error) {
        failures++
        client.off('disconnected', closed.resolve)
        this.#why = error instanceof Error ? error.message : 'the connection was closed before Slack said hello'
      }
      changed()
      if (failures > 0) await clock.sleep(doubling(failures, slackRetryFirstMs, slackRetryMsMax, random), signal)
    }
  }

  /** Resolves at Slack's hello. */
  async #connect(client: SocketModeReceiver['client']): Promise<void> {
    const { clock } = this.#options
    const done = new AbortController()
    const late = clock.sleep(slackSocketConnectMs, AbortSignal.any([done.signal, this.#stop.signal])).then(async () => {
      if (done.signal.aborted) return
      await this.#disconnect(client)
      throw new Error(`Slack did not say hello within ${slackSocketConnectMs / 1000} seconds`)
    })
    try {
      await Promise.race([client.start(), late])
    } finally {
      done.abort()
    }
  }
}

function createReceiver(
  { appToken, apiUrl, logger, failed }: SocketReceiverOptions,
  stop: AbortSignal,
): SocketModeReceiver {
  const receiver = new SocketModeReceiver({
    appToken,
    // What ends because we stop has not failed.
    logger: { ...logger, error: (...parts) => (stop.aborted ? undefined : logger.error(...parts)) },
    logLevel: LogLevel.ERROR,
    autoReconnectEnabled: false,
    installerOptions: {
      clientOptions: {
        slackApiUrl: apiUrl,
        timeout: slackRequestMs,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        allowAbsoluteUrls: false,
        // Answered after the stop, the client would open a connection that nobody closes.
        fetch: (url, init) => fetch(url, { ...init, signal: ended(stop, init?.signal) }),
      },
    },
    processEventErrorHandler: async ({ error }) => {
      failed(error)
      return false
    },
  })
  guard(receiver.client, failed)
  return receiver
}

function ended(stop: AbortSignal, signal: AbortSignal | null | undefined): AbortSignal {
  return signal === null || signal === undefined ? stop : AbortSignal.any([stop, signal])
}

/** Lets only frames through that the client's parser can take; its rejection on others would end the process. */
function guard(client: SocketModeReceiver['client'], failed: (error: unknown) => void): void {
  const listeners = client.listeners('ws_message')
  client.removeAllListeners('ws_message')
  client.on('ws_message', (data: unknown, isBinary: unknown) => {
    if (!isFrame(data)) return
    for (const listener of listeners) Promise.resolve(listener.call(client, data, isBinary)).catch(failed)
  })
}

function isFrame(data: unknown): boolean {
  if (typeof data !== 'string') return false
  try {
    return frame.safeParse(JSON.parse(data)).success
  } catch {
    return false
  }
}
