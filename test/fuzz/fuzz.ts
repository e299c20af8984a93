/**
 * Fuzzes one target: takes an input that did something new, changes it, reads it. An input that makes a line of ours run that has not run
 * before is kept, to be changed further; so chance goes deep. What throws, takes too long or changes every object's prototype is a finding.
 * Everything follows from the seed.
 */
import fc from 'fast-check'
import { type Random, seededRandom } from '../../src/kit/random.ts'
import { Coverage, type Places } from './coverage.ts'
import { mutate } from './mutate.ts'
import { watchRejections } from './rejections.ts'
import { hashOf, type Target, Violation } from './target.ts'

/** CPU ms of one input, its checks not counted: more is a reader whose work is not linear. */
const slowMs = 250
/** Not made shorter: that would take as many times as long, and show nothing more. */
const tooLong = 'it takes too long'
/** A slow input is read again so often, and its best time counts: the first time may have paid for the collector's work. */
const slowTries = 3
/** Inputs between two looks at what has run: a look takes as long as many inputs. */
const batchMin = 32
const batchMax = 2048
/** A look takes about as long as so many inputs, and at most this share of them may go into looking. */
const lookWorth = 30
const lookingShareMax = 0.2
/** Inputs that are kept for changing; the oldest go first. */
const poolMax = 1500
/** Longer ones are not kept: changing them takes time and changes little. */
const keptCharsMax = 20_000
/** Findings of different kinds after which a target is given up: it needs a person first. */
const findingsMax = 12

export interface Finding {
  readonly target: string
  /** The same for all inputs that show the same fault. */
  readonly what: string
  /** Inputs that showed it. */
  count: number
  /** The first of them, as short as it could be made. */
  input: string
  readonly detail: string
}

export interface TargetResult {
  readonly name: string
  readonly cases: number
  readonly findings: readonly Finding[]
  readonly slowest: { readonly ms: number; readonly input: string }
  /** Characters of our sources that ran; undefined when nobody looked. */
  readonly covered: number | undefined
  /** Inputs that did something new. */
  readonly kept: number
}

export interface FuzzOptions {
  readonly cases: number
  readonly seed: number
  /** Whether inputs are kept by what they make run. Default true. */
  readonly guided?: boolean
  /** Inputs that are read first, before any that are made. */
  readonly known?: readonly string[]
  /** CPU ms that one input may take; default 250. */
  readonly slowMs?: number
  /** Told before each input: what is read when nothing comes back any more. */
  readonly onCase?: (input: string, reads: number) => void
}

export async function fuzzTarget(target: Target, options: FuzzOptions): Promise<TargetResult> {
  const random = seededRandom(options.seed ^ hashOf(target.name))
  const reader = await Reader.open(target, options)
  const pool: string[] = [...target.seeds]
  const findings = new Map<string, Finding>()
  let slowest = { ms: 0, input: '' }
  let cases = 0
  let kept = 0
  const read = async (input: string): Promise<void> => {
    cases++
    const { ms, failure } = await reader.read(input)
    if (ms > slowest.ms) slowest = { ms, input }
    if (failure === undefined) return
    const what = nameOf(failure)
    const before = findings.get(what)
    if (before !== undefined) {
      before.count++
      return
    }
    const shorten = what === tooLong ? async (long: string) => long : minimised
    const shortest = await shorten(input, async shorter => {
      const again = await reader.read(shorter)
      return again.failure !== undefined && nameOf(again.failure) === what
    })
    findings.set(what, { target: target.name, what, count: 1, input: shortest, detail: detailOf(failure) })
  }
  const coverage = options.guided === false ? undefined : new Coverage()
  try {
    const first = [...target.seeds, ...(options.known ?? [])]
    for (const input of first.slice(0, options.cases)) await read(input)
    coverage?.look()
    const fresh = inputsFrom(target, random)
    let batchSize = batchMin
    while (cases < options.cases && findings.size < findingsMax) {
      const batch = Array.from({ length: Math.min(batchSize, options.cases - cases) }, () =>
        random() < 0.08 ? (fresh() ?? made(target, pool, random)) : made(target, pool, random),
      )
      for (const input of batch) await read(input)
      // Rejections that nobody looked at are told between two turns of the loop of events.
      await new Promise(setImmediate)
      if (coverage === undefined) continue
      const news = coverage.look()
      const fruitful =
        news.size === 0
          ? []
          : await thatRan(
              batch.filter(({ length }) => length <= keptCharsMax),
              news,
              coverage,
              reader,
            )
      pool.push(...fruitful)
      kept += fruitful.length
      // What is new gets rarer, and the less often it is worth a look.
      const dear = reader.reads - cases + coverage.looks * lookWorth > lookingShareMax * cases
      batchSize = Math.min(batchMax, Math.max(batchMin, Math.ceil(batchSize * (dear ? 2 : 0.7))))
      if (pool.length > poolMax) pool.splice(target.seeds.length, pool.length - poolMax)
    }
  } finally {
    coverage?.close()
    await reader.close()
  }
  return { name: target.name, cases, findings: [...findings.values()], slowest, covered: coverage?.chars, kept }
}

/** Which of the inputs made one of these places run: by halves, since most of them did not. What did is taken out of `news`. */
async function thatRan(
  inputs: readonly string[],
  news: Places,
  coverage: Coverage,
  reader: Reader,
): Promise<readonly string[]> {
  if (inputs.length === 0 || news.size === 0) return []
  for (const input of inputs) await reader.read(input)
  const [only] = inputs
  if (inputs.length === 1) return coverage.ranOf(news, true) && only !== undefined ? [only] : []
  if (!coverage.ranOf(news, false)) return []
  const half = Math.ceil(inputs.length / 2)
  const first = await thatRan(inputs.slice(0, half), news, coverage, reader)
  return [...first, ...(await thatRan(inputs.slice(half), news, coverage, reader))]
}

function made(target: Target, pool: readonly string[], random: Random): string {
  const one = () => pool[Math.floor(random() * pool.length)] ?? ''
  return mutate(one(), target, [one(), one()], random)
}

/** Inputs out of the target's grammar, if it has one; drawn many at a time. */
function inputsFrom({ fresh, charsMax }: Target, random: Random): () => string | undefined {
  let drawn: string[] = []
  return () => {
    if (fresh === undefined) return undefined
    if (drawn.length === 0) drawn = fc.sample(fresh, { numRuns: 100, seed: Math.floor(random() * 2 ** 31) })
    return drawn.pop()?.slice(0, charsMax)
  }
}

/** One bench, and how it took an input. */
class Reader {
  readonly #target: Target
  readonly #slowMs: number
  readonly #onCase: FuzzOptions['onCase']
  /** Inputs read so far, those that were read again included. */
  reads = 0
  readonly #rejections = watchRejections()
  #bench: Awaited<ReturnType<Target['open']>>

  private constructor(
    target: Target,
    options: Pick<FuzzOptions, 'slowMs' | 'onCase'>,
    bench: Awaited<ReturnType<Target['open']>>,
  ) {
    this.#target = target
    this.#slowMs = options.slowMs ?? slowMs
    this.#onCase = options.onCase
    this.#bench = bench
  }

  static async open(target: Target, options: Pick<FuzzOptions, 'slowMs' | 'onCase'>): Promise<Reader> {
    return new Reader(target, options, await target.open())
  }

  /** `ms` of CPU. */
  async read(input: string): Promise<{ readonly ms: number; readonly failure: unknown }> {
    let first = await this.#once(input)
    for (let tries = 1; first.ms > this.#slowMs && first.failure === undefined && tries < slowTries; tries++) {
      const again = await this.#once(input)
      if (again.ms < first.ms) first = again
    }
    if (first.failure !== undefined) await this.#anew()
    if (first.failure !== undefined || first.ms <= this.#slowMs) return first
    return { ms: first.ms, failure: new Violation(tooLong, `${Math.round(first.ms)} ms of CPU`) }
  }

  async close(): Promise<void> {
    this.#rejections.stop()
    await this.#bench.close?.()
  }

  async #once(input: string): Promise<{ readonly ms: number; readonly failure: unknown }> {
    this.#onCase?.(input, ++this.reads)
    const before = process.threadCpuUsage()
    let ms = 0
    try {
      const running = this.#bench.run(input)
      const check = running instanceof Promise ? await running : running
      ms = cpuMs(before)
      check?.()
      for (const key in {}) throw new Violation('every object has a key more than before', key)
      const rejected = this.#rejections.take()
      if (rejected !== undefined) throw rejected
      return { ms, failure: undefined }
    } catch (failure) {
      return { ms: ms === 0 ? cpuMs(before) : ms, failure: failure ?? new Error('something threw nothing') }
    }
  }

  /** What failed may have left things half done. */
  async #anew(): Promise<void> {
    await this.#bench.close?.()
    this.#bench = await this.#target.open()
  }
}

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

const triesMax = 300

/** The input without all that can be left out while it still fails. */
async function minimised(input: string, fails: (shorter: string) => Promise<boolean>): Promise<string> {
  let shortest = input
  let tries = 0
  for (let size = Math.ceil(shortest.length / 2); size >= 1 && tries < triesMax; size = Math.floor(size / 2)) {
    for (let at = 0; at < shortest.length && tries < triesMax; ) {
      const shorter = shortest.slice(0, at) + shortest.slice(at + size)
      tries++
      if (await fails(shorter)) shortest = shorter
      else at += size
    }
  }
  return shortest
}

/** The sentence of a violation; of any other error its name, its message without what varies, and where in our code it arose. */
function nameOf(failure: unknown): string {
  if (failure instanceof Violation) return failure.message
  if (!(failure instanceof Error)) return 'something is thrown that is no error'
  const message = failure.message.replaceAll(/\d+|"[^"]*"|'[^']*'|`[^`]*`/g, '…').slice(0, 90)
  const at = /(?:src|test|sim|node_modules)\/[^\s:)]+:\d+/.exec(failure.stack ?? '')?.[0] ?? 'nowhere of ours'
  return `${failure.name} at ${at}: ${message}`
}

function detailOf(failure: unknown): string {
  if (failure instanceof Violation) return failure.detail
  return failure instanceof Error ? (failure.stack ?? failure.message).slice(0, 2000) : String(failure)
}
