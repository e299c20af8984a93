/** The real service in this process between the two simulators, all on one clock: what tests of the whole share. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type SlackOptions, type SlackSim, startSlack } from '../../sim/slack/server.ts'
import { createWorld, type World } from '../../sim/world/world.ts'
import { startX, type XOptions, type XSim } from '../../sim/x/server.ts'
import { loadConfig } from '../../src/config.ts'
import type { StatusView } from '../../src/console/types.ts'
import { createLog } from '../../src/obs/log.ts'
import { type Service, startService } from '../../src/service.ts'
import type { XLimits } from '../../src/source/x/reading.ts'
import { leapClock } from './leap-clock.ts'
import { filesOf, leaks } from './secrets.ts'

export const person = 'U0NELL'

export interface ServiceRig extends AsyncDisposable {
  readonly world: World
  readonly x: XSim
  readonly slack: SlackSim
  readonly dir: string
  readonly environment: Record<string, string>
  service: Service
  /** The log so far. */
  readonly log: string[]
  /** Types `/birdwire text` in a channel; the answer as people see it. Fails when it is not answered. */
  type(channel: string, text: string): Promise<string>
  status(): Promise<StatusView>
  /** Resolves when X is being read, all is well, and there is no gap to be closed. */
  reading(): Promise<void>
  /** `/readyz`: the HTTP status, each part that is not well in words, and what is said of all. */
  ready(): Promise<{ status: number; wrong: Record<string, string>; said: Record<string, string> }>
  /** Everybody's time jumps forward; what waits for a time that has passed goes on at once. */
  leap(ms: number): void
  stop(): Promise<void>
  /** On the same data. */
  start(): Promise<void>
  /** Stops the service and starts it again on the same data. */
  restart(): Promise<void>
}

export interface ServiceRigOptions {
  readonly channels: readonly string[]
  /** Default: forty people, seed 11. */
  readonly world?: (now: () => number) => World
  readonly x?: XOptions
  readonly slack?: SlackOptions
  /** How many times as fast as real time everybody's clock runs; default 1. */
  readonly speed?: number
  /** Epoch ms at which everybody's time begins; default now. */
  readonly startsAt?: number
  /** Waits of the X source that are changed. */
  readonly xLimits?: Partial<XLimits>
  /** How Slack reaches the service; default HTTP. */
  readonly inbound?: 'http' | 'socket'
  /** A file or folder of lists that the service keeps. */
  readonly lists?: string
  /** Pictures at addresses of this machine are handed to Slack; default true, since the simulated X has them there. */
  readonly allowPrivateHosts?: boolean
  /** Changes to the settings. */
  readonly environment?: Readonly<Record<string, string>>
}

export async function startServiceRig(options: ServiceRigOptions): Promise<ServiceRig> {
  const clock = leapClock(options.speed, options.startsAt)
  const now = () => clock.now()
  const world = options.world?.(now) ?? createWorld({ seed: 11, now })
  const x = await startX({ world, now, keepAliveMs: 20_000 / (options.speed ?? 1), ...options.x })
  const slack = await startSlack({
    now,
    users: [{ id: person, name: 'nell', realName: 'Nell Aspinall', displayName: 'Nell' }],
    channels: options.channels.map(id => ({ id, name: id.slice(2).toLowerCase(), bot: true })),
    ...options.slack,
  })
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-test-'))
  const environment = {
    X_BEARER_TOKEN: x.bearer,
    X_API_URL: x.url,
    SLACK_BOT_TOKEN: slack.botToken,
    ...(options.inbound === 'socket'
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    SLACK_API_URL: slack.apiUrl,
    BIRDWIRE_DATA: dir,
    PORT: '0',
    BIRDWIRE_ADMINS: person,
    ...options.environment,
  }
  const lines: string[] = []
  const to = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk))
      done()
    },
  })
  const start = async (): Promise<Service> => {
    const config = loadConfig(environment)
    const log = createLog({ level: 'info', secrets: config.secrets, to })
    const service = await startService(config, {
      ...{ log, clock, allowPrivateHosts: options.allowPrivateHosts ?? true, slackTimeoutMs: 1000 },
      ...(options.xLimits === undefined ? {} : { xLimits: options.xLimits }),
      ...(options.lists === undefined ? {} : { lists: options.lists }),
    })
    if (options.inbound !== 'socket') slack.requestUrl = `${service.url}/slack/events`
    return service
  }
  const rig: ServiceRig = {
    world,
    x,
    slack,
    dir,
    environment,
    log: lines,
    service: await start(),
    async type(channel, text) {
      const { ack, shown } = await slack.command({ user: person, channel, command: '/birdwire', text })
      if (!ack.ok) throw new Error(`/birdwire ${text}: answered with ${ack.status}`)
      return shown?.text ?? ''
    },
    status: async () => JSON.parse(await (await fetch(`${rig.service.url}/api/status`)).text()),
    async ready() {
      const answer = await fetch(`${rig.service.url}/readyz`)
      const { parts }: StatusView['readiness'] = JSON.parse(await answer.text())
      const wrong = parts.filter(({ ok }) => !ok).map(({ name, detail }) => [name, detail] as const)
      const said = parts.map(({ name, detail }) => [name, detail] as const)
      return { status: answer.status, wrong: Object.fromEntries(wrong), said: Object.fromEntries(said) }
    },
    reading: () =>
      untilTrue(
        async () => (await rig.ready()).status === 200 && (await closedGaps(rig)) && isReading(await rig.status()),
      ),
    leap: ms => clock.leap(ms),
    stop: () => rig.service.stop(),
    async start() {
      rig.service = await start()
    },
    async restart() {
      await rig.stop()
      await rig.start()
    },
    async [Symbol.asyncDispose]() {
      await rig.service.stop()
      await Promise.all([slack.close(), x.close()])
      const leaked = leaks(secretsIn(environment), [
        ['the log', lines.join('')],
        ['Slack', JSON.stringify(slack.messages())],
        ...filesOf(dir, ['service.json']),
      ])
      rmSync(dir, { recursive: true, force: true })
      assert.deepEqual(leaked, [], 'I7')
    },
  }
  return rig
}

/** Settings that nobody may read anywhere else. */
function secretsIn(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => /(?:TOKEN|SECRET)$/.test(name)))
}

/** No gap is open. */
export async function closedGaps(rig: Pick<ServiceRig, 'status'>): Promise<boolean> {
  return (await rig.status()).gaps.every(({ state }) => state !== 'open')
}

const isReading = ({ sources }: StatusView) => sources.every(({ state }) => state === 'streaming')

/** Resolves when it is true; looks often. */
export async function untilTrue(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise(resolve => setTimeout(resolve, 20))
}
