/**
 * X's cursor: the time up to which everything was read, epoch ms; posts are found again from it by the time in their ids. While a gap
 * is open the cursor stands at its beginning and names it, so that whoever resumes goes on closing the same gap.
 */
import { z } from 'zod'
import type { Cursor } from '../../domain/arrival.ts'

const shape = z.object({
  at: z.number().int().nonnegative(),
  gap: z.object({ id: z.string(), why: z.string() }).optional(),
})

export interface CursorParts {
  readonly at: number
  readonly gap?: { readonly id: string; readonly why: string } | undefined
}

/** A part of a millisecond is left off: earlier is safe, since what is read twice is stored once. */
export function writeCursor({ at, gap }: CursorParts): Cursor {
  return JSON.stringify({ at: Math.floor(at), ...(gap === undefined ? {} : { gap: { id: gap.id, why: gap.why } }) })
}

/** Throws on what `writeCursor` never wrote: the cursor comes from our own store, and guessing would lose posts. */
export function readCursor(cursor: Cursor): CursorParts {
  return shape.parse(JSON.parse(cursor))
}
