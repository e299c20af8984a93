/**
 * How long to wait before trying again. Pure: the number of failures so far and a chance in, milliseconds out.
 */
import type { Random } from './random.ts'

/**
 * Doubling: `firstMs` after the first failure, never more than `maxMs`, and up to a fifth on top by chance so that many who
 * failed together do not come back together. `failures` counts from 1.
 */
export function doubling(failures: number, firstMs: number, maxMs: number, random: Random): number {
  return jittered(Math.min(maxMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1))), random)
}

/** Linear: one `stepMs` more for each failure, never more than `maxMs`, plus the same chance. `failures` counts from 1. */
export function linear(failures: number, stepMs: number, maxMs: number, random: Random): number {
  return jittered(Math.min(maxMs, stepMs * Math.max(1, failures)), random)
}

/** `ms` and up to a fifth on top. */
export function jittered(ms: number, random: Random): number {
  return Math.round(ms * (1 + random() / 5))
}
