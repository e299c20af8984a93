/**
 * What one life plays on: the two simulators and the world on a fast clock, a database, and the real process between them, which can end
 * at any time and be started again. People's commands and the oracle's evidence go through here, so nothing of `src` is asked.
 */
import { join } from 'node:path'
import { type SlackSim, startSlack } from '../../sim/slack/server.ts'
import { createWorld, type World } from '../../sim/world/world.ts'
import { startX, type XSim } from '../../sim/x/server.ts'
import { type Birdwire, readLog, startBirdwire } from './birdwire.ts'
import type { Engine } from './engine.ts'
import { type FastClock, fastClock, paceFromNow } from './fast-clock.ts'

/** Who types everything. */
const person = 'U0NELL'
/** Slack tells a person that the app does not answer after so long, real ms. */
const patienceMs = 3000
/** Characters of what a process wrote, for the report of a failure. */
const outputMax = 2000
/** Where nothing listens: Slack calls an app that is not there. */
const nowhere = 'http://127.0.0.1:9/slack/events'

export interface StageOptions {
  readonly engine: Engine
  readonly seed: number
  /** How many times as fast as real time everybody's clock runs; left out: real time, and a process with nothing of these tests in it. */
  readonly speed?: number
  readonly channels: readonly string[]
}

/** What `/api/status` says, as far as it is looked at. */
export interface Standing {
  readonly sources: readonly { readonly state: string }[]
  readonly lanes: readonly { readonly channel: string; readonly pending: number; readonly dead: number }[]
  readonly gaps: readonly { readonly state: string }[]
}

export interface Stage extends AsyncDisposable {
  readonly world: World
  readonly x: XSim
  readonly slack: SlackSim
  readonly clock: FastClock
  readonly dir: string
  /** The process, as long as one is alive. */
  readonly process: Birdwire | undefined
  /** The newest of what the last process wrote. */
  output(): string
  /** The points that were reached so far, in every process. */
  reached(): ReturnType<typeof readLog>
  /** Starts the process, to kill itself at `at` where that is given. Resolves when it listens (true) or has ended (false). */
  start(at?: string): Promise<boolean>
  /** SIGKILL, or a graceful stop; resolves when it has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Types `/birdwire text`; undefined when nobody answers. */
  type(channel: string, text: string): Promise<string | undefined>
  /** Undefined while nobody answers. */
  standing(): Promise<Standing | undefined>
}

export async function openStage({ engine, seed, speed, channels }: StageOptions): Promise<Stage> {
  await using opened = new AsyncDisposableStack()
  const pace = paceFromNow(speed ?? 1)
  const clock = fastClock(pace)
  const now = () => clock.now()
  const world = createWorld({ seed, now })
  const x = await startX({
    ...{ world, now, seed, keepAliveMs: 20_000 / pace.speed, propagationMs: [0, 50], searchLagMs: 10_000 },
    // Pictures at an address on this machine would be left out of the messages (I8).
    imageBase: 'https://pictures.example',
  })
  opened.defer(() => x.close())
  const slack = opened.use(
    await startSlack({
      now,
      images: 'accept',
      requestUrl: nowhere,
      ackMs: patienceMs,
      users: [{ id: person, name: 'nell', realName: 'Nell Aspinall', displayName: 'Nell' }],
      channels: channels.map(id => ({ id, name: id.slice(2).toLowerCase(), bot: true })),
    }),
  )
  const database = await engine.create()
  opened.defer(() => database.remove())
  const settings = {
    X_BEARER_TOKEN: x.bearer,
    X_API_URL: x.url,
    // With a disconnect every few seconds `auto` would rather poll.
    X_MODE: 'stream',
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    BIRDWIRE_ADMINS: person,
    PORT: '0',
    ...database.environment,
  }
  const log = join(database.dir, 'crash.log')
  let last: Birdwire | undefined
  let current: { readonly process: Birdwire; readonly url: string | undefined } | undefined

  async function start(at?: string): Promise<boolean> {
    const process = startBirdwire({
      environment: settings,
      ...(speed === undefined ? {} : { log, pace: JSON.stringify(pace) }),
      ...(at === undefined ? {} : { at }),
    })
    last = process
    current = { process, url: undefined }
    void process.ended.then(() => {
      slack.requestUrl = nowhere
      current = undefined
    })
    const url = await process.url
    if (url === undefined) return false
    current = { process, url }
    slack.requestUrl = `${url}/slack/events`
    return true
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const process = current?.process
    process?.signal(signal)
    await process?.ended
  }

  const close = opened.move()
  return {
    ...{ world, x, slack, clock, start, end, dir: database.dir },
    get process() {
      return current?.process
    },
    output: () => last?.output().slice(-outputMax) ?? '',
    reached: () => readLog(log),
    async type(channel, text) {
      const { ack, shown, later } = await slack.command({ user: person, channel, command: '/birdwire', text })
      if (!ack.ok) return undefined
      // What is still being looked up is no answer yet.
      if (shown !== undefined && !shown.text.startsWith('Looking')) return shown.text
      const [use] = await Promise.race([later(1), new Promise<never[]>(resolve => setTimeout(resolve, patienceMs, []))])
      return use === undefined ? undefined : JSON.stringify(use)
    },
    async standing() {
      if (current?.url === undefined) return undefined
      const answer = await fetch(`${current.url}/api/status`, { signal: AbortSignal.timeout(patienceMs) }).catch(
        () => undefined,
      )
      return answer?.ok === true ? JSON.parse(await answer.text().catch(() => '{}')) : undefined
    },
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
      await close[Symbol.asyncDispose]()
    },
  }
}
