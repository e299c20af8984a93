/** One target in a thread of its own. Before each input is read it is put where the watcher outside can see it. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { fuzzTarget, type TargetResult } from './fuzz.ts'
import { targets } from './targets/index.ts'

export interface ThreadTask {
  readonly target: string
  readonly cases: number
  readonly seed: number
  readonly known: readonly string[]
  readonly shared: SharedArrayBuffer
}

export type FromThread = TargetResult

/** How many were read, how long the one that is being read is, and its characters. */
const headBytes = 8

/** Room for one input, and how whoever watches reads it. */
export function sharedCase(charsMax: number): {
  readonly shared: SharedArrayBuffer
  read(): { readonly input: string; readonly count: number }
} {
  const shared = new SharedArrayBuffer(headBytes + 2 * charsMax)
  const [head, chars] = [new Int32Array(shared, 0, 2), new Uint16Array(shared, headBytes)]
  return {
    shared,
    read() {
      const units = [...chars.subarray(0, head[1])]
      return { count: head[0] ?? 0, input: units.map(unit => String.fromCharCode(unit)).join('') }
    },
  }
}

function writer(shared: SharedArrayBuffer): (input: string, done: number) => void {
  const [head, chars] = [new Int32Array(shared, 0, 2), new Uint16Array(shared, headBytes)]
  return (input, done) => {
    head[0] = done
    head[1] = Math.min(input.length, chars.length)
    for (let at = 0; at < (head[1] ?? 0); at++) chars[at] = input.charCodeAt(at)
  }
}

if (!isMainThread && parentPort !== null) {
  const task: ThreadTask = workerData
  const target = targets.find(({ name }) => name === task.target)
  if (target === undefined) throw new Error(`there is no target "${task.target}"`)
  parentPort.postMessage(await fuzzTarget(target, { ...task, onCase: writer(task.shared) }))
}
