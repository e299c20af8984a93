/**
 * A small set of hashes that answers "surely not" or "perhaps" (a Bloom filter of one bit a hash). Nearly every word of nearly every
 * post is in nobody's list; with 100,000 words in the lists the map that knows them does not fit a processor's cache, this does.
 * Never says "surely not" of what was added. Nothing can be taken out: when it is full its owner makes a new one.
 */

/** So that between full and half full 3 to 6 in 100 of the words that are in no list look as if. */
const bitsPerHash = 16
const bitsMin = 1 << 13

export class Gate {
  readonly #bits: Uint32Array
  readonly #mask: number
  /** How many hashes it still takes. */
  #room: number

  constructor(hashes: ReadonlySet<number> | ReadonlyMap<number, unknown>) {
    let bits = bitsMin
    while (bits < 2 * hashes.size * bitsPerHash) bits *= 2
    this.#bits = new Uint32Array(bits >>> 5)
    this.#mask = bits - 1
    this.#room = bits / bitsPerHash
    for (const hash of hashes.keys()) this.add(hash)
  }

  /** False when it was full before: still right, but letting through more and more. */
  add(hash: number): boolean {
    const bit = mix(hash) & this.#mask
    this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31))
    return this.#room-- > 0
  }

  has(hash: number): boolean {
    const bit = mix(hash) & this.#mask
    return ((this.#bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0
  }
}

/** Spreads a hash over its low bits. */
function mix(hash: number): number {
  return hash ^ (hash >>> 15)
}
