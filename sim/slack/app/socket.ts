/**
 * Socket Mode (docs.slack.dev/apis/events-api/using-socket-mode): tickets for one connection each, `hello`, envelopes that each go to one of
 * the open connections and are acknowledged by id, `disconnect` frames, at most ten connections an app.
 */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import { parseJson } from '../args.ts'
import { isFields } from '../blocks/schema.ts'
import type { Core } from '../core.ts'
import type { Method } from '../methods/method.ts'
import { ok } from '../types.ts'
import { type Ack, type AppLink, type Delivery, noAck } from './link.ts'

const socketsMax = 10
/** How long a client may take to answer a close. */
const farewellMs = 500

/** Why Slack asks a client to go. */
export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets'

interface Awaited {
  readonly socket: WebSocket
  readonly settle: (ack: Ack) => void
  readonly started: number
}

export class SocketMode implements AppLink {
  readonly #core: Core
  readonly #ackMs: number
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #tickets = new Set<string>()
  readonly #awaited = new Map<string, Awaited>()
  readonly #pings: NodeJS.Timeout
  #open: WebSocket[] = []
  #next = 0

  constructor(core: Core, ackMs: number, pingMs: number) {
    this.#core = core
    this.#ackMs = ackMs
    this.#pings = setInterval(() => {
      for (const socket of this.#open) socket.ping()
    }, pingMs)
    this.#pings.unref()
  }

  /** apps.connections.open. The ticket in the address is good for one connection. */
  readonly method: Method = {
    tier: 'tier3',
    token: 'app',
    scopes: () => ['connections:write'],
    run: () => {
      const ticket = this.#core.ids.nonce()
      this.#tickets.add(ticket)
      const origin = this.#core.origin().replace(/^http/, 'ws')
      return ok({ url: `${origin}/link/?ticket=${ticket}&app_id=${this.#core.workspace.app.id}` })
    },
  }

  get connections(): number {
    return this.#open.length
  }

  /** Resolves once this many connections are open. */
  async connected(count: number): Promise<void> {
    if (this.#open.length >= count) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = (open: number): void => {
      if (open < count) return
      this.#core.timeline.off('sockets', look)
      resolve()
    }
    this.#core.timeline.on('sockets', look)
    await promise
  }

  /** An HTTP upgrade on `/link/`. A ticket that is unknown or used up is refused. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const ticket = url.searchParams.get('ticket') ?? ''
    if (!url.pathname.startsWith('/link') || !this.#tickets.delete(ticket)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n')
      return
    }
    this.#server.handleUpgrade(request, socket, head, accepted => this.#welcome(accepted))
  }

  async deliver({ kind, payload, retry }: Delivery): Promise<Ack> {
    const socket = this.#open[this.#next++ % Math.max(1, this.#open.length)]
    if (socket === undefined) return noAck('dispatch_failed', 0)
    const id = crypto.randomUUID()
    const event = kind === 'events_api' ? { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' } : {}
    const { promise, resolve } = Promise.withResolvers<Ack>()
    const started = performance.now()
    const timer = setTimeout(() => resolve(noAck('operation_timeout', this.#ackMs)), this.#ackMs)
    this.#awaited.set(id, { socket, settle: resolve, started })
    socket.send(
      JSON.stringify({
        envelope_id: id,
        type: kind,
        payload,
        accepts_response_payload: kind !== 'events_api',
        ...event,
      }),
    )
    const ack = await promise
    clearTimeout(timer)
    this.#awaited.delete(id)
    return ack
  }

  /** Tells every client to go, as Slack does every few hours. The client is expected to close and come back. */
  disconnect(reason: DisconnectReason): void {
    for (const socket of this.#open) this.#sendDisconnect(socket, reason)
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const socket of this.#open) socket.terminate()
  }

  /** Closes every connection in good order: the official client keeps a timer for half a minute when it is cut while it leaves. */
  async close(): Promise<void> {
    clearInterval(this.#pings)
    const gone = this.#open.map(socket => {
      socket.close(1001)
      return Promise.race([once(socket, 'close'), pause(farewellMs, undefined, { ref: false })])
    })
    await Promise.all(gone)
    this.cut()
    this.#server.close()
  }

  #welcome(socket: WebSocket): void {
    socket.on('error', () => socket.terminate())
    if (this.#open.length >= socketsMax) {
      this.#sendDisconnect(socket, 'too_many_websockets')
      socket.close()
      return
    }
    this.#open = [...this.#open, socket]
    socket.on('close', () => this.#gone(socket))
    socket.on('message', data => this.#heard(String(data)))
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#open.length,
        connection_info: { app_id: this.#core.workspace.app.id },
        debug_info: { host: 'applink-simulated', build_number: 1, approximate_connection_time: 3600 },
      }),
    )
    this.#core.timeline.emit('sockets', this.#open.length)
  }

  #heard(text: string): void {
    const frame = parseJson(text)
    if (!isFields(frame) || typeof frame['envelope_id'] !== 'string') return
    const awaited = this.#awaited.get(frame['envelope_id'])
    if (awaited === undefined) return
    const { payload } = frame
    const isEmpty = payload === undefined || (isFields(payload) && Object.keys(payload).length === 0)
    const ms = performance.now() - awaited.started
    awaited.settle({ ok: true, status: 200, error: undefined, body: isEmpty ? undefined : payload, headers: {}, ms })
  }

  /** What was on its way over a lost connection will not be acknowledged any more. */
  #gone(socket: WebSocket): void {
    this.#open = this.#open.filter(each => each !== socket)
    for (const awaited of this.#awaited.values()) {
      if (awaited.socket === socket) awaited.settle(noAck('connection_failed', performance.now() - awaited.started))
    }
    this.#core.timeline.emit('sockets', this.#open.length)
  }

  #sendDisconnect(socket: WebSocket, reason: DisconnectReason): void {
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-simulated' } }))
  }
}
