/**
 * One reader in a process of its own: reads the stream at a port to its end, then tells its parent what it cost (CPU of this process only)
 * and how many posts it lost or corrupted.
 */
import http from 'node:http'
import { Client } from '@xdevplatform/xdk'
import { ETwitterStreamEvent, TwitterApi, TwitterApiv2 } from 'twitter-api-v2'
import { plainText } from '../src/domain/post.ts'
import { systemClock } from '../src/kit/clock.ts'
import { connect } from '../src/source/x/connection.ts'
import { toPost } from '../src/source/x/to-post.ts'
import { chunksOf, expected } from './reader-posts.ts'

/** What is checked afterwards, so that checking costs nothing while it is measured. */
type Got = readonly [id: string, text: string, name: string]
type Sink = (id: string, text: string, name: string) => void

interface Payload {
  readonly data?: { readonly id: string; readonly text: string }
  readonly includes?: { readonly users?: readonly { readonly name?: string }[] }
}

function sinkPayload(sink: Sink, payload: Payload): void {
  if (payload.data !== undefined) sink(payload.data.id, payload.data.text, payload.includes?.users?.[0]?.name ?? '')
}

async function ours(port: number, take: (line: string) => void): Promise<void> {
  const options = {
    url: `http://127.0.0.1:${port}/`,
    token: 't',
    headersMs: 60_000,
    stallMs: 45_000,
    lineBytesMax: 1 << 20,
    clock: systemClock,
  }
  const opened = await connect(options, new AbortController().signal)
  if (!opened.ok) throw new Error(opened.error.why)
  for (let event = await opened.value.next(); event.kind !== 'end'; event = await opened.value.next()) {
    if (event.kind === 'line') take(event.text)
  }
}

/** It has no option for its address, and speaks plain HTTP only with an agent that does. */
class LocalApi extends TwitterApiv2 {
  constructor(port: number) {
    super(new TwitterApi('t', { httpAgent: new http.Agent() }))
    this.setPrefix(`http://127.0.0.1:${port}/2/`)
  }
}

const readers: Readonly<Record<string, (port: number, count: number, sink: Sink) => Promise<void>>> = {
  'birdwire to JSON': (port, _, sink) => ours(port, line => sinkPayload(sink, JSON.parse(line))),
  'birdwire to Post': (port, _, sink) =>
    ours(port, line => {
      const reading = toPost(line)
      if (reading.kind === 'post') sink(reading.post.version, plainText(reading.post), reading.post.author.name)
    }),
  'JSON.parse in memory': async (_, count, sink) => {
    for (const chunk of chunks(count)) sinkPayload(sink, JSON.parse(chunk.toString('utf8')))
  },
  xdk: async (port, _, sink) => {
    const client = new Client({ bearerToken: 't', baseUrl: `http://127.0.0.1:${port}` })
    const stream = await client.stream.posts()
    await new Promise<void>(resolve => {
      stream.on('data', (payload: Payload) => sinkPayload(sink, payload))
      stream.on('close', () => resolve())
    })
  },
  'twitter-api-v2': async (port, _, sink) => {
    const stream = await new LocalApi(port).searchStream({ autoConnect: false })
    stream.on(ETwitterStreamEvent.Data, payload => sinkPayload(sink, payload))
    const ended = new Promise<void>(resolve => stream.on(ETwitterStreamEvent.ConnectionClosed, () => resolve()))
    await stream.connect()
    await ended
  },
}

const made = new Map<number, readonly Buffer[]>()
function chunks(count: number): readonly Buffer[] {
  const known = made.get(count) ?? chunksOf('lines', count)
  made.set(count, known)
  return known
}

const [, , name, portText, countText] = process.argv
const count = Number(countText)
const reader = readers[name ?? '']
if (reader === undefined) throw new Error(`no reader ${name}`)
if (name === 'JSON.parse in memory') chunks(count)
const got: Got[] = []
// The first fifth warms up the engine and is not measured.
const warmUp = Math.floor(count / 5)
let before = process.cpuUsage()
await reader(Number(portText), count, (id, text, author) => {
  if (got.push([id, text, author]) === warmUp) before = process.cpuUsage()
})
const { user, system } = process.cpuUsage(before)

const truth = new Map(Array.from({ length: count }, (_, n) => expected(n)).map(each => [each.id, each]))
let corrupt = 0
for (const [id, text, author] of got) {
  const wanted = truth.get(id)
  if (wanted?.text !== text || wanted.name !== author) corrupt += 1
  truth.delete(id)
}
process.send?.({ cpuUsPerPost: (user + system) / (count - warmUp), corrupt, lost: truth.size })
process.disconnect()
