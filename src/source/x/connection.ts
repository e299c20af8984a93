/**
 * One connection to the stream, from the request to its end. Pulled: little is read from the socket before somebody asks for the
 * next event, so a slow reader slows X down instead of filling memory. Endings are values. Knows bytes and lines, not posts.
 *
 * Silence: X sends at least a blank line every 20 s, so a connection without any byte for `stallMs` is dead, however open it looks.
 * Time in which nobody asked does not count as silence.
 */
import http from 'node:http'
import https from 'node:https'
import type { Clock } from '../../kit/clock.ts'
import { networkReason } from '../../kit/http.ts'
import { type Line, LineSplitter } from '../../kit/lines.ts'
import { userAgent } from './client.ts'
import { type Answer, classify, clean } from './errors.ts'

/**
 * `at`: epoch ms at which its last byte was read. `fresh`: the socket had been empty before, so that this was read as it came and
 * everything earlier has been handed out; otherwise it may have waited in the socket for some time.
 */
export type StreamEvent =
  | { readonly kind: 'line'; readonly text: string; readonly at: number; readonly fresh: boolean }
  | { readonly kind: 'alive'; readonly at: number; readonly fresh: boolean }
  | { readonly kind: 'too-long' | 'cut'; readonly text: string; readonly bytes: number; readonly at: number }
  /** Nothing comes after it; asked again it says the same. */
  | { readonly kind: 'end'; readonly why: string }

export interface Connection {
  next(): Promise<StreamEvent>
  /** Ends it from our side; a waiting `next` then gives the end. */
  close(why: string): void
  /** Epoch ms. */
  readonly openedAt: number
  readonly lastByteAt: number
}

export interface ConnectOptions {
  readonly url: string
  readonly token: string
  readonly headersMs: number
  readonly stallMs: number
  readonly lineBytesMax: number
  readonly clock: Clock
}

/** Bytes of an answer that is not a stream. */
const refusalBytesMax = 64 * 1024

/** Bytes read from the socket ahead of what was asked for; beyond them X has to wait. */
const aheadBytesMax = 64 * 1024
/** A wait this long for a byte means that the socket had none: whatever comes then comes as it was sent. */
const drainedMs = 1000

interface Chunk {
  readonly bytes: Buffer
  readonly at: number
  readonly fresh: boolean
}

/** Connects; settles when X has answered. X may hold its headers back until the first keep-alive, 20 s later. */
export async function connect(options: ConnectOptions, signal: AbortSignal): Promise<Answer<Connection>> {
  const { clock, token } = options
  if (signal.aborted) return { ok: false, error: { kind: 'aborted', why: 'stopped' } }
  const answered = new AbortController()
  const { promise, resolve } = Promise.withResolvers<Answer<Connection>>()
  const request = (options.url.startsWith('https:') ? https : http).get(options.url, {
    agent: false,
    headers: { authorization: `Bearer ${token}`, 'user-agent': userAgent },
  })
  const abort = () => {
    resolve({ ok: false, error: { kind: 'aborted', why: 'stopped' } })
    request.destroy()
  }
  signal.addEventListener('abort', abort, { once: true })
  void clock.sleep(options.headersMs, answered.signal).then(() => {
    if (answered.signal.aborted) return
    const why = `X did not answer within ${options.headersMs / 1000} s.`
    resolve({ ok: false, error: { kind: 'timeout', why } })
    request.destroy()
  })
  request.on('error', error => {
    resolve({ ok: false, error: { kind: 'network', why: `X could not be reached: ${networkReason(error)}.` } })
  })
  request.on('response', response => {
    if (response.statusCode === 200) {
      answered.abort()
      resolve({ ok: true, value: new OpenConnection(response, options) })
      return
    }
    void readRefusal(response).then(body => {
      const get = (name: string) => response.headers[name]?.toString() ?? null
      const error = classify(response.statusCode ?? 0, { get }, body, clock.now())
      resolve({ ok: false, error: clean(error, token) })
      request.destroy()
    })
  })
  const answer = await promise
  answered.abort()
  signal.removeEventListener('abort', abort)
  if (answer.ok) closeWith(answer.value, signal)
  return answer
}

function closeWith(connection: Connection, signal: AbortSignal): void {
  if (signal.aborted) connection.close('stopped')
  else signal.addEventListener('abort', () => connection.close('stopped'), { once: true })
}

async function readRefusal(response: http.IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    for await (const piece of response) {
      pieces.push(piece)
      bytes += piece.length
      if (bytes > refusalBytesMax) break
    }
  } catch {
    // The status alone says enough; half a body is read as far as it goes.
  }
  return Buffer.concat(pieces).toString('utf8')
}

class OpenConnection implements Connection {
  readonly openedAt: number
  readonly #response: http.IncomingMessage
  readonly #clock: Clock
  readonly #splitter: LineSplitter
  readonly #stallMs: number
  readonly #done = new AbortController()
  #lastByteAt: number
  /** Read from the socket and not yet asked for. */
  #chunks: Chunk[] = []
  #chunkBytes = 0
  #lines: readonly Line[] = []
  #next = 0
  /** The chunk that the lines at hand came from. */
  #from: Omit<Chunk, 'bytes'>
  #wake: (() => void) | undefined
  #waitingSince: number
  /** Set when the silence was too long: what the socket still holds is taken, and then it is over. */
  #late = false
  #why: string | undefined

  constructor(response: http.IncomingMessage, { clock, stallMs, lineBytesMax }: ConnectOptions) {
    this.#response = response
    this.#clock = clock
    this.#stallMs = stallMs
    this.#splitter = new LineSplitter(lineBytesMax)
    this.openedAt = clock.now()
    this.#lastByteAt = this.openedAt
    this.#waitingSince = this.openedAt
    this.#from = { at: this.openedAt, fresh: false }
    response.on('data', (bytes: Buffer) => this.#received(bytes))
    response.on('end', () => this.#finish('X closed the stream'))
    response.on('error', error => this.#finish(networkReason(error)))
    response.on('close', () => this.#finish('connection closed'))
    void this.#watch(stallMs)
  }

  get lastByteAt(): number {
    return this.#lastByteAt
  }

  async next(): Promise<StreamEvent> {
    for (;;) {
      const line = this.#lines[this.#next]
      if (line !== undefined) {
        this.#next += 1
        return this.#event(line)
      }
      if (this.#why === 'stopped') return { kind: 'end', why: this.#why }
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) {
        this.#from = chunk
        this.#lines = this.#splitter.push(chunk.bytes)
        this.#next = 0
        this.#chunkBytes -= chunk.bytes.length
        if (this.#chunks.length === 0 && this.#response.isPaused()) this.#response.resume()
      } else if (this.#why !== undefined) {
        const rest = this.#splitter.end()
        return rest === undefined ? { kind: 'end', why: this.#why } : this.#event(rest)
      } else {
        this.#waitingSince = this.#clock.now()
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
      }
    }
  }

  close(why: string): void {
    this.#finish(why)
    this.#response.destroy()
  }

  #event(line: Line): StreamEvent {
    const { at, fresh } = this.#from
    if (line.kind === 'line') return { kind: 'line', text: line.text, at, fresh }
    if (line.kind === 'blank') return { kind: 'alive', at, fresh }
    if (line.kind === 'too-long') return { kind: 'too-long', text: line.head, bytes: line.bytes, at }
    return { kind: 'cut', text: line.text, bytes: Buffer.byteLength(line.text), at }
  }

  #received(bytes: Buffer): void {
    const at = this.#clock.now()
    // The machine slept, or its clock was set: what comes now is old, and what followed it may be gone.
    if (this.#silentMs(at) >= this.#stallMs) this.#stalled()
    if (!this.#late) this.#lastByteAt = at
    const fresh = !this.#late && this.#wake !== undefined && at - this.#waitingSince >= drainedMs
    this.#chunks.push({ bytes, at, fresh })
    this.#chunkBytes += bytes.length
    if (this.#wake !== undefined) this.#wakeUp()
    else if (this.#chunkBytes > aheadBytesMax) this.#response.pause()
  }

  #wakeUp(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  #finish(why: string): void {
    this.#why ??= why
    this.#done.abort()
    this.#wakeUp()
  }

  #silentMs(now: number): number {
    return this.#wake === undefined ? 0 : now - Math.max(this.#lastByteAt, this.#waitingSince)
  }

  /** After a sleep of the machine its timers ring before its sockets are read: what has come by now is read first. */
  #stalled(): void {
    if (this.#late) return
    this.#late = true
    setImmediate(() => this.close(`no byte for ${Math.round(this.#stallMs / 1000)} s`))
  }

  async #watch(stallMs: number): Promise<void> {
    while (!this.#done.signal.aborted) {
      const now = this.#clock.now()
      // A clock that was set back must not make a silence look hours younger.
      this.#lastByteAt = Math.min(this.#lastByteAt, now)
      this.#waitingSince = Math.min(this.#waitingSince, now)
      const silentMs = this.#silentMs(now)
      if (silentMs >= stallMs) return this.#stalled()
      await this.#clock.sleep(stallMs - silentMs, this.#done.signal)
    }
  }
}
