/**
 * A text as a filter reads it: folded and cut into tokens, once, in one pass over its characters.
 *
 * A token is a run of letters, digits and their marks; in scripts without blanks (Han, Kana, Hangul, Thai and their like) every
 * character is one, and so is every emoji, so that a keyword is found inside a run. Punctuation only separates. Tokens are kept as
 * places and hashes; the string of one is made when somebody asks for it, which for most tokens of most posts is never.
 */
import { fold, kindOf, knownUnits, learn, needsFold, wideKind } from './chars.ts'

export { fold } from './chars.ts'

const hashStart = 0x811c9dc5 | 0
const hashPrime = 0x01000193

/** The 32-bit FNV-1a hash of a folded token, the same that `Tokens.hashes` has. (RFC 9923) */
export function hashToken(token: string): number {
  let hash = hashStart
  for (let at = 0; at < token.length; at++) hash = Math.imul(hash ^ token.charCodeAt(at), hashPrime)
  return hash
}

/** Tokens as they are cut: where each starts and ends, in turn, and its hash. */
interface Cut {
  readonly bounds: number[]
  readonly hashes: number[]
}

export class Tokens {
  readonly count: number
  /** Equal tokens have equal hashes; unequal ones nearly never do. */
  readonly hashes: readonly number[]
  readonly #bounds: readonly number[]
  /** What the bounds point into: the text itself or, where that had to be, its folding. */
  readonly #read: string
  readonly #text: string

  constructor(text: string) {
    const whole = scan(text, false)
    this.#text = text
    this.#read = whole === undefined ? fold(text) : text
    const { bounds, hashes } = whole ?? scan(this.#read, true) ?? impossible()
    this.#bounds = bounds
    this.hashes = hashes
    this.count = hashes.length
  }

  /** The folded string of token `index`. */
  token(index: number): string {
    const end = this.#bounds[2 * index + 1] ?? 0
    let token = ''
    for (let at = this.#bounds[2 * index] ?? 0; at < end; at++) {
      const unit = this.#read.charCodeAt(at)
      const entry = knownUnits[unit] ?? 0
      if (entry !== 0) {
        if (entry >>> 16 !== kindOf.hidden) token += String.fromCharCode(entry & 0xffff)
        continue
      }
      if (wideKind(this.#read.codePointAt(at) ?? 0) !== kindOf.hidden) token += this.#read.slice(at, at + 2)
      at++
    }
    return token
  }

  /** True when nothing visible stands between this token and the one before it, as inside a Chinese word. */
  glued(index: number): boolean {
    return index > 0 && this.#bounds[2 * index] === this.#bounds[2 * index - 1]
  }

  /** Where tokens `first` to `last`, both included, stand in the text: UTF-16 units, end exclusive. */
  place(first: number, last: number): { start: number; end: number } {
    const start = this.#bounds[2 * first] ?? 0
    const end = this.#bounds[2 * last + 1] ?? 0
    return this.#read === this.#text ? { start, end } : unfold(this.#text, start, end)
  }
}

/** A text to look for, cut once. */
export interface Needle {
  readonly tokens: readonly string[]
  readonly hashes: readonly number[]
  /** Per token: it must follow the one before it with nothing between. */
  readonly glued: readonly boolean[]
}

export function needleOf(text: string): Needle {
  const cut = new Tokens(text)
  const tokens = Array.from({ length: cut.count }, (_, index) => cut.token(index))
  return { tokens, hashes: tokens.map(hashToken), glued: tokens.map((_, index) => cut.glued(index)) }
}

/** The first token from `from` on at which the needle stands in the text, -1 if nowhere. An empty needle stands nowhere. */
export function find(needle: Needle, text: Tokens, from = 0): number {
  const [head] = needle.hashes
  if (head === undefined) return -1
  let at = text.hashes.indexOf(head, from)
  while (at >= 0 && !standsAt(needle, text, at)) at = text.hashes.indexOf(head, at + 1)
  return at
}

function standsAt({ tokens, hashes, glued }: Needle, text: Tokens, at: number): boolean {
  for (let index = 1; index < tokens.length; index++) {
    if (text.hashes[at + index] !== hashes[index]) return false
    if (glued[index] === true && !text.glued(at + index)) return false
  }
  // Hashes only say "perhaps".
  return tokens.every((token, index) => token === text.token(at + index))
}

function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800
}

function impossible(): never {
  throw new Error('a folded text was not cut')
}

/** The tokens of a text; undefined where an unfolded one turns out to need folding as a whole. */
function scan(text: string, folded: boolean): Cut | undefined {
  const cut: Cut = { bounds: [], hashes: [] }
  const length = text.length
  // The token being read, if `start` is not negative; `end` moves on before the character is looked at.
  let start = -1
  let stop = 0
  let hash = 0
  // What came last: a letter that others may join, the first half of a flag.
  let joins = false
  let halfFlag = false
  let at = 0
  while (at < length) {
    const unit = text.charCodeAt(at)
    const entry = knownUnits[unit] ?? 0
    let kind = entry >>> 16
    if (kind === kindOf.letter && joins) {
      hash = Math.imul(hash ^ (entry & 0xffff), hashPrime)
      stop = ++at
      continue
    }
    let end = at + 1
    let unitFolded = entry & 0xffff
    let low = 0
    if (kind === 0) {
      low = isHigh(unit) ? lowAt(text, end) : 0
      if (low !== 0) {
        kind = wideKind(((unit - 0xd800) << 10) + (low - 0xdc00) + 0x10000)
        unitFolded = unit
        end++
      } else if ((unit & 0xf800) === 0xd800) kind = kindOf.gap
      else {
        const learnt = learn(unit)
        kind = learnt >>> 16
        unitFolded = learnt & 0xffff
      }
    }
    if (kind >= needsFold) {
      if (!folded) return undefined
      kind &= ~needsFold
    }
    at = end
    if (kind === kindOf.hidden) {
      // Kept inside the token's place, so that what stands after it is still seen as glued.
      stop = end
      continue
    }
    const regional = isRegional(unit, low)
    // Two regional indicators are one flag: else a flag would be found across two others.
    const continues: boolean =
      start >= 0 && (kind === kindOf.mark || (kind === kindOf.letter && joins) || (regional && halfFlag))
    if (!continues) {
      if (start >= 0) {
        cut.bounds.push(start, stop)
        cut.hashes.push(hash)
      }
      start = kind === kindOf.gap ? -1 : end - (low === 0 ? 1 : 2)
      hash = hashStart
      joins = kind === kindOf.letter || kind === kindOf.mark
    }
    halfFlag = regional && !continues
    hash = Math.imul(hash ^ unitFolded, hashPrime)
    if (low !== 0) hash = Math.imul(hash ^ low, hashPrime)
    stop = end
  }
  if (start >= 0) {
    cut.bounds.push(start, stop)
    cut.hashes.push(hash)
  }
  return cut
}

/** The second half of a surrogate pair at that place, 0 where there is none. */
function lowAt(text: string, at: number): number {
  const unit = at < text.length ? text.charCodeAt(at) : 0
  return (unit & 0xfc00) === 0xdc00 ? unit : 0
}

/** 🇦 to 🇿 are U+1F1E6 to U+1F1FF. */
function isRegional(high: number, low: number): boolean {
  return high === 0xd83c && low >= 0xdde6 && low <= 0xddff
}

/**
 * The place in a text of a place in its folding. A prefix of the text folds to a prefix of the folding (as long as the marks of
 * its last character are there), and a longer one to no shorter: so the ends are found by halving.
 */
function unfold(text: string, start: number, end: number): { start: number; end: number } {
  const foldedLength = (length: number) => fold(text.slice(0, whole(text, length))).length
  const reaches = firstWhere(text.length, length => foldedLength(length) >= end)
  // Marks after the last character fold into it: they belong to the place.
  const exact = foldedLength(reaches)
  const last = firstWhere(text.length + 1, length => length > text.length || foldedLength(length) > exact) - 1
  const first = firstWhere(text.length + 1, length => length > text.length || foldedLength(length) > start) - 1
  return { start: whole(text, first), end: whole(text, last) }
}

/** The length, less one where it would cut a surrogate pair in half. */
function whole(text: string, length: number): number {
  const cuts = length > 0 && length < text.length && isHigh(text.charCodeAt(length - 1))
  return cuts && (text.charCodeAt(length) & 0xfc00) === 0xdc00 ? length - 1 : length
}

/** The smallest number up to `max` for which `holds` does, given that it holds for all above one; `max` where for none below. */
function firstWhere(max: number, holds: (value: number) => boolean): number {
  let low = 0
  let high = max
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
