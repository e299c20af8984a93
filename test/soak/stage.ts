/**
 * The real service in this process between the two simulators, in one life after another, all on one clock. A life ends as a person ends it, or as
 * SIGKILL does: what it has on disk at that moment is all that is left of it, and nothing that it still does reaches anybody.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type SlackSim, startSlack } from '../../sim/slack/server.ts'
import { createWorld, type World } from '../../sim/world/world.ts'
import { startX, type XSim } from '../../sim/x/server.ts'
import { loadConfig } from '../../src/config.ts'
import type { StatusView } from '../../src/console/types.ts'
import { createLog } from '../../src/obs/log.ts'
import { type Service, startService } from '../../src/service.ts'
import { SoakClock } from './clock.ts'
import { type Door, openDoor } from './door.ts'
import { Traffic } from './traffic.ts'

const person = 'U0NELL'
/** How fast time runs while something is under way. */
const speed = 20
/** docs.x.com/x-api/fundamentals/consuming-streaming-data: "at least every 20 seconds". */
const keepAliveMs = 20_000
/** Slack is waited for 15 s; this is as long at `speed`. */
const slackTimeoutMs = 750

export interface StageOptions {
  readonly seed: number
  /** Epoch ms of the beginning. */
  readonly startsAt: number
  readonly channels: readonly string[]
  readonly keep: { readonly postsDays: number; readonly ledgerDays: number }
}

interface Life {
  readonly service: Service
  readonly dir: string
  readonly doors: readonly Door[]
}

export class Stage {
  readonly clock: SoakClock
  readonly world: World
  readonly x: XSim
  readonly slack: SlackSim
  /** Values that may be in no line of the log. */
  readonly secrets: readonly string[]
  readonly #options: StageOptions
  readonly #traffic = new Traffic()
  readonly #root: string
  readonly #over = new AbortController()
  #lives = 0
  #life: Life | undefined
  #log: string[] = []

  private constructor(options: StageOptions, clock: SoakClock, x: XSim, slack: SlackSim) {
    this.#options = options
    this.clock = clock
    this.world = x.world
    this.x = x
    this.slack = slack
    this.secrets = [x.bearer, slack.botToken, slack.signingSecret]
    // A disk in memory where there is one: what is tested here is not the disk.
    this.#root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'birdwire-soak-'))
    void this.#keepAlive()
  }

  static async open(options: StageOptions): Promise<Stage> {
    const clock = new SoakClock(options.startsAt, speed)
    const now = () => clock.now()
    const world = createWorld({ seed: options.seed, now })
    const { seed } = options
    const x = await startX({ world, now, seed, propagationMs: [0, 2000], keepAliveMs: 1e9, graceMs: 2 })
    const slack = await startSlack({
      now,
      images: 'accept',
      users: [{ id: person, name: 'nell', realName: 'Nell Aspinall', displayName: 'Nell' }],
      channels: options.channels.map(id => ({ id, name: id.slice(2).toLowerCase(), bot: true })),
    })
    const stage = new Stage(options, clock, x, slack)
    await stage.start()
    return stage
  }

  /** On what the last life left. */
  async start(): Promise<void> {
    const dir = this.dir
    mkdirSync(dir, { recursive: true })
    const [toX, toSlack] = await Promise.all([openDoor(this.x.url), openDoor(this.slack.apiUrl)])
    const config = loadConfig({
      X_BEARER_TOKEN: this.x.bearer,
      X_API_URL: toX.url,
      X_RECHECK: 'on',
      SLACK_BOT_TOKEN: this.slack.botToken,
      SLACK_SIGNING_SECRET: this.slack.signingSecret,
      SLACK_API_URL: `${toSlack.url}/api/`,
      BIRDWIRE_DATA: dir,
      PORT: '0',
      BIRDWIRE_ADMINS: person,
    })
    const to = new Writable({
      decodeStrings: false,
      write: (chunk, _encoding, done) => {
        this.#log.push(String(chunk))
        done()
      },
    })
    const log = createLog({ level: 'info', secrets: config.secrets, to })
    const service = await startService(config, {
      ...{ log, clock: this.clock, allowPrivateHosts: true, slackTimeoutMs, keep: this.#options.keep },
    })
    this.slack.requestUrl = `${service.url}/slack/events`
    this.#life = { service, dir, doors: [toX, toSlack] }
  }

  /** As a person stops it. */
  async stop(): Promise<void> {
    const life = this.#ended()
    await life.service.stop()
    for (const door of life.doors) door.shut()
  }

  /** As SIGKILL stops it: in this very moment. */
  kill(): void {
    const before = this.#ended()
    for (const door of before.doors) door.shut()
    this.#lives += 1
    mkdirSync(this.dir)
    // What is not committed is not in these; the index of the log (-shm) is made anew.
    for (const name of readdirSync(before.dir).filter(file => /\.sqlite(?:-wal)?$/.test(file)))
      copyFileSync(join(before.dir, name), join(this.dir, name))
    const bury = () => rmSync(before.dir, { recursive: true, force: true })
    before.service.stop().then(bury, bury)
  }

  /** Where the living one keeps its data, and the next one will. */
  get dir(): string {
    return join(this.#root, `life-${this.#lives}`)
  }

  /** Of the database, and of its log (-wal). */
  bytes(): { readonly database: number; readonly log: number } {
    const sizeOf = (name: string) => statSync(join(this.dir, name), { throwIfNoEntry: false })?.size ?? 0
    return { database: sizeOf('birdwire.sqlite'), log: sizeOf('birdwire.sqlite-wal') }
  }

  /** Types `/birdwire text` in a channel; what is answered at once. */
  async type(channel: string, text: string): Promise<string> {
    const { ack, shown } = await this.slack.command({ user: person, channel, command: '/birdwire', text })
    return ack.ok ? (shown?.text ?? '') : `(no answer: ${ack.status})`
  }

  async status(): Promise<StatusView> {
    if (this.#life === undefined) throw new Error('nothing lives that could tell how it is')
    return JSON.parse(await (await fetch(`${this.#life.service.url}/api/status`)).text())
  }

  /** Lines that were logged since it was asked last. */
  takeLog(): readonly string[] {
    const lines = this.#log
    this.#log = []
    return lines
  }

  /** Lets everything happen that happens until then. */
  async until(at: number): Promise<void> {
    for (;;) {
      await this.#traffic.quiet()
      const now = this.clock.now()
      if (now >= at) return
      this.clock.leapTo(Math.min(at, this.clock.nextAt()))
    }
  }

  async close(): Promise<void> {
    this.#over.abort()
    if (this.#life !== undefined) await this.stop()
    await Promise.all([this.slack.close(), this.x.close()])
    this.#traffic.close()
    this.clock.close()
    rmSync(this.#root, { recursive: true, force: true })
  }

  #ended(): Life {
    if (this.#life === undefined) throw new Error('what is to end does not live')
    const life = this.#life
    this.#life = undefined
    return life
  }

  async #keepAlive(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.clock.sleep(keepAliveMs, this.#over.signal)
      await this.x.keepAlive()
    }
  }
}
