/**
 * Where the stream's bytes are cut into chunks. X promises nothing about it, so a reader must survive every way: whole
 * lines, random cuts that go through characters, tiny pieces, and the line's end arriving alone.
 */
import type { Random } from '../world/random.ts'

export type ChunkProfile = 'lines' | 'random' | 'tiny' | 'lone-delimiter'
export const chunkProfiles: readonly ChunkProfile[] = ['lines', 'random', 'tiny', 'lone-delimiter']

const end = Buffer.from('\r\n')

/** The same bytes in pieces; joined they are what went in. `bytes` is one line with its end. */
export function cutChunks(bytes: Buffer, profile: ChunkProfile, random: Random): Buffer[] {
  switch (profile) {
    case 'lines':
      return [bytes]
    case 'random':
      return pieces(bytes, () => random.int(1, 6000))
    case 'tiny':
      return pieces(bytes, () => random.int(1, 24))
    case 'lone-delimiter':
      return bytes.length > end.length && bytes.subarray(-end.length).equals(end)
        ? [bytes.subarray(0, -end.length), end]
        : [bytes]
  }
}

/** Cuts inside every character of more than one byte. */
export function cutInsideCharacters(bytes: Buffer): Buffer[] {
  const places: number[] = []
  for (let i = 1; i < bytes.length; i++) {
    const continues = ((bytes[i] ?? 0) & 0xc0) === 0x80
    const startsBefore = ((bytes[i - 1] ?? 0) & 0xc0) === 0xc0
    if (continues && startsBefore) places.push(i)
  }
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length))
}

function pieces(bytes: Buffer, size: () => number): Buffer[] {
  const result = []
  for (let from = 0; from < bytes.length; ) {
    const length = size()
    result.push(bytes.subarray(from, from + length))
    from += length
  }
  return result
}
