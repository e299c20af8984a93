/** The real service as a process of its own between the two simulators in this one: what the benches of latency, start and pace share. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SlackSim, startSlack } from '../sim/slack/server.ts'
import { createWorld, type World } from '../sim/world/world.ts'
import { startX, type XSim } from '../sim/x/server.ts'

export interface Bench {
  readonly world: World
  readonly x: XSim
  readonly slack: SlackSim
  readonly process: ChildProcess
  /** Where its HTTP server listens. */
  readonly url: string
  /** From the start of the process until it was ready, ms. */
  readonly startMs: number
  type(channel: string, text: string): Promise<void>
  status(): Promise<ServiceStatus>
  close(): Promise<void>
}

export interface ServiceStatus {
  readonly tallies: readonly { readonly result: string; readonly count: number }[]
}

const person = 'U0BENCH'

/** `follows`: handles by channel id; typed as commands before it resolves, so that the stream is open and all rules in force. */
export async function startBench(follows: Readonly<Record<string, string>>): Promise<Bench> {
  const world = createWorld({ seed: 3 })
  const x = await startX({ world, chunks: 'lines', bufferMax: 512 * 1024 * 1024 })
  const slack = await startSlack({
    users: [{ id: person, name: 'bench', realName: 'Bench', displayName: 'Bench' }],
    channels: Object.keys(follows).map(id => ({ id, name: id.toLowerCase(), bot: true })),
  })
  const data = await mkdtemp(join(tmpdir(), 'birdwire-bench-'))
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'] ?? '',
      X_BEARER_TOKEN: x.bearer,
      X_API_URL: x.url,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      BIRDWIRE_DATA: data,
      BIRDWIRE_LOG: 'error',
      PORT: '0',
    },
  })
  const url = await until(async () => {
    const text = await readFile(join(data, 'service.json'), 'utf8').catch(() => undefined)
    if (text === undefined) return undefined
    const found: string = JSON.parse(text).url
    const ready = await fetch(`${found}/readyz`).catch(() => undefined)
    return ready?.status === 200 ? found : undefined
  })
  const startMs = performance.now() - startedAt
  slack.requestUrl = `${url}/slack/events`

  const bench: Bench = {
    world,
    x,
    slack,
    process: child,
    url,
    startMs,
    async type(channel, text) {
      const { ack } = await slack.command({ user: person, channel, command: '/birdwire', text })
      if (!ack.ok) throw new Error(`${text} was answered with ${ack.status}`)
    },
    status: async () => JSON.parse(await (await fetch(`${url}/api/status`)).text()),
    async close() {
      const gone = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
      await Promise.all([slack.close(), x.close()])
      await rm(data, { recursive: true, force: true })
    },
  }
  for (const [channel, handles] of Object.entries(follows)) await bench.type(channel, `follow ${handles}`)
  if (Object.keys(follows).length > 0) {
    await x.connected()
    await x.until(() =>
      Object.values(follows).every(handles => handles.split(' ').every(handle => followed(x, world, handle))),
    )
  }
  return bench
}

function followed(x: XSim, world: World, handle: string): boolean {
  const id = world.someone(handle).id
  return x.rulesInForce().some(rule => rule.value.includes(`from:${id}`))
}

/** Asks every few milliseconds until there is an answer. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}
