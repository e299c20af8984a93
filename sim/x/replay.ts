/**
 * A captured stream, to be played to a client byte for byte. The people that the capture includes can be looked up as
 * if they were X's; nothing else about them is known.
 */
import { readFileSync } from 'node:fs'
import type { Json } from './objects.ts'

export interface Capture {
  /** The file's bytes, cut after each line feed; the last piece may be half a line. */
  readonly lines: readonly Buffer[]
  /** Everyone in `includes.users`, as X wrote them. */
  readonly users: readonly Json[]
}

/** Reads a file of stream lines. Throws when the file cannot be read; lines that are no JSON are played all the same. */
export function readCapture(path: string): Capture {
  const bytes = readFileSync(path)
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const feed = bytes.indexOf(0x0a, from)
    const to = feed < 0 ? bytes.length : feed + 1
    lines.push(bytes.subarray(from, to))
    from = to
  }
  return { lines, users: lines.flatMap(usersOf) }
}

function usersOf(line: Buffer): Json[] {
  try {
    const { includes } = JSON.parse(line.toString()) as { includes?: { users?: Json[] } }
    return includes?.users ?? []
  } catch {
    return [] // Half a line: it is played, and nobody is read from it.
  }
}
