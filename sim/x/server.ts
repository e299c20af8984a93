/**
 * The X API as a local server: rules, the filtered stream, people, timelines, search, usage and connections, over a seeded
 * world, with faults on request. It follows docs.x.com and what was measured there; where the two are silent it is
 * strict. Everything a test may want to wait for is a promise; nothing has to be slept for.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FaultPlan } from '../faults.ts'
import { createWorld, type World, type WorldPost } from '../world/world.ts'
import { Activity, type ActivityOptions } from './activity.ts'
import type { ChunkProfile } from './chunks.ts'
import type { Connection } from './connection.ts'
import { Groups, type WorldList } from './groups.ts'
import { Bill, RateWindows } from './meter.ts'
import type { Json } from './objects.ts'
import { Reads } from './reads.ts'
import { readCapture } from './replay.ts'
import { type RequestEntry, Router, type Standing, type XFault } from './router.ts'
import { type Rule, RuleBook } from './rules.ts'
import { type Emission, Stream, type WireEntry } from './stream.ts'

export { FaultPlan } from '../faults.ts'
export type { ChunkProfile } from './chunks.ts'
export type { RequestEntry, Standing, XFault } from './router.ts'
export type { Rule } from './rules.ts'
export type { Emission, WireEntry } from './stream.ts'

export interface XOptions {
  /** Default: a new world with seed 1. */
  readonly world?: World
  /** Default 0: any free port. */
  readonly port?: number
  readonly host?: string
  /** Seeds chunk cutting, propagation delays and the default fault plan. Default 1. */
  readonly seed?: number | string
  readonly faults?: FaultPlan<XFault>
  readonly apiKey?: string
  readonly apiSecret?: string
  readonly bearer?: string
  /** `free`: 5 rules an app, 15 a project. Default `pay-per-use`: 1,000 rules of 1,024 characters. */
  readonly profile?: 'pay-per-use' | 'free'
  readonly ruleLengthMax?: number
  /** How long a rule change takes to come into force: ms or a range. Default 0. */
  readonly propagationMs?: number | readonly [min: number, max: number]
  /** Default 20,000. */
  readonly keepAliveMs?: number
  /** Headers of the stream only with its first byte. Default false. */
  readonly holdHeaders?: boolean
  /** How the stream's bytes are cut. Default `mixed`: another way for each line. */
  readonly chunks?: ChunkProfile | 'mixed'
  /** Default 1. */
  readonly connectionsMax?: number
  /** Bytes that may wait for a slow reader. Default 8 MB. */
  readonly bufferMax?: number
  /** Pause before a reset, so that written bytes count as read. Default 20. */
  readonly graceMs?: number
  /** Requests per 15 minutes by endpoint (`'GET /2/tweets/search/stream'`); the rest as at X. */
  readonly rateLimits?: Readonly<Record<string, number>>
  /** USD the app may spend before X ends its stream and answers 402. Default: no end. */
  readonly credits?: number
  /** Posts a calendar month; then X answers 429, UsageCapExceeded. Default 3,000,000. */
  readonly postCap?: number
  /** Drop unknown field values instead of refusing them. Default false. */
  readonly lenientFields?: boolean
  /** Default 30,000; see `ReadTools`. */
  readonly searchLagMs?: number
  /** Default true; see `ReadTools`. */
  readonly searchReposts?: boolean
  /** Where pictures are said to be. Default: this server, which serves them. */
  readonly imageBase?: string
  /** A captured stream to play to the first client; no rules are needed then. */
  readonly replay?: string
  /** How the Activity API answers. */
  readonly activity?: ActivityOptions
  /** Epoch ms. Default the world's clock. */
  readonly now?: () => number
}

export interface XSim {
  /** `http://127.0.0.1:<port>`, for `X_API_URL`. */
  readonly url: string
  readonly port: number
  readonly world: World
  readonly faults: FaultPlan<XFault>
  readonly bill: Bill
  readonly bearer: string
  readonly apiKey: string
  readonly apiSecret: string
  /** Posts wholly written to a connection, in order, once for each writing. */
  readonly wire: readonly WireEntry[]
  readonly emissions: readonly Emission[]
  readonly requests: readonly RequestEntry[]
  /** All connections that ever were. */
  readonly connections: readonly Connection[]
  wasOnWire(postId: string): boolean
  /** Rules as listed; `inForce` leaves out those still on their way. */
  rules(): readonly Rule[]
  rulesInForce(): readonly Rule[]
  /** Puts a post on the wire for those whose rules match. */
  emit(post: WorldPost): Promise<Emission>
  /** Lets the world write its next post and emits it. */
  emitNext(): Promise<Emission>
  readonly activity: Activity
  /** Lists that people keep, by id; more may be put in. */
  readonly lists: Map<string, WorldList>
  /** Deletes a post with all its versions and tells the Activity API's listeners of this one. Throws when there is none. */
  deletePost(id: string): Promise<void>
  /** A TCP reset of every open stream. Those that return a promise resolve when it has happened. */
  cut(): Promise<void>
  /** A clean end. */
  end(): Promise<void>
  /** Half a line, then a reset. */
  endMidLine(): Promise<void>
  /** Silence, socket open. */
  stall(): Promise<void>
  /** X's message, then a clean end. */
  disconnectOperationally(): Promise<void>
  /** From now on open streams are kept alive and bring no posts, or bring them again. */
  mute(muted: boolean): void
  keepAlive(): Promise<void>
  /** Writes this text as it is. */
  sendRaw(text: string): Promise<void>
  /** The next connection to end occupies its place for so much longer. */
  haunt(ms: number): void
  /** How X treats the app from now on; open streams stay. */
  setStanding(standing: Standing): void
  /** Resolves when this is true; looked at after everything that happens. */
  until(isTrue: () => boolean): Promise<void>
  /** Resolves when a stream is open, after at least `connects` connects in all (default 1). */
  connected(connects?: number): Promise<void>
  /** Resolves when no stream is open. */
  disconnected(): Promise<void>
  /** Resolves when the rules in force are these values, in any order, or satisfy the test. */
  rulesAre(wanted: readonly string[] | ((rules: readonly Rule[]) => boolean)): Promise<void>
  close(): Promise<void>
}

export async function startX(options: XOptions = {}): Promise<XSim> {
  const world = options.world ?? createWorld()
  const now = options.now ?? (() => world.now())
  const seed = options.seed ?? 1
  const faults = options.faults ?? new FaultPlan<XFault>(seed)
  const free = options.profile === 'free'
  const capture = options.replay === undefined ? undefined : readCapture(options.replay)
  const credentials = {
    apiKey: options.apiKey ?? 'simulated-key',
    apiSecret: options.apiSecret ?? 'simulated-secret',
    // X's tokens hold literal percent signs; a client that decodes them is refused.
    bearer: options.bearer ?? 'simulated%2Fbearer%3D',
  }
  let url = ''
  const imageBase = () => options.imageBase ?? url
  const bill = new Bill(now, { credits: options.credits, postCap: options.postCap ?? 3_000_000 })
  const rules = new RuleBook(
    {
      cap: free ? 5 : 1000,
      capPerProject: free ? 15 : 1000,
      lengthMax: options.ruleLengthMax ?? 1024,
      propagationMs: options.propagationMs ?? 0,
      seed,
    },
    now,
  )
  const waiting = createWaiting(() => {
    const next = rules.nextChange()
    return next === undefined ? undefined : next - now()
  })
  const connection = {
    keepAliveMs: options.keepAliveMs ?? 20_000,
    holdHeaders: options.holdHeaders ?? false,
    chunks: options.chunks ?? 'mixed',
    bufferMax: options.bufferMax ?? 8_000_000,
    graceMs: options.graceMs ?? 20,
  }
  const stream = new Stream({
    world,
    rules,
    bill,
    faults,
    imageBase,
    now,
    seed,
    connection,
    connectionsMax: options.connectionsMax ?? 1,
    replay: capture?.lines,
    changed: waiting.changed,
  })
  const activity = new Activity({ world, bill, now, connection, seed, changed: waiting.changed }, options.activity)
  const reads = new Reads({
    world,
    captured: capture?.users ?? [],
    imageBase,
    now,
    lenientFields: options.lenientFields ?? false,
    searchLagMs: options.searchLagMs ?? 30_000,
    searchReposts: options.searchReposts ?? true,
  })
  const groups = new Groups({ world, imageBase, lenientFields: options.lenientFields ?? false })
  const emitNext = () => stream.emit(world.next())
  const router = new Router({
    ...credentials,
    clientAppId: '29893711',
    credits: options.credits,
    lenientFields: options.lenientFields ?? false,
    now,
    faults,
    rules,
    bill,
    rates: new RateWindows(now, options.rateLimits),
    reads,
    groups,
    stream,
    activity,
    control: path => control(path, stream, rules, bill, emitNext),
    changed: waiting.changed,
  })
  const server = createServer((request, response) => {
    router.handle(request, response).catch(error => {
      // A request that its client gave up; anything else is a fault of this simulator and must be seen.
      if (!request.destroyed || request.complete)
        queueMicrotask(() => {
          throw error
        })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  url = `http://${options.host ?? '127.0.0.1'}:${port}`

  return {
    url,
    port,
    world,
    faults,
    bill,
    ...credentials,
    wire: stream.wire,
    emissions: stream.emissions,
    requests: router.requests,
    connections: stream.connections,
    wasOnWire: postId => stream.wasOnWire(postId),
    rules: () => rules.list(),
    rulesInForce: () => rules.inForce(),
    emit: post => stream.emit(post),
    emitNext,
    activity,
    lists: groups.lists,
    deletePost: async id => {
      const post = world.lookup(id)
      if (post === undefined) throw new Error(`there is no post ${id}`)
      world.remove(id)
      await activity.deleted(post)
    },
    cut: () => stream.strike('cut'),
    end: () => stream.strike('end'),
    endMidLine: () => stream.strike('mid-line'),
    stall: () => stream.strike('stall'),
    disconnectOperationally: () => stream.strike('operational-disconnect'),
    mute: muted => {
      stream.muted = muted
    },
    keepAlive: () => stream.send(Buffer.from('\r\n')),
    sendRaw: text => stream.send(Buffer.from(text)),
    haunt: ms => stream.haunt(ms),
    setStanding: standing => {
      router.standing = standing
    },
    until: waiting.until,
    connected: (connects = 1) => waiting.until(() => stream.open().length > 0 && stream.connections.length >= connects),
    disconnected: () => waiting.until(() => stream.open().length === 0),
    rulesAre: wanted =>
      waiting.until(() => {
        const active = rules.inForce()
        if (typeof wanted === 'function') return wanted(active)
        return JSON.stringify(active.map(rule => rule.value).sort()) === JSON.stringify([...wanted].sort())
      }),
    close: async () => {
      for (const connection of [...stream.open(), ...activity.open()]) connection.destroy('shutdown')
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Promises that resolve when something has become true. `nextMs`: when time alone will change something. */
function createWaiting(nextMs: () => number | undefined) {
  let waiters: { readonly isTrue: () => boolean; readonly resolve: () => void }[] = []
  let timer: NodeJS.Timeout | undefined
  const changed = () => {
    const due = waiters.filter(({ isTrue }) => isTrue())
    waiters = waiters.filter(waiter => !due.includes(waiter))
    for (const { resolve } of due) resolve()
    const next = waiters.length === 0 ? undefined : nextMs()
    clearTimeout(timer)
    if (next !== undefined) timer = setTimeout(changed, next + 1)
  }
  const until = (isTrue: () => boolean): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiters.push({ isTrue, resolve })
    changed()
    return promise
  }
  return { changed, until }
}

/** The server's own endpoints under `/_sim/`, for a person with curl. Undefined for a path that does not exist. */
async function control(
  path: string,
  stream: Stream,
  rules: RuleBook,
  bill: Bill,
  emitNext: () => Promise<Emission>,
): Promise<Json | undefined> {
  const state = () => ({
    open: stream.open().map(({ id, stalled }) => ({ id, stalled })),
    connects: stream.connections.length,
    rules: rules.list(),
    wire: stream.wire.length,
    bill: bill.total(),
  })
  switch (path) {
    case 'state':
      return state()
    case 'emit': {
      const { post, rules: matched, onWire } = await emitNext()
      return { id: post.id, rules: matched, onWire }
    }
    case 'cut':
    case 'end':
    case 'stall':
      await stream.strike(path)
      return state()
    default:
      return undefined
  }
}
