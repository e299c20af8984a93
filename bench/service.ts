/**
 * The real service as a process of its own between the two simulators in this one: what the benches of latency, start and pace share.
 * Routes are made as people make them, by signed slash commands. Whatever happens, the process is stopped and its data removed.
 */
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SlackSim, startSlack } from '../sim/slack/server.ts'
import { createWorld, type World } from '../sim/world/world.ts'
import { startX, type XSim } from '../sim/x/server.ts'
import { startNode, stopNode, until, within } from './child.ts'

export interface Bench {
  readonly world: World
  readonly x: XSim
  readonly slack: SlackSim
  /** Of the service. */
  pid(): number
  /** Stops the service and starts it on the same data; resolves with the ms from its start until `/readyz` was 200 and the stream open. */
  restart(): Promise<number>
  status(): Promise<ServiceStatus>
  /** What `/metrics` says of this gauge. */
  metric(name: string): Promise<number | undefined>
}

export interface ServiceStatus {
  readonly tallies: readonly { readonly result: string; readonly count: number }[]
}

/** Handles by channel id. */
export type Follows = Readonly<Record<string, string>>

interface Running {
  readonly child: ChildProcess
  readonly url: string
  readonly startMs: number
}

const person = 'U0BENCH'
/** Fed faster than it can take, the service must still be what sets the pace, and not X hanging up on a slow reader. */
const bufferMax = 512 * 1024 * 1024

/** Runs the work with a service that follows these; when it begins the stream is open, all rules are in force, all notices are out. */
export async function withService<T>(follows: Follows, work: (bench: Bench) => Promise<T>): Promise<T> {
  const world = createWorld({ seed: 3 })
  const x = await startX({ world, chunks: 'lines', bufferMax })
  const slack = await startSlack({
    users: [{ id: person, name: 'bench', realName: 'Bench', displayName: 'Bench' }],
    channels: Object.keys(follows).map(id => ({ id, name: id.toLowerCase(), bot: true })),
  })
  const data = await mkdtemp(join(tmpdir(), 'birdwire-bench-'))
  let running: Running | undefined
  const started = (): Running => {
    if (running === undefined) throw new Error('the service does not run')
    return running
  }
  const stop = async () => {
    if (running !== undefined) await stopNode(running.child)
    running = undefined
  }
  const bench: Bench = {
    world,
    x,
    slack,
    pid: () => started().child.pid ?? 0,
    async restart() {
      await stop()
      running = await start(x, slack, data, x.rules().length > 0)
      slack.requestUrl = `${running.url}/slack/events`
      return running.startMs
    },
    status: async () => JSON.parse(await get(`${started().url}/api/status`)),
    async metric(name) {
      const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(await get(`${started().url}/metrics`))?.[1]
      return value === undefined ? undefined : Number(value)
    },
  }
  try {
    await bench.restart()
    await follow(bench, follows)
    return await work(bench)
  } finally {
    await stop()
    await Promise.all([slack.close(), x.close()])
    await rm(data, { recursive: true, force: true })
  }
}

/** Once something is followed, ready means that the stream is open too. */
async function start(x: XSim, slack: SlackSim, data: string, following: boolean): Promise<Running> {
  const connects = x.connections.length
  const startedAt = performance.now()
  const child = startNode(['src/main.ts', 'serve'], {
    X_BEARER_TOKEN: x.bearer,
    X_API_URL: x.url,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    BIRDWIRE_DATA: data,
    BIRDWIRE_LOG: 'error',
    PORT: '0',
  })
  const look = async (): Promise<string | undefined> => {
    const text = await readFile(join(data, 'service.json'), 'utf8').catch(() => '')
    // It may be read while it is being written.
    const url = /"url":"([^"]+)"/.exec(text)?.[1]
    if (url === undefined || (following && x.connections.length === connects)) return undefined
    const ready = await fetch(`${url}/readyz`).catch(() => undefined)
    await ready?.arrayBuffer()
    return ready?.status === 200 ? url : undefined
  }
  try {
    const url = await until('the service is ready', look, { child })
    return { child, url, startMs: performance.now() - startedAt }
  } catch (error) {
    await stopNode(child)
    throw error
  }
}

async function follow({ x, slack, world }: Bench, follows: Follows): Promise<void> {
  const channels = Object.entries(follows)
  if (channels.length === 0) return
  for (const [channel, handles] of channels) {
    const { ack } = await slack.command({ user: person, channel, command: '/birdwire', text: `follow ${handles}` })
    if (!ack.ok) throw new Error(`follow ${handles} was answered with ${ack.status ?? 'nothing'}`)
  }
  await within(60, 'the stream is open', x.connected())
  const wanted = channels.flatMap(([, handles]) => handles.split(' ')).map(handle => `from:${world.someone(handle).id}`)
  const inForce = () => wanted.every(term => x.rulesInForce().some(rule => rule.value.includes(term)))
  await within(60, 'the rules are in force', x.until(inForce))
  await within(60, 'the notices are in the channels', slack.received(channels.length))
}

async function get(url: string): Promise<string> {
  return (await fetch(url)).text()
}
