/** How large it is, in memory and on disk, and whether it grows. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What was measured at some moment, in bytes. */
export interface Size {
  readonly hour: number
  /** What the service keeps in memory: what the heap holds less after it was stopped. */
  readonly service: number
  /** The database without its log. */
  readonly file: number
}

/** Bytes that a life of half a week may keep more than one of a day: what is remembered of people and days, no more. */
const grownMax = 5e6

/**
 * Memory: from the end of the first life (a seventh of the time) to that of the last and longest (half of it). File: from when everything has had
 * its term (four days, with the ledger's) to the end. Without forgetting it would have half as much again.
 */
export function grown(sizes: readonly Size[], files: readonly number[]): readonly string[] {
  const [first] = sizes
  const last = sizes.at(-1)
  const settled = Math.max(...files.slice(96, 120))
  const end = Math.max(...files.slice(-24))
  if (files.length < 144 || first === undefined || last === undefined) return []
  return [
    ...(last.service > first.service + grownMax
      ? [`memory: the service kept ${mb(first.service)} at first and ${mb(last.service)} in the end`]
      : []),
    ...(end > settled * 1.3 ? [`the database had ${mb(settled)} after four days and ${mb(end)} in the end`] : []),
  ]
}

export const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

/** Bytes that are in use, after what is not has been collected. */
export function heap(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') for (let n = 0; n < 3; n++) collect()
  return process.memoryUsage().heapUsed
}
