/** Kills the process at every point and at random moments, over several lives, and says what became of the posts: what `npm test` and `npm run proof` run. */
import { createRandom, type Random } from '../../sim/world/random.ts'
import type { CrashPoint } from '../../src/kit/crash-point.ts'
import { ownMigrations } from '../../src/store/migrate.ts'
import type { ProofResult } from '../proof/result.ts'
import type { Engine } from './engine.ts'
import type { Finding } from './oracle.ts'
import { type Kill, type LifePlan, type LifeResult, play } from './play.ts'
import { crashTable } from './table.ts'

export interface CrashOptions {
  readonly engine: Engine
  readonly seed: number
  /** Kills at points, as `everyPoint` has them. */
  readonly points: readonly Kill[]
  /** Kills at random moments. */
  readonly random: number
  /** Lives that are played at the same time; default 2. */
  readonly parallel?: number
  /** Told the table, and what goes on. */
  readonly say?: (text: string) => void
}

/** At which reaches a running process is killed: `once` where it is not reached much more often. Only `birdwire move` moves. */
const points: Readonly<Record<Exclude<CrashPoint, 'mid-migration' | 'mid-move'>, 'often' | 'once'>> = {
  'after-pull-before-commit': 'often',
  'mid-commit': 'often',
  'after-commit-before-pull': 'often',
  'after-claim-before-send': 'often',
  'after-send-before-settle': 'often',
  'after-settle': 'often',
  'after-look-before-settle': 'once',
  'mid-catch-up': 'often',
  'mid-rules': 'once',
  'after-change-before-answer': 'once',
  'mid-stop': 'once',
}
/** A life is long enough for so many kills that what one of them broke meets the next. */
const killsPerLife = 11

export async function runCrashes(options: CrashOptions): Promise<ProofResult> {
  const { engine, parallel = 2, say = () => {} } = options
  const queue = plans(options)
  const lives: LifeResult[] = []
  const worker = async () => {
    for (let plan = queue.shift(); plan !== undefined; plan = queue.shift()) {
      const life = await play(plan)
      lives.push(life)
      for (const failure of failuresOf(life)) say(failure)
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  say(crashTable(engine.name, lives))
  const sum = (of: (life: LifeResult) => number) => lives.reduce((total, life) => total + of(life), 0)
  const faults: Record<string, number> = {}
  for (const [kind, count] of lives.flatMap(life => Object.entries(life.faults)))
    faults[kind] = (faults[kind] ?? 0) + count
  return {
    part: `crashes, ${engine.name}`,
    crashes: sum(({ killed }) => killed.length),
    faults,
    posts: sum(({ judgement }) => judgement?.belong.length ?? 0),
    missing: sum(({ judgement }) => judgement?.missing.length ?? 0),
    twice: sum(({ judgement }) => judgement?.twice.length ?? 0),
    outOfOrder: sum(({ judgement }) => judgement?.outOfOrder.length ?? 0),
    cases: 0,
    failures: lives.flatMap(failuresOf),
  }
}

/** A kill at each point, at each of these reaches where it is reached so often, and in the middle of each migration. */
export function everyPoint(reaches: readonly number[]): readonly Kill[] {
  const named = Object.entries(points).flatMap(([point, how]) =>
    (how === 'once' ? [1] : reaches).map(n => `${point}:${n}`),
  )
  return [...ownMigrations().map((_, n) => `${migrating}${n + 1}`), ...named]
}

const migrating = 'mid-migration:'

/** The lives: the first one begins in the middle of its migrations, since only a first start migrates; every second one has faults as well. */
function plans({ engine, seed, points: named, random: count }: CrashOptions): LifePlan[] {
  const random = createRandom(`kills:${seed}`)
  const first = named.filter(kill => kill.startsWith(migrating))
  const others = [...named.slice(first.length), ...Array.from({ length: count }, () => anyMoment(random))]
  const kills = [...first, ...random.sample(others, others.length)]
  // As many in each as in the others.
  const lives = Math.ceil(kills.length / killsPerLife)
  return Array.from({ length: lives }, (_, n) => {
    const from = (at: number) => Math.round((kills.length * at) / lives)
    return { engine, seed: seed + n, kills: kills.slice(from(n), from(n + 1)), faults: n % 2 === 1 }
  })
}

function anyMoment(random: Random): Kill {
  const kind = random.weighted({ any: 3, ms: 2, start: 2, whole: 4 })
  const [from, to] = { any: [1, 150], ms: [0, 2500], start: [50, 900], whole: [0, 1500] }[kind]
  return `${kind}:${random.int(from ?? 0, to ?? 0)}`
}

/** One sentence each, with what repeats it. */
function failuresOf({ plan, judgement, failures }: LifeResult): readonly string[] {
  const { engine, seed, kills, faults } = plan
  const again = `again: node scripts/run.mjs crash ${engine.name} ${seed} ${faults ? 'faults' : 'calm'} ${kills.join(' ')}`
  const found = (kind: string, findings: readonly Finding[]) =>
    findings.map(({ channel, what }) => `${kind} in ${channel}: ${what}`)
  const all = [
    ...failures,
    ...found('missing', judgement?.missing ?? []),
    ...found('twice', judgement?.twice ?? []),
    ...found('not wanted there', judgement?.astray ?? []),
    ...found('out of order', judgement?.outOfOrder ?? []),
    ...found('a change', judgement?.changes ?? []),
    ...(judgement?.pinging ?? []).map(text => `a message that pings: ${text}`),
  ]
  return all.map(failure => `${failure}\n  ${again}`)
}
