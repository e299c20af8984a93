/**
 * The soak: the real service lives a week between the simulators, in simulated time, with faults of every kind, people who change their minds, stops
 * and kills; every invariant is looked at each simulated hour and at the end.
 *
 * What a seed repeats exactly is the plan (plan.ts): what happens when. Sockets are real, so of two things in the same simulated moment either may come
 * first; the world's posts are the same as long as as many are written before each of them, which a kill or a line overtaken may change.
 */

import type { CallRecord } from '../../sim/slack/server.ts'
import { slackProbeMs } from '../../src/limits.ts'
import type { ProofResult } from '../proof/result.ts'
import { type Books, readBooks } from './books.ts'
import { Findings } from './findings.ts'
import { type Evidence, judge, order, type Verdicts, type Written } from './judge.ts'
import { channels, hourMs, type Planned, paced, plan, type Standing, setUp } from './plan.ts'
import { grown, heap, mb, type Size } from './size.ts'
import { Stage } from './stage.ts'
import { Wishes } from './wishes.ts'

export interface SoakOptions {
  /** Simulated. */
  readonly hours: number
  readonly seed: number
  /** Hears how far it has got. */
  readonly onHour?: (line: string) => void
}

export interface SoakResult extends ProofResult {
  readonly seed: number
  readonly hours: number
  /** Written. */
  readonly written: number
  readonly operations: number
  /** Commands that changed nothing: refused, or there was nothing to change. */
  readonly unchanged: number
  readonly stops: number
  readonly either: number
  /** First attempts whose order was compared with the wire's. */
  readonly compared: number
  /** Channels that were changed in a way that the oracle does not follow. */
  readonly unjudged: readonly string[]
  readonly messages: number
  /** Micro-dollars: by how much X's bill of a day was above the ledger, at most. */
  readonly unread: number
  readonly sizes: readonly Size[]
  readonly forgotten: number
  readonly realMs: number
}

/** A Monday. */
const startsAt = Date.UTC(2026, 2, 2)
/** So short that a week shows whether the file stays as it is. */
const keep = { postsDays: 1.5, ledgerDays: 3 }
/** Posts that are judged each hour, and how old a message may be that shows them; all of them at the end. */
const judgedMs = 10 * hourMs
const lookBackMs = 40 * hourMs
/** In the end it comes to rest within this time. */
const throughMs = 3 * hourMs
/** After a refused token Slack is asked again some time later, and then a backlog goes out. */
const refusalOverMs = 4 * slackProbeMs
/** Before a kill, a message is waited for this long. */
const takenMs = 5000
/** After so many it ends: one cause has many effects. */
const failuresMax = 20
/** SQLite writes its log back after some 4 MB (sqlite.org/wal.html); a reader may make it longer for a while. */
const logMax = 16e6

export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const began = performance.now()
  const stage = await Stage.open({ seed: options.seed, startsAt, channels, keep })
  try {
    const soak = new Soak(stage, options)
    await soak.run()
    return soak.result(performance.now() - began)
  } finally {
    await stage.close()
  }
}

class Soak {
  readonly #stage: Stage
  readonly #options: SoakOptions
  readonly #wishes: Wishes
  readonly #written: Written[] = []
  readonly #wire = new Map<string, number>()
  readonly #findings: Findings
  /** How X treated the app for a while. */
  readonly #standings: Standing[] = []
  readonly #sizes: Size[] = []
  /** Of the database, each hour. */
  readonly #files: number[] = []
  #wireRead = 0
  #operations = 0
  #unchanged = 0
  #stops = 0
  readonly #kills: number[] = []
  /** Slack refused the token between these. */
  #refused = { from: 0, to: 0 }
  #archivedAt = Number.POSITIVE_INFINITY
  #paceIsLive = true
  #final: { readonly verdicts: Verdicts; readonly compared: number; readonly wrong: readonly string[] } | undefined

  constructor(stage: Stage, options: SoakOptions) {
    this.#stage = stage
    this.#options = options
    this.#wishes = new Wishes(stage.world)
    this.#findings = new Findings(stage)
  }

  async run(): Promise<void> {
    const { clock } = this.#stage
    for (const [channel, texts] of Object.entries(setUp)) for (const text of texts) await this.#type(channel, text)
    await this.#stage.until(clock.now() + 120_000)
    const from = clock.now()
    const { hours, seed } = this.#options
    const steps = plan(seed, hours, from)
    for (let hour = 0, next = 0; hour < hours; hour++) {
      const end = from + (hour + 1) * hourMs
      for (let step = steps[next]; step !== undefined && step.at < end; step = steps[++next]) {
        await this.#stage.until(step.at)
        await this.#take(step)
      }
      await this.#stage.until(end)
      await this.#look(hour + 1)
      if (this.#findings.failures.length > failuresMax) break
    }
    await this.#finish()
  }

  async #take(step: Planned): Promise<void> {
    const { x, slack, world, clock } = this.#stage
    switch (step.kind) {
      case 'post':
        return this.#write()
      case 'delete': {
        const recent = this.#written.slice(-20).findLast(({ post }) => world.lookup(post.id) !== undefined)
        if (recent !== undefined) await x.deletePost(recent.post.id)
        return
      }
      case 'x':
        if (step.fault === 'out-of-order') return this.#overtake()
        return x.faults.schedule(step.fault, step.fault === 'rest-slow' ? { detail: { ms: 300 } } : {})
      case 'slack':
        return slack.faults.schedule(step.fault)
      case 'revoke':
        slack.workspace.refuseToken(slack.botToken, 'token_revoked')
        slack.faults.note('post:token-revoked')
        this.#refused = { from: clock.now(), to: clock.now() + step.ms }
        await this.#stage.until(this.#refused.to)
        return slack.workspace.acceptToken(slack.botToken)
      case 'standing':
        return this.#refuse(step.standing, step.ms)
      case 'archive':
        this.#archivedAt = clock.now()
        slack.faults.note('post:channel-archived', step.channel)
        slack.changeChannel(step.channel, { archived: true })
        return
      case 'type':
        return this.#type(step.channel, step.text)
      case 'kill':
        return this.#kill()
      case 'stop':
        return this.#stop(step.ms)
    }
  }

  async #refuse(standing: Standing, ms: number): Promise<void> {
    const { x, clock } = this.#stage
    this.#standings.push(standing)
    x.setStanding(standing)
    await x.end()
    await this.#stage.until(clock.now() + ms)
    x.setStanding('good')
    await this.#stage.type(channels[0] ?? '', 'reconnect')
  }

  async #type(channel: string, text: string): Promise<void> {
    const { clock, dir } = this.#stage
    this.#operations += 1
    const before = readBooks(dir, clock.now()).changes.get(channel)
    await this.#stage.type(channel, text)
    await this.#stage.until(clock.now() + 1)
    const after = readBooks(dir, clock.now()).changes.get(channel)
    if (after === undefined || before === after) this.#unchanged += 1
    else this.#wishes.changed(channel, text, clock.now())
    if (channel === paced && text.startsWith('pace')) this.#paceIsLive = false
  }

  async #write(): Promise<void> {
    const { x, clock } = this.#stage
    const { post } = await x.emitNext()
    this.#written.push({ post, at: clock.now(), through: undefined })
  }

  /** A line that is overtaken waits for the next one: soon, or it would be one that X never wrote. */
  async #overtake(): Promise<void> {
    const { faults, wire } = this.#stage.x
    const before = faults.count('out-of-order')
    faults.schedule('out-of-order')
    for (let tries = 0; faults.count('out-of-order') === before && tries < 20; tries++) await this.#write()
    const lines = wire.length
    for (let tries = 0; wire.length === lines && tries < 20; tries++) await this.#write()
  }

  /** In the middle of what a few posts set off: in turn some moments after they were written, and when Slack has a message and nobody knows. */
  async #kill(): Promise<void> {
    const { clock } = this.#stage
    const taken = this.#kills.length % 2 === 1 ? undefined : this.#messageTaken()
    for (let n = 0; n < 3; n++) {
      await this.#write()
      for (let turn = (this.#kills.length * 7 + n * 5) % 23; turn > 0 && taken === undefined; turn--)
        await new Promise(resolve => setImmediate(resolve))
    }
    await taken
    this.#kills.push(clock.now())
    this.#stage.kill()
    await this.#stage.until(clock.now() + 5000)
    await this.#stage.start()
  }

  /** Resolves when Slack has done what a call to post a message asked, before it answers; or after a while. */
  #messageTaken(): Promise<void> {
    const { slack, clock } = this.#stage
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = ({ committed }: CallRecord) => committed !== undefined && resolve()
    slack.on('call', look)
    void clock.sleep(takenMs).then(resolve)
    return promise.finally(() => slack.off('call', look))
  }

  async #stop(ms: number): Promise<void> {
    const { clock, dir } = this.#stage
    this.#stops += 1
    const hour = Math.round((clock.now() - startsAt) / hourMs)
    const file = this.#stage.bytes().database
    const before = heap()
    await this.#stage.stop()
    this.#sizes.push({ hour, service: before - heap(), file })
    this.#findings.read(readBooks(dir, clock.now()), `hour ${hour}, after a stop`)
    await this.#stage.until(clock.now() + ms)
    await this.#stage.start()
  }

  /** Everything that must hold at any time, and what is judged of the last day. */
  async #look(hour: number): Promise<void> {
    const { clock, dir, x } = this.#stage
    const now = clock.now()
    const when = `hour ${hour}`
    const { database, log } = this.#stage.bytes()
    this.#files.push(database)
    if (log > logMax) this.#findings.fail(when, `the log beside the database has ${mb(log)}`)
    // What became due while the token was refused is tried again some minutes after.
    const { from, to } = this.#refused
    const books = readBooks(dir, now - to < refusalOverMs ? Math.min(now, from) : now)
    this.#findings.read(books, when)
    this.#findings.readLog(when)
    const kept = new Date(now - (keep.ledgerDays - 1) * 24 * hourMs).toISOString().slice(0, 10)
    this.#findings.readBill(books, kept, when)
    for (const { id, at } of x.wire.slice(this.#wireRead)) if (!this.#wire.has(id)) this.#wire.set(id, at)
    this.#wireRead = x.wire.length
    if (await this.#isInOrder(books)) for (const one of this.#written) one.through ??= now
    const recent = this.#written.filter(({ at }) => at > now - lookBackMs)
    const since = { posts: now - judgedMs, messages: now - lookBackMs }
    const { missing, ...others } = judge(this.#evidence(), recent, since)
    const late = missing.filter(({ channel }) => this.#paceIsLive || channel !== paced)
    this.#findings.judged({ ...others, missing: late }, when)
    this.#options.onHour?.(
      `${when}: ${this.#written.length} posts, ${this.#operations} operations, file ${mb(database)}, owed ${books.owed}, ${this.#findings.failures.length} failures`,
    )
  }

  /** X is read, nothing is missing, nothing is owed. */
  async #isInOrder({ owed }: Books): Promise<boolean> {
    const { sources, gaps, lanes } = await this.#stage.status()
    const waits = this.#paceIsLive
      ? owed
      : lanes.reduce((sum, { channel, pending }) => sum + (channel === paced ? 0 : pending), 0)
    return (
      sources.every(({ state }) => state === 'streaming') && gaps.every(({ state }) => state !== 'open') && waits === 0
    )
  }

  async #finish(): Promise<void> {
    const { clock, x, slack, dir } = this.#stage
    x.faults.clear()
    slack.faults.clear()
    for (const text of ['pace live', 'pace quiet off', 'pace any']) await this.#type(paced, text)
    this.#paceIsLive = true
    const latest = clock.now() + throughMs
    do await this.#stage.until(clock.now() + 10 * 60_000)
    while (!(await this.#isInOrder(readBooks(dir, clock.now()))) && clock.now() < latest)
    const books = readBooks(dir, clock.now())
    if (!(await this.#isInOrder(books)))
      this.#findings.fail('in the end', `it does not come to rest: ${JSON.stringify(await this.#stage.status())}`)
    await this.#look(this.#options.hours)
    const evidence = this.#evidence()
    const { compared, wrong } = order(evidence, this.#written)
    this.#final = { verdicts: judge(evidence, this.#written, { posts: 0, messages: 0 }), compared, wrong }
    this.#findings.judged(this.#final.verdicts, 'in the end')
    for (const line of wrong) this.#findings.fail('in the end', `out of order: ${line}`)
    const file = this.#stage.bytes().database
    const before = heap()
    await this.#stage.stop()
    this.#sizes.push({ hour: this.#options.hours, service: before - heap(), file })
    this.#findings.readLog('in the end')
    for (const line of grown(this.#sizes, this.#files)) this.#findings.fail('in the end', line)
  }

  #evidence(): Evidence {
    const { world, x, slack } = this.#stage
    return { world, x, slack, wishes: this.#wishes, wire: this.#wire, kills: this.#kills, archivedAt: this.#archivedAt }
  }

  result(realMs: number): SoakResult {
    const { hours, seed } = this.#options
    const { x, slack } = this.#stage
    const { verdicts, compared, wrong } = this.#final ?? { verdicts: undefined, compared: 0, wrong: [] }
    const again = `npm run soak -- --hours ${hours} --seed ${seed}`
    return {
      part: 'soak',
      crashes: this.#kills.length,
      faults: {
        ...prefixed('x', x.faults.fired()),
        ...prefixed('x is', counted(this.#standings)),
        ...prefixed('slack', slack.faults.fired()),
      },
      posts: verdicts?.belong ?? 0,
      missing: verdicts?.missing.length ?? 0,
      twice: verdicts?.twice.length ?? 0,
      outOfOrder: wrong.length,
      cases: this.#operations,
      failures: this.#findings.failures.map(failure => `${failure} (${again})`),
      ...{ seed, hours, realMs },
      written: this.#written.length,
      operations: this.#operations,
      unchanged: this.#unchanged,
      stops: this.#stops,
      either: verdicts?.either ?? 0,
      compared,
      unread: this.#findings.unread,
      unjudged: this.#wishes.unjudged(),
      messages: slack.messages().length,
      sizes: this.#sizes,
      forgotten: this.#findings.forgotten,
    }
  }
}

function counted(kinds: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(kinds, kind => kind)].map(([kind, all]) => [kind, all.length]))
}

function prefixed(of: string, counts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([kind, many]) => [`${of} ${kind}`, many ?? 0]))
}
