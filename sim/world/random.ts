/**
 * A small seeded generator of random numbers (sfc32, public domain), so that a world, a fault plan and a chunk splitter
 * can be written down as one number and played again. It is not for secrets.
 */

export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** A whole number, both ends included. */
  int(min: number, max: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  /** One of the items. Throws on an empty list. */
  pick<T>(items: readonly T[]): T
  /** `count` different items in random order; all of them when there are fewer. */
  sample<T>(items: readonly T[], count: number): T[]
  /** One of the keys, each as likely as its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K
}

/** FNV-1a over the text: turns any seed into the 32 bits that start the generator. */
function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return hash >>> 0
}

/** The same seed gives the same numbers for ever, on every machine. */
export function createRandom(seed: number | string): Random {
  const text = String(seed)
  let a = hash32(`${text}a`)
  let b = hash32(`${text}b`)
  let c = hash32(`${text}c`)
  let counter = 1
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return (sum >>> 0) / 0x1_0000_0000
  }
  // The first outputs still show the seed's pattern; a dozen rounds mix it in.
  for (let i = 0; i < 12; i++) next()

  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  const pick = <T>(items: readonly T[]): T => {
    const index = int(0, items.length - 1)
    if (items.length === 0) throw new RangeError('pick from an empty list')
    return items[index] as T // in range: index is below the length just checked
  }
  return {
    next,
    int,
    pick,
    chance: probability => next() < probability,
    sample: (items, count) => {
      const rest = [...items]
      const taken = []
      while (taken.length < count && rest.length > 0) taken.push(...rest.splice(int(0, rest.length - 1), 1))
      return taken
    },
    weighted: weights => {
      const keys = Object.keys(weights) as (keyof typeof weights)[] // Object.keys forgets the key type
      const total = keys.reduce((sum, key) => sum + weights[key], 0)
      let point = next() * total
      for (const key of keys) {
        point -= weights[key]
        if (point < 0) return key
      }
      return pick(keys)
    },
  }
}
