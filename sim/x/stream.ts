/**
 * The filtered stream: lets a client in or says why not, writes each emitted post to whoever's rules it matches, and commits
 * the faults that the plan asks for at each line. It records what was wholly written (`wire`): that record, and not what
 * was emitted, is what a client can be expected to have.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fault } from '../faults.ts'
import { createRandom, type Random } from '../world/random.ts'
import type { World, WorldPost } from '../world/world.ts'
import { cutInsideCharacters } from './chunks.ts'
import { Connection, type ConnectionOptions, type EndReason } from './connection.ts'
import { envelop } from './envelope.ts'
import { prepare } from './match.ts'
import type { Bill } from './meter.ts'
import { noRules, operationalDisconnect, type Problem, tooManyConnections } from './problems.ts'
import type { Rule, RuleBook } from './rules.ts'
import type { Selection } from './select.ts'

/** Faults that strike once per line written to a connection. */
const lineFaults = [
  'cut', // a TCP reset after this line
  'end', // a clean end after this line
  'mid-line', // half of this line, then a reset
  'mid-line-end', // half of this line, then a clean end
  'stall', // silence after this line, socket open
  'operational-disconnect', // X's message after this line, then a clean end
  'garbage', // a line before it that is not JSON
  'unknown-message', // a line before it of a kind nobody knows
  'duplicate', // this line twice
  'out-of-order', // this line after the next one
  'split-utf8', // every character of this line cut in two
] as const
export type LineFault = (typeof lineFaults)[number]

/** One line that was written to the end. */
export interface WireEntry {
  /** The post version's id. */
  readonly id: string
  readonly connection: string
  /** Epoch ms, when its last byte was handed to the network. */
  readonly at: number
}

export interface Emission {
  readonly post: WorldPost
  /** Rules in force that it matched. */
  readonly rules: readonly Rule[]
  /** Whether it has been wholly written to a connection; a line held back to come out of order may become so later. */
  readonly onWire: boolean
}

export interface StreamTools {
  readonly world: World
  readonly rules: RuleBook
  readonly bill: Bill
  readonly faults: {
    take(kind: LineFault | 'ghost', subject?: string): Fault<string> | undefined
    note(kind: LineFault, subject?: string): void
  }
  readonly imageBase: () => string
  readonly now: () => number
  readonly connection: ConnectionOptions
  /** Connections an app may have: 1 (docs.x.com/x-api/posts/filtered-stream/introduction). */
  readonly connectionsMax: number
  readonly seed: number | string
  /** A captured stream to play instead, and whether rules are needed for it. */
  readonly replay: readonly Buffer[] | undefined
  /** Called after anything that a test may wait for. */
  readonly changed: () => void
}

export class Stream {
  readonly wire: WireEntry[] = []
  readonly #written = new Set<string>()
  readonly emissions: Emission[] = []
  /** All that ever were, oldest first. */
  readonly connections: Connection[] = []
  /** Connections stay open and are kept alive, but no post is written to them: rules that X has lost, a partition without data. */
  muted = false
  readonly #tools: StreamTools
  readonly #random: Random
  #ghosts: number[] = []
  #nextGhostMs = 0
  #replayed = false

  constructor(tools: StreamTools) {
    this.#tools = tools
    this.#random = createRandom(`stream:${tools.seed}`)
  }

  open(): Connection[] {
    return this.connections.filter(connection => connection.open)
  }

  /** Lets the client in and answers undefined, or answers what to refuse it with. */
  connect(request: IncomingMessage, response: ServerResponse, selection: Selection): Problem | undefined {
    const { rules, replay, connection: options, now } = this.#tools
    if (replay === undefined && (rules.list().length === 0 || rules.inForce().length === 0)) return noRules
    this.#ghosts = this.#ghosts.filter(until => until > now())
    if (this.open().length + this.#ghosts.length >= this.#tools.connectionsMax) return tooManyConnections
    const id = `conn-${this.connections.length + 1}`
    const connection = new Connection(id, request, response, selection, options, { random: this.#random, now })
    this.connections.push(connection)
    void connection.closed.then(reason => this.#onClosed(reason))
    this.#tools.changed()
    if (replay !== undefined && !this.#replayed) void this.#play(connection, replay)
    return undefined
  }

  /** Puts a post on the wire; resolves when it has been written or it is clear that it will not be. */
  async emit(post: WorldPost): Promise<Emission> {
    const { world, rules } = this.#tools
    const visible = world.someone(post.authorId).state === 'active'
    const matched = visible ? rules.matching(prepare(world, post, 'stream')) : []
    if (matched.length > 0 && !this.muted) {
      await Promise.all(this.open().map(connection => this.#deliver(connection, post, matched)))
    }
    const wasOnWire = () => this.wasOnWire(post.id)
    const emission = {
      post,
      rules: matched,
      get onWire() {
        return wasOnWire()
      },
    }
    this.emissions.push(emission)
    this.#tools.changed()
    return emission
  }

  /** Whether this version has been wholly written to a connection. */
  wasOnWire(postId: string): boolean {
    return this.#written.has(postId)
  }

  #record(id: string, connection: Connection): void {
    this.#written.add(id)
    this.wire.push({ id, connection: connection.id, at: this.#tools.now() })
  }

  /** The next connection to end leaves a ghost that occupies its place for so long. */
  haunt(ms: number): void {
    this.#nextGhostMs = ms
  }

  /** Ends these connections and all ghosts, as `DELETE /2/connections…` does; answers how many. */
  async kill(which: readonly Connection[], ghostsToo: boolean): Promise<number> {
    const ghosts = ghostsToo ? this.#ghosts.length : 0
    if (ghostsToo) this.#ghosts = []
    await Promise.all(which.map(connection => connection.end('killed')))
    return which.length + ghosts
  }

  /** Writes bytes of the caller's own to every open connection, after what is queued. */
  async send(bytes: Buffer): Promise<void> {
    await Promise.all(this.open().map(connection => connection.enqueue(() => connection.write([bytes]))))
  }

  /** Ends every open connection in this way, after what is queued. */
  async strike(fault: 'cut' | 'end' | 'mid-line' | 'mid-line-end' | 'stall' | 'operational-disconnect'): Promise<void> {
    const strikes = this.open().map(connection =>
      connection.enqueue(async () => {
        this.#tools.faults.note(fault, connection.id)
        if (fault === 'mid-line' || fault === 'mid-line-end') {
          const line = JSON.stringify({ data: { id: '1', text: 'a line that nobody will see the end of' } })
          await this.#half(connection, Buffer.from(line), fault)
        } else await this.#after(connection, fault)
      }),
    )
    await Promise.all(strikes)
  }

  #deliver(connection: Connection, post: WorldPost, matched: readonly Rule[]): Promise<void> {
    const { world, imageBase, bill } = this.#tools
    const { selection } = connection
    // Credits or cap used up: X ends the stream, and the next connect is answered with the reason.
    if (bill.over() !== undefined) return connection.enqueue(() => this.#after(connection, 'operational-disconnect'))
    const { data, includes, errors, read } = envelop(world, [post], selection, imageBase())
    const line = selection.spell({
      data: data[0],
      ...(includes === undefined ? {} : { includes }),
      ...(errors === undefined ? {} : { errors }),
      matching_rules: matched.map(({ id, tag }) => (tag === undefined ? { id } : { id, tag })),
    })
    const bytes = Buffer.from(`${JSON.stringify(line)}\r\n`)
    connection.checkBuffer(bytes.length)
    const done = () => {
      this.#record(post.id, connection)
      this.#tools.bill.read(read.posts, read.users)
    }
    return connection.enqueue(async () => {
      connection.releaseBuffer(bytes.length)
      await this.#line(connection, bytes, done)
    })
  }

  /** One line with whatever the fault plan does to it. */
  async #line(connection: Connection, bytes: Buffer, done: () => void): Promise<void> {
    if (!connection.open || connection.stalled) return
    const take = (kind: LineFault) => this.#tools.faults.take(kind, connection.id) !== undefined
    const write = async (chunks?: readonly Buffer[]) => {
      const written = await (chunks === undefined ? connection.writeLine(bytes) : connection.write(chunks))
      if (written) done()
    }
    if (connection.held === undefined && take('out-of-order')) {
      // Written after the next line, if there is one; only then is it on the wire.
      connection.held = async () => {
        connection.held = undefined
        await write()
        this.#tools.changed()
      }
      return
    }
    for (const kind of ['mid-line', 'mid-line-end'] as const) {
      if (take(kind)) return await this.#half(connection, bytes, kind)
    }
    if (take('garbage')) await connection.write([Buffer.from('{"data":{"id":"12\r\n')])
    if (take('unknown-message')) await connection.write([Buffer.from('{"notice":{"kind":"rebalancing"}}\r\n')])
    await write(take('split-utf8') ? cutInsideCharacters(bytes) : undefined)
    if (take('duplicate')) await connection.writeLine(bytes)
    await connection.held?.()
    for (const kind of ['operational-disconnect', 'cut', 'end', 'stall'] as const) {
      if (connection.open && !connection.stalled && take(kind)) await this.#after(connection, kind)
    }
  }

  async #half(connection: Connection, bytes: Buffer, kind: 'mid-line' | 'mid-line-end'): Promise<void> {
    await connection.write([bytes.subarray(0, this.#random.int(1, bytes.length - 3))])
    await (kind === 'mid-line' ? connection.reset('mid-line') : connection.end('mid-line'))
  }

  async #after(connection: Connection, kind: 'operational-disconnect' | 'cut' | 'end' | 'stall'): Promise<void> {
    if (kind === 'stall') {
      connection.stall()
      this.#tools.changed()
    } else if (kind === 'cut') await connection.reset('reset')
    else {
      const message = Buffer.from(`${JSON.stringify(operationalDisconnect)}\r\n`)
      if (kind === 'operational-disconnect') await connection.write([message])
      await connection.end(kind === 'end' ? 'end' : 'operational')
    }
  }

  async #play(connection: Connection, lines: readonly Buffer[]): Promise<void> {
    this.#replayed = true
    await connection.enqueue(async () => {
      for (const line of lines) {
        const id = postIdIn(line)
        if ((await connection.writeLine(line)) && id !== undefined) this.#record(id, connection)
      }
      await connection.reset('replay-over')
    })
  }

  #onClosed(reason: EndReason): void {
    const { faults, now } = this.#tools
    const ghost = reason === 'killed' || reason === 'shutdown' ? undefined : faults.take('ghost')
    const ms = ghost === undefined ? this.#nextGhostMs : Number(ghost.detail['ms'] ?? 5000)
    this.#nextGhostMs = 0
    if (ms > 0) this.#ghosts.push(now() + ms)
    this.#tools.changed()
  }
}

/** The id of the post on a captured line; undefined for half a line or a line without a post. */
function postIdIn(line: Buffer): string | undefined {
  try {
    const parsed = JSON.parse(line.toString()) as { data?: { id?: unknown } }
    return typeof parsed.data?.id === 'string' ? parsed.data.id : undefined
  } catch {
    return undefined
  }
}
