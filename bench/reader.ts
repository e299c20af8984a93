/**
 * Reading X's stream: our reader beside X's own client, the most used one, and JSON.parse alone without any network. Same lines, loopback
 * HTTP, each reader and the server in processes of their own, rounds interleaved, medians of the reader's CPU time, because wall time
 * says more about the machine. What was lost or corrupted is counted against the lines that were sent.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { type Profile, profiles } from './reader-posts.ts'
import type { Row } from './row.ts'

const readers = ['birdwire to JSON', 'birdwire to Post', 'xdk', 'twitter-api-v2', 'JSON.parse in memory'] as const
type Reader = (typeof readers)[number]

interface Result {
  readonly cpuUsPerPost: number
  readonly corrupt: number
  readonly lost: number
}

const rounds = 3
const postsOf: Readonly<Record<Profile, number>> = {
  lines: 25_000,
  random: 25_000,
  tiny: 4000,
  'lone delimiters': 25_000,
}

/** Why xdk, which reads through fetch, is ahead there. Not worth the queued bytes that fetch throws away when a connection is reset. */
const tinyReason = ' (node:http pays for each chunk of up to 200 bytes; X sends a post in one)'

export async function benchReader(): Promise<Row[]> {
  const rows: Row[] = []
  for (const profile of profiles) rows.push(...(await benchProfile(profile)))
  return rows
}

async function benchProfile(profile: Profile): Promise<Row[]> {
  const count = postsOf[profile]
  const results = new Map<Reader, Result[]>(readers.map(reader => [reader, []]))
  const server = fork(new URL('reader-server.ts', import.meta.url), [profile, String(count)])
  try {
    const [port] = await once(server, 'message')
    for (let round = 0; round < rounds; round += 1) {
      for (const reader of readers) results.get(reader)?.push(await runReader(reader, Number(port), count))
    }
  } finally {
    server.disconnect()
  }
  const cost = (reader: Reader) => median((results.get(reader) ?? []).map(result => result.cpuUsPerPost))
  const worst = (reader: Reader, what: 'lost' | 'corrupt') =>
    Math.max(...(results.get(reader) ?? []).map(result => result[what]))
  const harm = (reader: Reader) => `${worst(reader, 'lost')} lost, ${worst(reader, 'corrupt')} corrupt of ${count}`
  const ours = cost('birdwire to JSON')
  const beside = (peer: Reader, goal: number | undefined): Row => {
    const ratio = cost(peer) / ours
    return {
      what: `read the wire, ${profile}, beside ${peer}${profile === 'tiny' && peer === 'xdk' ? tinyReason : ''}`,
      value: `${ours.toFixed(1)} µs CPU a post`,
      peer: `${peer} ${cost(peer).toFixed(1)} µs (${harm(peer)})`,
      ratio: `${ratio.toFixed(2)} x`,
      ...(goal === undefined ? {} : { goal: `≥ ${goal} x`, met: ratio >= goal }),
    }
  }
  const whole =
    worst('birdwire to JSON', 'lost') +
    worst('birdwire to JSON', 'corrupt') +
    worst('birdwire to Post', 'lost') +
    worst('birdwire to Post', 'corrupt')
  return [
    {
      what: `read the wire, ${profile}: lost or corrupt`,
      value: harm('birdwire to Post'),
      goal: '0',
      met: whole === 0,
    },
    beside('twitter-api-v2', 2.5),
    // Noise of the machine is about a tenth; "not behind" is meant within it.
    beside('xdk', 0.9),
    beside('JSON.parse in memory', undefined),
    {
      what: `wire to Post, ${profile}`,
      value: `${cost('birdwire to Post').toFixed(1)} µs CPU a post`,
      peer: `the reading alone ${ours.toFixed(1)} µs`,
      ratio: `${(cost('birdwire to Post') / ours).toFixed(2)} x`,
    },
  ]
}

async function runReader(reader: Reader, port: number, count: number): Promise<Result> {
  const child = fork(new URL('reader-child.ts', import.meta.url), [reader, String(port), String(count)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const [result] = await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => {
      throw new Error(`the reader ${reader} ended with ${code} before it had read to the end`)
    }),
  ])
  await exited
  return result as Result // What reader-child.ts sends.
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
