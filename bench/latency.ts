/**
 * What people feel: from the moment a post's bytes are handed to the network at X until the head of the chat.postMessage request is at
 * Slack, through the real service, at 1 and at 50 posts a second; beside a bare relay that gets the same bytes half a beat later, in the
 * same seconds. At 50 most posts are replies that nobody wants, as in life: Slack takes about four messages a second in a workspace.
 * Every wanted post must arrive, or the bench fails: a figure for lost posts would be worth nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SlackSim } from '../sim/slack/server.ts'
import { createRandom } from '../sim/world/random.ts'
import { createWorld } from '../sim/world/world.ts'
import type { XSim } from '../sim/x/server.ts'
import { postsShown } from '../test/rig/posts-shown.ts'
import { within } from './child.ts'
import { type Measured, quantile, type Size } from './measured.ts'
import { withRelay } from './relay.ts'
import { type Bench, withService } from './service.ts'
import { lineOf, requestStartedAt, watchRequests } from './wire.ts'

interface Rate {
  readonly perSecond: number
  /** One post in so many belongs in a channel. */
  readonly wantedOneIn: number
  /** How many that do are measured. */
  readonly wanted: number
}

const rates: Readonly<Record<Size, readonly Rate[]>> = {
  full: [
    { perSecond: 1, wantedOneIn: 1, wanted: 60 },
    { perSecond: 50, wantedOneIn: 17, wanted: 200 },
  ],
  quick: [
    { perSecond: 1, wantedOneIn: 1, wanted: 6 },
    { perSecond: 50, wantedOneIn: 17, wanted: 24 },
  ],
}
/** A channel takes a message a second: with so many in turn none has to wait for its own. */
const channels = 12
/** Wanted posts that are sent first and not counted: engines compile, connections open, the notices' share of the burst fills again. */
const warmUp = 20
const goals = { p50: 5, p99: 25 }

export async function benchLatency(size: Size): Promise<Measured[]> {
  watchRequests()
  const rows: Measured[] = []
  for (const rate of rates[size]) rows.push(...(await atRate(rate)))
  return rows
}

async function atRate(rate: Rate): Promise<Measured[]> {
  const handles = readers()
  const follows = Object.fromEntries(handles.map((handle, n) => [`C0BENCH${n + 10}`, handle]))
  const { ours, floor } = await withService(follows, bench =>
    withRelay(async relay => {
      const watches = { ours: stopwatch(bench.x, bench.slack), floor: stopwatch(relay.x, relay.slack) }
      await send(rate, bench, watches)
      return { ours: watches.ours.tookMs, floor: watches.floor.tookMs }
    }),
  )
  const commit = await commitMs(1000 / (rate.perSecond / rate.wantedOneIn))
  return [rowOf(rate, 'p50', 0.5, ours, floor, commit), rowOf(rate, 'p99', 0.99, ours, floor, commit)]
}

async function send(
  { perSecond, wantedOneIn, wanted }: Rate,
  { world, x }: Bench,
  watches: Readonly<Record<'ours' | 'floor', Stopwatch>>,
): Promise<void> {
  const handles = readers()
  const random = createRandom('latency')
  const first = world.post({ author: 'halden_lab', text: 'The run starts.' })
  const total = (warmUp + wanted) * wantedOneIn
  for (let n = 0, at = performance.now(); n < total; n++) {
    const isWanted = n % wantedOneIn === 0
    const author = handles[Math.floor(n / wantedOneIn) % handles.length] ?? ''
    const reply = isWanted ? {} : { replyTo: first.id }
    const post = world.post({ author, text: `Reading ${n}: nothing below 3 GeV.`, ...reply })
    const line = lineOf(x, world, post)
    const counted = isWanted && n >= warmUp * wantedOneIn
    // Even steps would meet a timer's beat always at the same place.
    const step = (2 * random.next() * 1000) / perSecond
    await sleepUntil(at)
    watches.ours.send(line, post.id, counted)
    await sleepUntil(at + step / 2)
    watches.floor.send(line, post.id, counted)
    at += step
  }
  await Promise.all(
    Object.values(watches).map(watch => within(60, 'every wanted post is in Slack', watch.all(warmUp + wanted))),
  )
}

interface Stopwatch {
  readonly tookMs: readonly number[]
  send(line: string, id: string, counted: boolean): void
  /** Resolves when so many posts have become messages. */
  all(count: number): Promise<void>
}

function stopwatch(x: XSim, slack: SlackSim): Stopwatch {
  const sentAt = new Map<string, number>()
  const seen = new Set<string>()
  const tookMs: number[] = []
  slack.on('message', message => {
    const to = requestStartedAt()
    for (const id of postsShown(message)) {
      seen.add(id)
      const from = sentAt.get(id)
      if (from !== undefined && to !== undefined) tookMs.push(to - from)
    }
  })
  return {
    tookMs,
    send(line, id, counted) {
      // Before the write and not after it: by then the other side may have read it.
      if (counted) sentAt.set(id, performance.now())
      void x.sendRaw(line)
    },
    all: count => slack.until('message', () => seen.size >= count),
  }
}

function rowOf(
  { perSecond, wantedOneIn, wanted }: Rate,
  name: 'p50' | 'p99',
  q: number,
  ours: readonly number[],
  floor: readonly number[],
  commit: number,
): Measured {
  if (ours.length !== wanted || floor.length !== wanted)
    throw new Error(
      `of ${wanted} posts ${ours.length} were timed through the service, ${floor.length} through the relay`,
    )
  const [mine, least] = [quantile(ours, q), quantile(floor, q)]
  const share = wantedOneIn === 1 ? '' : `, 1 in ${wantedOneIn} wanted`
  return {
    what: `post on the wire → request at Slack, ${perSecond}/s${share}, ${name} of ${wanted}`,
    value: `${mine.toFixed(1)} ms`,
    peer: `bare relay, keeps nothing: ${least.toFixed(1)} ms`,
    ratio: `${(mine / least).toFixed(1)} x`,
    goal: `≤ ${goals[name]} ms`,
    met: mine <= goals[name],
    reason:
      `${least.toFixed(1)} ms of it a relay that keeps nothing needs too; before the request the post and then the claim are made durable, ` +
      `and one such commit took ${commit.toFixed(1)} ms (median) with nothing else in its way.`,
  }
}

/** One durable row in a plain SQLite file, at this pace: a disk that is left alone for a while answers otherwise than a busy one. */
async function commitMs(gapMs: number): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'birdwire-bench-'))
  const db = new DatabaseSync(join(dir, 'commit.sqlite'))
  db.exec('pragma journal_mode = wal; pragma synchronous = full; create table post (body text)')
  const insert = db.prepare('insert into post values (?)')
  const tookMs: number[] = []
  for (let n = 0; n < 10; n++) {
    await sleepUntil(performance.now() + gapMs)
    const begin = performance.now()
    insert.run('x'.repeat(2000))
    tookMs.push(performance.now() - begin)
  }
  db.close()
  await rm(dir, { recursive: true })
  return quantile(tookMs, 0.5)
}

function sleepUntil(at: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, Math.max(0, at - performance.now())))
}

function readers(): readonly string[] {
  return createWorld()
    .users()
    .filter(user => user.state === 'active' && user.handle !== 'halden_lab')
    .slice(0, channels)
    .map(user => user.handle)
}
