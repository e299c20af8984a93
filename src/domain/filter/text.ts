/**
 * A text as a filter reads it: folded and cut into tokens, once, in one pass over its characters.
 *
 * A token is a run of letters, digits and their marks; in scripts without blanks (Han, Kana, Hangul, Thai and their like) every
 * character is one, and so is every emoji, so that a keyword is found inside a run. Punctuation only separates. Of tokens
 * the hashes are kept; places and strings are made when somebody asks for them, which for most posts is never.
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

export class Tokens {
  /** Of each token, in order. Equal tokens have equal hashes; unequal ones nearly never do. */
  readonly hashes: readonly number[]
  /** What was cut: the text itself or, where that had to be, its folding. */
  readonly #read: string
  readonly #text: string
  readonly #folded: boolean
  /** Start and end of each token in turn; found when first asked for. */
  #places: readonly number[] | undefined

  constructor(text: string) {
    const hashes = scan(text, false, undefined)
    this.#text = text
    this.#folded = hashes === undefined
    this.#read = this.#folded ? fold(text) : text
    this.hashes = hashes ?? scan(this.#read, true, undefined) ?? impossible()
  }

  get count(): number {
    return this.hashes.length
  }

  /** The folded string of token `index`. */
  token(index: number): string {
    const end = this.#bound(2 * index + 1)
    let token = ''
    for (let at = this.#bound(2 * index); at < end; at++) {
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

  /** Is token `index` this folded string? Without making its string, but for emoji and other characters above U+FFFF. */
  is(index: number, token: string): boolean {
    const end = this.#bound(2 * index + 1)
    let met = 0
    for (let at = this.#bound(2 * index); at < end; at++) {
      const entry = knownUnits[this.#read.charCodeAt(at)] ?? 0
      if (entry === 0) return this.token(index) === token
      if (entry >>> 16 === kindOf.hidden) continue
      if (token.charCodeAt(met++) !== (entry & 0xffff)) return false
    }
    return met === token.length
  }

  /** True when nothing visible stands between this token and the one before it, as inside a Chinese word. */
  glued(index: number): boolean {
    return index > 0 && this.#bound(2 * index) === this.#bound(2 * index - 1)
  }

  /** Where tokens `first` to `last`, both included, stand in the text: UTF-16 units, end exclusive. */
  place(first: number, last: number): { start: number; end: number } {
    const start = this.#bound(2 * first)
    const end = this.#bound(2 * last + 1)
    return this.#folded ? unfold(this.#text, start, end) : { start, end }
  }

  #bound(at: number): number {
    if (this.#places === undefined) {
      const places: number[] = []
      scan(this.#read, this.#folded, places)
      this.#places = places
    }
    return this.#places[at] ?? 0
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
  return tokens.every((token, index) => text.is(at + index, token))
}

function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800
}

function impossible(): never {
  throw new Error('a folded text was not cut')
}

/**
 * The hashes of a text's tokens, and into `places`, where given, the start and end of each; undefined where an unfolded text turns out to
 * need folding as a whole. Places are left out at first because noting them takes a third of the time, and few texts are asked for them.
 */
function scan(text: string, folded: boolean, places: number[] | undefined): readonly number[] | undefined {
  const hashes: number[] = []
  const length = text.length
  // The token being read, if `start` is not negative.
  let start = -1
  let stop = 0
  let hash = 0
  // What came last: a letter that others may join, the first half of a flag.
  let joins = false
  let halfFlag = false
  for (let at = 0; at < length; ) {
    const unit = text.charCodeAt(at)
    let entry = knownUnits[unit] ?? 0
    if (joins && entry >>> 16 === kindOf.letter) {
      // Most characters of most texts are this.
      hash = Math.imul(hash ^ (entry & 0xffff), hashPrime)
      stop = ++at
      continue
    }
    let low = 0
    if (entry === 0) {
      low = isHigh(unit) ? lowAt(text, at + 1) : 0
      entry = low === 0 ? entryOf(unit) : (wideKind(codePointOf(unit, low)) << 16) | unit
    }
    let kind = entry >>> 16
    if (kind >= needsFold) {
      if (!folded) return undefined
      kind &= ~needsFold
    }
    const begin = at
    at += low === 0 ? 1 : 2
    if (kind === kindOf.hidden) {
      // Kept inside the token's place, so that what stands after it is still seen as glued.
      stop = at
      continue
    }
    if (kind === kindOf.gap) {
      if (start >= 0) {
        places?.push(start, stop)
        hashes.push(hash)
        start = -1
      }
      joins = false
      continue
    }
    const half = low !== 0 && isRegional(unit, low)
    // Two regional indicators are one flag: else a flag would be found across two others.
    const continued: boolean =
      start >= 0 && (kind === kindOf.mark || (half && halfFlag) || (joins && kind === kindOf.letter))
    if (!continued) {
      if (start >= 0) {
        places?.push(start, stop)
        hashes.push(hash)
      }
      start = begin
      hash = hashStart
      joins = kind !== kindOf.solo
    }
    halfFlag = half && !continued
    hash = Math.imul(hash ^ (entry & 0xffff), hashPrime)
    if (low !== 0) hash = Math.imul(hash ^ low, hashPrime)
    stop = at
  }
  if (start >= 0) {
    places?.push(start, stop)
    hashes.push(hash)
  }
  return hashes
}

/** The table's entry for a unit that stands alone; half of a pair that does is nothing. */
function entryOf(unit: number): number {
  return (unit & 0xf800) === 0xd800 ? kindOf.gap << 16 : learn(unit)
}

function codePointOf(high: number, low: number): number {
  return ((high - 0xd800) << 10) + (low - 0xdc00) + 0x10000
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
