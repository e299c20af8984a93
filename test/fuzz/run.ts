/**
 * Fuzzes all targets, or one: a thread for each, two at a time, watched from outside, so that an input that never ends or eats all memory is a
 * finding too and not the end of the run.
 */
import { Worker } from 'node:worker_threads'
import type { ProofResult } from '../proof/result.ts'
import { keptInputs, writeDown } from './corpus.ts'
import type { Finding, TargetResult } from './fuzz.ts'
import type { Target } from './target.ts'
import { targets } from './targets/index.ts'
import { type FromThread, sharedCase, type ThreadTask } from './thread.ts'

export interface RunFuzzOptions {
  readonly cases: number
  readonly seed: number
  /** Names; default all. */
  readonly only?: readonly string[] | undefined
  readonly threads?: number
  /** Told when a target is done. */
  readonly onTarget?: (result: TargetResult, seconds: number) => void
}

/** No input takes this long, ms, however busy the machine is. */
const stuckMs = 60_000
const lookMs = 2000
/** What a thread may use, MB: far above what any reader needs, far below what a machine has. */
const memoryMb = 1024

/** `failures` name each fault and the file with the input that shows it. */
export async function runFuzz({ cases, seed, only, threads = 2, onTarget }: RunFuzzOptions): Promise<ProofResult> {
  const chosen = targets.filter(({ name }) => only === undefined || only.includes(name))
  const shares = chosen.reduce((sum, { share }) => sum + share, 0)
  const results: TargetResult[] = []
  const failures: string[] = []
  // The longest first: at the end nobody waits for one thread.
  const queue = chosen.toSorted((a, b) => b.share - a.share)
  const worker = async (): Promise<void> => {
    for (let target = queue.shift(); target !== undefined; target = queue.shift()) {
      const began = performance.now()
      const result = await inThread(target, {
        target: target.name,
        cases: Math.ceil((cases * target.share) / shares),
        seed,
      })
      results.push(result)
      failures.push(...result.findings.map(finding => told(finding, seed)))
      onTarget?.(result, (performance.now() - began) / 1000)
    }
  }
  await Promise.all(Array.from({ length: threads }, worker))
  return {
    ...{ part: 'fuzz', crashes: 0, faults: {}, posts: 0, missing: 0, twice: 0, outOfOrder: 0 },
    cases: results.reduce((sum, result) => sum + result.cases, 0),
    failures,
  }
}

/** In a sentence, with the file that shows it. */
function told(finding: Finding, seed: number): string {
  const times = finding.count === 1 ? 'once' : `${finding.count} times`
  return `${finding.target}: ${finding.what} (${times}, seed ${seed}; ${writeDown(finding)})`
}

/** Settles with the target's result, or with that of a target whose last input ended the thread. */
function inThread({ name, charsMax }: Target, task: Omit<ThreadTask, 'shared' | 'known'>): Promise<TargetResult> {
  const { promise, resolve, reject } = Promise.withResolvers<TargetResult>()
  const { shared, read } = sharedCase(charsMax)
  const thread = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: { ...task, shared, known: keptInputs(name) } satisfies ThreadTask,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    execArgv: ['--no-warnings'],
  })
  let last = { count: -1, at: performance.now() }
  const ended = (what: string, detail: string): void => {
    const { input, count } = read()
    const finding: Finding = { target: name, what, count: 1, input, detail }
    resolve({ name, cases: count, findings: [finding], slowest: { ms: 0, input: '' }, covered: undefined, kept: 0 })
  }
  const watch = setInterval(() => {
    const { count } = read()
    if (count !== last.count) last = { count, at: performance.now() }
    else if (performance.now() - last.at > stuckMs) ended('it never ends', `${stuckMs / 1000} s`)
  }, lookMs)
  thread.on('message', (message: FromThread) => resolve(message))
  thread.on('error', (error: Error) => {
    if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') ended('it eats all memory', `${memoryMb} MB`)
    else reject(error)
  })
  return promise.finally(async () => {
    clearInterval(watch)
    await thread.terminate()
  })
}
