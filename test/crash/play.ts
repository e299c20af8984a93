/** One life: the process is started and killed by a plan while everything goes on, then left alone until it has come to rest, and judged. */

import type { SlackFaultKind } from '../../sim/slack/server.ts'
import { createRandom } from '../../sim/world/random.ts'
import type { XFault } from '../../sim/x/server.ts'
import type { Birdwire } from './birdwire.ts'
import type { Engine } from './engine.ts'
import { channels, Life, pause } from './life.ts'
import { type Judgement, judge, wrongList } from './oracle.ts'
import { openStage, type Stage } from './stage.ts'

/**
 * How a process ends, as text, so that a life can be repeated by it:
 * `mid-commit:2` at the second reach of that point; `any:31` at the 31st reach of whichever; `ms:850` so many real ms after it listens, `start:120`
 * after it was started, `whole:400` after everything that was missed while it was away has been fetched.
 */
export type Kill = string

export interface LifePlan {
  readonly engine: Engine
  readonly seed: number
  readonly kills: readonly Kill[]
  /** Slack and X make trouble as well. */
  readonly faults: boolean
}

export interface LifeResult {
  readonly plan: LifePlan
  /** Those that happened, with the moment (epoch ms, of the world). */
  readonly killed: readonly { readonly kill: Kill; readonly at: number }[]
  readonly faults: Readonly<Record<string, number>>
  readonly judgement: Judgement | undefined
  /** What went wrong beside what the judgement says. */
  readonly failures: readonly string[]
}

/** How many times as fast as real time everybody lives. */
const speed = 20
/** Longest wait for one kill, and for the rest at the end, real ms. */
const killMsMax = 40_000
const restMsMax = 60_000
/** What came in a quiet time is what the order is compared of, real ms. */
const quietMs = 1000

const xFaults: readonly XFault[] = ['cut', 'mid-line', 'end', 'operational-disconnect', 'connect-5xx', 'rest-5xx']
const slackFaults: readonly SlackFaultKind[] = [
  ...(['post:drop-after', 'post:http-after', 'post:http-before', 'post:rate-limited', 'post:error-after'] as const),
  ...(['post:malformed-after', 'post:service-unavailable'] as const),
]

export async function play(plan: LifePlan): Promise<LifeResult> {
  const { engine, seed, kills } = plan
  const random = createRandom(`crashes:${seed}`)
  await using stage = await openStage({ engine, seed, speed, channels: Object.values(channels) })
  using life = new Life(stage, seed)
  if (plan.faults) {
    for (const [n, kind] of xFaults.entries())
      stage.x.faults.schedule(kind, { after: kind.includes('-5xx') ? 1 : 8 + n * 9 })
    for (const [n, kind] of slackFaults.entries()) stage.slack.faults.schedule(kind, { after: 4 + n * 5 })
  }
  const killed: { kill: Kill; at: number }[] = []
  const failures: string[] = []
  for (const kill of kills) {
    const failure = await within(killMsMax, perform(stage, life, kill))
    if (failure === undefined) killed.push({ kill, at: stage.clock.now() })
    else {
      failures.push(`${kill}: ${failure}\n${stage.output()}`)
      await stage.end('SIGKILL')
    }
    await pause(random.int(0, 250))
  }
  const restless = (await within(restMsMax, rest(stage, life))) ?? ''
  if (restless !== '') failures.push(`${restless}: ${JSON.stringify(await stage.standing())}\n${stage.output()}`)
  const judgement = restless === '' ? judge({ ...stage, life, kills: killed.map(({ at }) => at) }) : undefined
  const left = [...stage.x.faults.pending(), ...stage.slack.faults.pending()]
  failures.push(...left.map(({ kind }) => `the fault ${kind} was scheduled and never happened`))
  const faults = { ...stage.x.faults.fired(), ...stage.slack.faults.fired() }
  if (restless === '') {
    const list = wrongList((await stage.type(channels.moving, 'list')) ?? '', life.wants(channels.moving))
    if (list !== undefined) failures.push(list)
    await stage.end('SIGTERM')
  }
  return { plan, killed, faults, judgement, failures }
}

/** Starts the process and kills it. Answers why that did not happen, where it did not. */
async function perform(stage: Stage, life: Life, kill: Kill): Promise<string | undefined> {
  const [name = '', count = ''] = kill.split(':')
  switch (name) {
    case 'start': {
      const listening = stage.start()
      const { process } = stage
      await pause(Number(count))
      await stage.end('SIGKILL')
      await listening
      return notKilled(process)
    }
    case 'ms':
    case 'whole': {
      const listening = stage.start()
      const { process } = stage
      if (!(await listening)) return notKilled(process)
      if (name === 'whole') await wholeAgain(stage, life)
      await pause(Number(count))
      await stage.end('SIGKILL')
      return notKilled(process)
    }
    default: {
      // Something must be looked for, so an answer gets lost.
      if (name === 'after-look-before-settle') stage.slack.faults.schedule('post:drop-after')
      const starting = stage.start(kill)
      const { process } = stage
      if ((await starting) && name === 'mid-stop') {
        await wholeAgain(stage, life)
        process?.signal('SIGTERM')
      }
      const other = await notKilled(process)
      const last = stage.reached().at(-1)
      const isIt = last?.killed === true && last.pid === process?.pid && (name === 'any' || last.point === name)
      return other ?? (isIt ? undefined : 'the process was killed elsewhere')
    }
  }
}

/** Undefined when it ended of a SIGKILL; else how it ended: by itself, which nothing here may make it do. */
async function notKilled(process: Birdwire | undefined): Promise<string | undefined> {
  const ended = await process?.ended
  return ended === 'SIGKILL' ? undefined : `the process ended by itself (${ended}), and was not killed`
}

/** Resolves when this process has read what was missed. */
async function wholeAgain(stage: Stage, life: Life): Promise<void> {
  const from = stage.clock.now()
  life.still = true
  while ((life.whole.at(-1) ?? 0) < from) await pause(20)
  life.still = false
}

/** Started once more and left alone, until everything that was written and typed has had its effect. Answers what it waits for, if it is not to be had. */
async function rest(stage: Stage, life: Life): Promise<string | undefined> {
  if (!(await stage.start())) return 'the process did not start again'
  await wholeAgain(stage, life)
  // What is still to go wrong goes wrong now.
  while ([...stage.x.faults.pending(), ...stage.slack.faults.pending()].length > 0) await pause(50)
  await pause(quietMs)
  await life.end()
  await life.lastWord()
  for (;;) {
    const standing = await stage.standing()
    const isIdle =
      standing?.lanes.every(({ pending }) => pending === 0) && standing.gaps.every(({ state }) => state !== 'open')
    if (isIdle === true) return undefined
    await pause(50)
  }
}

/** Its answer, or that there was none in time. */
async function within(ms: number, work: Promise<string | undefined>): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve(`nothing happened within ${ms / 1000} s`), ms)
  // What it was waiting for may be gone by the time it fails.
  return Promise.race([work.catch(String), promise]).finally(() => clearTimeout(timer))
}
