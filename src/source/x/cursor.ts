/** X's cursor: the time up to which everything was read, epoch ms. Posts are found again from it by the time in their ids. */
import { z } from 'zod'
import type { Cursor } from '../../domain/arrival.ts'

const shape = z.object({ at: z.number().int().nonnegative() })

/** A part of a millisecond is left off: earlier is safe, since what is read twice is stored once. */
export function writeCursor(at: number): Cursor {
  return JSON.stringify({ at: Math.floor(at) })
}

/** Throws on what `writeCursor` never wrote: the cursor comes from our own store, and guessing would lose posts. */
export function readCursor(cursor: Cursor): number {
  return shape.parse(JSON.parse(cursor)).at
}
