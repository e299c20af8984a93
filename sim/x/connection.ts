/**
 * One open stream towards one client: writes bytes in the chunks it is told to, keeps the line alive, and ends in every way
 * a connection can end. Work is done in the order it was asked for; nothing is written after the end or during a stall.
 *
 * State: open → (stalled →) closed. Only this class moves it; `closed` may come from either side.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Random } from '../world/random.ts'
import { type ChunkProfile, chunkProfiles, cutChunks } from './chunks.ts'
import type { Selection } from './select.ts'

export interface ConnectionOptions {
  /** X: "at least every 20 seconds" (docs.x.com/x-api/fundamentals/consuming-streaming-data). */
  readonly keepAliveMs: number
  /** Send the response's headers only with the first byte of the body, as X was measured to do. */
  readonly holdHeaders: boolean
  readonly chunks: ChunkProfile | 'mixed'
  /** Bytes that may wait for a slow reader before X hangs up. */
  readonly bufferMax: number
  /**
   * Pause between the last byte and a reset. A reset makes a client forget what it has received and not yet read; with
   * the pause, what counts as written has been read by any client that reads at once.
   */
  readonly graceMs: number
}

/** How it ended, in X's words for `disconnect_reason` where it has one. */
export type EndReason =
  | 'client'
  | 'reset'
  | 'end'
  | 'mid-line'
  | 'operational'
  | 'slow-reader'
  | 'killed'
  | 'replay-over'
  | 'shutdown'

const lineEnd = Buffer.from('\r\n')
const pausePartMs = 10

export class Connection {
  readonly id: string
  readonly connectedAt: number
  readonly clientIp: string
  readonly selection: Selection
  /** Resolves when the connection has ended, with how. */
  readonly closed: Promise<EndReason>
  disconnectedAt: number | undefined
  endReason: EndReason | undefined
  /** A line that waits to be overtaken by the next one. */
  held: (() => Promise<void>) | undefined
  readonly #response: ServerResponse
  readonly #options: ConnectionOptions
  readonly #random: Random
  readonly #now: () => number
  readonly #settle: (reason: EndReason) => void
  #stalled = false
  #queue: Promise<void> = Promise.resolve()
  #waiting = 0
  #keepAlive: NodeJS.Timeout
  #leaving: EndReason = 'client'
  /** Ends the write under way: node may never call back for one whose socket is gone. */
  #giveUp: () => void = () => undefined

  constructor(
    id: string,
    request: IncomingMessage,
    response: ServerResponse,
    selection: Selection,
    options: ConnectionOptions,
    tools: { readonly random: Random; readonly now: () => number },
  ) {
    this.id = id
    this.#now = tools.now
    this.connectedAt = tools.now()
    this.clientIp = request.socket.remoteAddress ?? ''
    this.selection = selection
    this.#response = response
    this.#options = options
    this.#random = tools.random
    const { promise, resolve } = Promise.withResolvers<EndReason>()
    this.closed = promise
    this.#settle = resolve
    response.once('close', () => this.#onClose())
    response.on('error', () => undefined) // a write into a socket that is gone; 'close' says so too
    response.socket?.setNoDelay(true)
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
    if (!options.holdHeaders) response.flushHeaders()
    this.#keepAlive = setInterval(() => void this.keepAlive(), options.keepAliveMs)
    this.#keepAlive.unref()
  }

  get open(): boolean {
    return this.endReason === undefined
  }

  get stalled(): boolean {
    return this.#stalled
  }

  /** Does this after everything asked for before. */
  enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.then(
      () => undefined,
      () => undefined, // whoever asked sees the failure; the next in line must still run
    )
    return result
  }

  /** A bare line end, now. */
  keepAlive(): Promise<boolean> {
    return this.enqueue(() => this.write([lineEnd]))
  }

  /** Writes one line (with its end) in this connection's kind of chunks; true when all of it was handed to the network. */
  writeLine(line: Buffer): Promise<boolean> {
    const { chunks } = this.#options
    const profile = chunks === 'mixed' ? this.#random.pick(chunkProfiles) : chunks
    return this.write(cutChunks(line, profile, this.#random))
  }

  /** Writes exactly these chunks. */
  async write(chunks: readonly Buffer[]): Promise<boolean> {
    for (const chunk of chunks) {
      if (!this.open || this.#stalled) return false
      this.#waiting += chunk.length
      const written = await new Promise<boolean>(resolve => {
        this.#giveUp = () => resolve(false)
        this.#response.write(chunk, error => resolve(error === null || error === undefined))
      })
      this.#waiting -= chunk.length
      if (!written) return false
    }
    this.#keepAlive.refresh()
    return true
  }

  /** Hangs up on a reader who lets too much pile up; `bytes` is what is about to be queued. */
  checkBuffer(bytes: number): void {
    this.#waiting += bytes
    if (this.#waiting > this.#options.bufferMax) this.destroy('slow-reader')
  }

  /** The bytes announced to `checkBuffer` are being written now. */
  releaseBuffer(bytes: number): void {
    this.#waiting -= bytes
  }

  /** From now on silent, with the socket open. */
  stall(): void {
    this.#stalled = true
    clearInterval(this.#keepAlive)
  }

  /** A proper end of the response, then of the connection. */
  end(reason: EndReason): Promise<EndReason> {
    this.#leaving = reason
    this.#response.end()
    return this.closed
  }

  /** A TCP reset. */
  async reset(reason: EndReason): Promise<EndReason> {
    // In parts: who shares this process and stood still with it has not had the whole time to read.
    for (let leftMs = this.#options.graceMs; leftMs > 0; leftMs -= pausePartMs)
      await new Promise(resolve => setTimeout(resolve, Math.min(leftMs, pausePartMs)))
    this.#leaving = reason
    this.#response.socket?.resetAndDestroy()
    return this.closed
  }

  /** The socket is gone, in the middle of the response. */
  destroy(reason: EndReason): void {
    this.#leaving = reason
    this.#response.destroy()
  }

  #onClose(): void {
    clearInterval(this.#keepAlive)
    this.disconnectedAt = this.#now()
    this.endReason = this.#leaving
    this.#giveUp()
    this.#settle(this.#leaving)
  }
}
