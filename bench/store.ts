/**
 * A burst through the real path, parse → match → commit, and the outbox's claim and settle; beside bare SQLite in the same run: rows
 * inserted 100 a transaction (the ceiling of a burst) and one a transaction (the ceiling of anything durable one by one). Rounds
 * take turns; figures are medians, ratios are taken inside a round, since a shared disk is never the same twice. Every round's work is
 * counted afterwards: a figure for lost posts would be worth nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Arrival } from '../src/domain/arrival.ts'
import { plainText } from '../src/domain/post.ts'
import { emptyRoute } from '../src/domain/route.ts'
import { Economy } from '../src/ingest/economy.ts'
import { createIngest } from '../src/ingest/ingest.ts'
import { Matcher } from '../src/ingest/match.ts'
import { RouteBook } from '../src/ingest/wanted.ts'
import { systemClock } from '../src/kit/clock.ts'
import { LineSplitter } from '../src/kit/lines.ts'
import { newIds } from '../src/kit/new-id.ts'
import { xLineBytesMax } from '../src/limits.ts'
import { toPost } from '../src/source/x/to-post.ts'
import { openStore } from '../src/store/open.ts'
import type { Store } from '../src/store/store.ts'
import { corpusOf, wantedOf } from './corpus.ts'
import { type Row, tableOf } from './row.ts'

const rounds = 5
const posts = 20_000
const channels = 10
/** Deliveries that are claimed and settled in one round, and the channels that they are in. */
const outbox = { deliveries: 2000, channels: 50 } as const
const chunkBytes = 64 * 1024
const goalPostsPerSecond = 8000

/** The stream's bytes, cut into chunks without regard for lines. */
function wireOf(): { readonly chunks: readonly Buffer[]; readonly corpus: ReturnType<typeof corpusOf> } {
  const corpus = corpusOf(3, posts)
  const lines = corpus.posts.map((post, n) => {
    const id = String(1_790_000_000_000_000_000n + BigInt(n))
    const authorId = post.author.id
    const data = {
      id,
      text: plainText(post),
      author_id: authorId,
      created_at: '2026-01-05T09:00:00.000Z',
      conversation_id: id,
      edit_history_tweet_ids: [id],
      lang: 'en',
      possibly_sensitive: false,
      reply_settings: 'everyone',
      public_metrics: { retweet_count: 1, reply_count: 0, like_count: 4, quote_count: 0, impression_count: 512 },
      entities: { hashtags: [], urls: [], annotations: [{ start: 0, end: 4, probability: 0.9, type: 'Other' }] },
    }
    const user = { id: authorId, username: 'mira_okafor', name: 'Mira Okafor', verified: false }
    const rules = [{ id: '1', tag: 'birdwire:accounts' }]
    return `${JSON.stringify({ data, includes: { users: [user] }, matching_rules: rules })}\r\n`
  })
  const bytes = Buffer.from(lines.join(''))
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes))
  return { chunks, corpus }
}

/** Ten channels: a hundred follows of five hundred authors and ten topics each, so that a post is owed about twice. */
async function fillRoutes(store: Store, corpus: ReturnType<typeof corpusOf>): Promise<void> {
  const topics = wantedOf(4, corpus, channels * 10, true).map(({ text }) => `"${text}"`)
  for (let n = 0; n < channels; n += 1) {
    const channel = `C${n}`
    const follows = Array.from({ length: 100 }, (_, i) => {
      const id = String(1000 + ((n * 50 + i) % 500))
      return { source: 'x', id, handle: 'mira_okafor', name: 'Mira Okafor' } as const
    })
    const route = { ...emptyRoute('x', channel), follows, topics: topics.slice(n * 10, n * 10 + 10) }
    await store.change({ source: 'x', channel }, 'bench', 1, () => ({ route, what: 'set up' }))
  }
}

async function* arrivalsOf(chunks: readonly Buffer[]): AsyncGenerator<Arrival> {
  const splitter = new LineSplitter(xLineBytesMax)
  for (const chunk of chunks) {
    for (const line of splitter.push(chunk)) {
      const read = line.kind === 'line' ? toPost(line.text) : undefined
      if (read?.kind !== 'post') throw new Error('the bench made a line that is no post')
      yield { kind: 'post', post: read.post, via: 'stream', at: Date.now(), cursor: read.post.id }
    }
  }
}

async function inFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(path.join(tmpdir(), 'birdwire-bench-'))
  try {
    return await use(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

interface Burst {
  readonly postsPerSecond: number
  readonly cpuUsPerPost: number
  /** Posts and deliveries. */
  readonly rowsPerSecond: number
}

function burst(wire: ReturnType<typeof wireOf>): Promise<Burst> {
  return inFolder(async dir => {
    const store = await openStore({ dir, newId: newIds(systemClock) })
    await fillRoutes(store, wire.corpus)
    const matcher = new Matcher()
    const book = new RouteBook({ source: 'x', store, matcher })
    await book.refresh()
    const wanted = new Economy({
      ...{ source: 'x', book, store, clock: systemClock },
      usage: async () => [],
      onAnnounced: () => {},
      onEvent: () => {},
    })
    const source = { name: 'x', stream: () => arrivalsOf(wire.chunks) } as const
    let deliveries = 0
    const ingest = createIngest({
      source,
      store,
      matcher,
      wanted,
      clock: systemClock,
      onCommitted: ({ intakes }) => {
        for (const { deliver } of intakes) deliveries += deliver.length
      },
      onEvent: event => {
        throw new Error(`the store made trouble: ${JSON.stringify(event)}`)
      },
    })
    const begin = performance.now()
    const cpu = process.cpuUsage()
    await ingest.run(new AbortController().signal)
    const { user, system } = process.cpuUsage(cpu)
    const seconds = (performance.now() - begin) / 1000
    const stored = (await store.tallies()).find(tally => tally.result === 'stored')?.count
    if (stored !== posts) throw new Error(`${stored} of ${posts} posts were stored`)
    await store.close()
    return {
      postsPerSecond: posts / seconds,
      cpuUsPerPost: (user + system) / posts,
      rowsPerSecond: (posts + deliveries) / seconds,
    }
  })
}

/** Claim and settle, one after the other, as a worker with eight hands would ask for them. */
function drain(): Promise<number> {
  return inFolder(async dir => {
    const store = await openStore({ dir, newId: newIds(systemClock) })
    const corpus = corpusOf(5, outbox.deliveries / outbox.channels)
    const deliver = Array.from({ length: outbox.channels }, (_, n) => ({ channel: `C${n}`, because: 'followed' }))
    const intakes = corpus.posts.map(post => {
      const arrival = { kind: 'post', post, via: 'stream', at: 1, cursor: post.id } as const
      return { source: 'x', arrival, deliver, rejected: [] } as const
    })
    await store.commit(intakes, 1)
    const begin = performance.now()
    let sent = 0
    for (let claims = await store.claim(2, 60_000, 8); claims.length > 0; claims = await store.claim(2, 60_000, 8)) {
      for (const claim of claims) {
        const settled = { delivery: { state: 'sent', ts: '1' }, lane: { freeAt: 0 } } as const
        const posts = claim.content.kind === 'catch-up' ? claim.content.posts.length : 1
        if (await store.settle(claim, settled, 2)) sent += posts
      }
    }
    const seconds = (performance.now() - begin) / 1000
    if (sent !== outbox.deliveries) throw new Error(`${sent} of ${outbox.deliveries} deliveries were settled`)
    await store.close()
    return sent / seconds
  })
}

/** Rows a second into one plain table with the same durability. */
function bare(rowsPerTransaction: number, rows: number, body: string): Promise<number> {
  return inFolder(async dir => {
    const db = new DatabaseSync(path.join(dir, 'bare.sqlite'))
    db.exec('pragma journal_mode = wal; pragma synchronous = full; create table post (id text primary key, body text)')
    const insert = db.prepare('insert into post values (?, ?)')
    const begin = performance.now()
    for (let row = 0; row < rows; ) {
      db.exec('begin immediate')
      for (let n = 0; n < rowsPerTransaction; n += 1, row += 1) insert.run(String(row), body)
      db.exec('commit')
    }
    const seconds = (performance.now() - begin) / 1000
    db.close()
    return rows / seconds
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

function ratioOf(ours: readonly number[], peers: readonly number[]): string {
  return `${median(ours.map((value, round) => value / (peers[round] ?? Number.NaN))).toFixed(2)} x`
}

const thousands = (value: number) => `${(value / 1000).toFixed(1)}k`

export async function benchStore(): Promise<Row[]> {
  const wire = wireOf()
  const body = JSON.stringify(wire.corpus.posts[0])
  const bursts: Burst[] = []
  const drains: number[] = []
  const many: number[] = []
  const single: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    many.push(await bare(100, posts, body))
    bursts.push(await burst(wire))
    single.push(await bare(1, outbox.deliveries, body))
    drains.push(await drain())
  }
  const postsPerSecond = median(bursts.map(one => one.postsPerSecond))
  const cpuUs = median(bursts.map(one => one.cpuUsPerPost)).toFixed(0)
  const rowsPerSecond = bursts.map(one => one.rowsPerSecond)
  return [
    {
      what: 'parse → match → commit, a burst',
      value: `${thousands(postsPerSecond)} posts/s (${cpuUs} µs of CPU each)`,
      goal: `≥ ${thousands(goalPostsPerSecond)}`,
      met: postsPerSecond >= goalPostsPerSecond,
    },
    {
      what: 'rows made durable in that burst',
      value: `${thousands(median(rowsPerSecond))} rows/s`,
      peer: `bare SQLite, 100 a transaction: ${thousands(median(many))}`,
      ratio: ratioOf(rowsPerSecond, many),
    },
    {
      what: 'claim and settle',
      value: `${thousands(median(drains))} deliveries/s`,
      peer: `bare SQLite, 1 a transaction: ${thousands(median(single))}`,
      ratio: ratioOf(drains, single),
    },
  ]
}

if (import.meta.main) console.log(tableOf(await benchStore()))
