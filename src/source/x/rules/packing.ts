/**
 * Items → rules, as many in each as fit. Pure.
 *
 * A rule is `item OR item`, or `(item OR item) tail`. Normally a rule has items of one group (one tail, one sort of item); `mixed` rules
 * have several, joined by OR, which costs no posts and saves rules where an app may have few. What is at X already is taken as it stands as
 * long as it is wanted, so that a small change of wishes changes few rules.
 */

/** What has to be asked for, by a name of its own. Sets of items in X's language and what follows them. */
export interface Group {
  readonly tail: string
  readonly items: readonly string[]
}

/** One rule: items by tail. */
export type Bin = ReadonlyMap<string, readonly string[]>

export interface PackOptions {
  readonly charsMax: number
  readonly mixed: boolean
  /** Values of the rules there are. */
  readonly existing: readonly string[]
}

/** Kept rules may be this many times as many as needed, and so many more, before all is packed anew. */
const wasteful = { times: 1.5, more: 2 }

export function packGroups(groups: ReadonlyMap<string, Group>, options: PackOptions): readonly Bin[] {
  const fresh = fill(groups, options, [])
  const kept = fill(groups, options, keptOf(groups, options))
  return kept.length > fresh.length * wasteful.times + wasteful.more ? fresh : kept
}

/** A rule being filled. */
interface Open {
  readonly group: string
  readonly parts: Map<string, string[]>
  chars: number
}

function fill(groups: ReadonlyMap<string, Group>, { charsMax, mixed }: PackOptions, kept: Open[]): readonly Bin[] {
  const bins = kept
  const byGroup = new Map<string, Open[]>()
  const placed = new Map<string, Set<string>>()
  for (const bin of bins) {
    listed(byGroup, bin.group).push(bin)
    for (const [tail, items] of bin.parts) for (const item of items) setOf(placed, tail).add(item)
  }
  // The longest first: the small ones then fill what is left.
  const order = [...groups].sort(([a, one], [b, other]) => other.items.length - one.items.length || (a < b ? -1 : 1))
  for (const [name, { tail, items }] of order) {
    const there = setOf(placed, tail)
    const candidates = mixed ? bins : listed(byGroup, name)
    let from = 0
    for (const item of sorted(items)) {
      if (there.has(item)) continue
      there.add(item)
      while (from < candidates.length && !fits(candidates[from], item, tail, mixed, charsMax)) from++
      const open = candidates[from]
      if (open !== undefined) put(open, item, tail, mixed)
      else {
        const made: Open = { group: name, parts: new Map(), chars: 0 }
        put(made, item, tail, mixed)
        bins.push(made)
        if (!mixed) candidates.push(made)
        from = candidates.length - 1
      }
    }
  }
  return bins.map(({ parts }) => parts)
}

/** The rules there are, as far as they are still wanted, each item in the first that has it. */
function keptOf(groups: ReadonlyMap<string, Group>, { charsMax, mixed, existing }: PackOptions): Open[] {
  if (existing.length === 0) return []
  const groupOf = new Map<string, string>()
  for (const [name, { tail, items }] of groups) {
    for (const item of items) {
      const key = partKey(item, tail)
      if (!groupOf.has(key)) groupOf.set(key, name)
    }
  }
  const taken = new Set<string>()
  const kept: Open[] = []
  for (const value of existing) {
    if (value.length > charsMax) continue
    let bin: Open | undefined
    for (const [item, tail] of readRule(value, (item, tail) => groupOf.has(partKey(item, tail)))) {
      const key = partKey(item, tail)
      const group = groupOf.get(key)
      if (group === undefined || taken.has(key)) continue
      if (bin !== undefined && !mixed && bin.group !== group) continue
      bin ??= { group, parts: new Map(), chars: 0 }
      if (!fits(bin, item, tail, mixed, charsMax)) continue
      put(bin, item, tail, mixed)
      taken.add(key)
    }
    if (bin !== undefined) kept.push(bin)
  }
  return kept
}

/** Characters that one more item would add. */
function more({ parts }: Open, item: string, tail: string, mixed: boolean): number {
  const joint = parts.size === 0 ? 0 : or.length
  if (parts.has(tail)) return or.length + item.length
  if (tail === '') return joint + item.length
  return joint + item.length + tail.length + '() '.length + (mixed ? '()'.length : 0)
}

function fits(bin: Open | undefined, item: string, tail: string, mixed: boolean, charsMax: number): boolean {
  return bin !== undefined && bin.chars + more(bin, item, tail, mixed) <= charsMax
}

function put(bin: Open, item: string, tail: string, mixed: boolean): void {
  bin.chars += more(bin, item, tail, mixed)
  listed(bin.parts, tail).push(item)
}

/** The rule in X's language. */
export function ruleOf(bin: Bin): string {
  const parts = [...bin].map(([tail, items]) => (tail === '' ? either(items) : `(${either(items)}) ${tail}`))
  return either(parts.length === 1 ? parts : parts.map((part, at) => ([...bin.keys()][at] === '' ? part : `(${part})`)))
}

/** A rule's items with their tails, as `ruleOf` wrote them; `known` tells an item that looks like items with a tail. */
export function readRule(
  value: string,
  known: (item: string, tail: string) => boolean,
): readonly (readonly [item: string, tail: string])[] {
  const parts = splitAtOr(value)
  return parts.flatMap(part => {
    if (known(part, '')) return [[part, ''] as const]
    const inner =
      parts.length > 1 && part.startsWith('((') && closing(part) === part.length - 1 ? part.slice(1, -1) : part
    const close = inner.startsWith('(') ? closing(inner) : -1
    if (close < 0 || inner[close + 1] !== ' ') return [[part, ''] as const]
    const tail = inner.slice(close + 2)
    return splitAtOr(inner.slice(1, close)).map(item => [item, tail] as const)
  })
}

/** Cut at every OR that is in no bracket and in no quotation marks. */
export function splitAtOr(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === '(') depth++
    else if (char === ')') depth--
    else if (depth === 0 && char === ' ' && text.startsWith(or, at)) {
      parts.push(text.slice(start, at))
      start = at + or.length
      at = start - 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

/** Where the bracket that the text begins with is closed; -1 where it is not. */
function closing(text: string): number {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return at
  }
  return -1
}

const or = ' OR '

export function either(parts: readonly string[]): string {
  return parts.join(or)
}

/** Puts parts together in sets, as many in each as fit in one rule when joined by OR. */
export function pack(parts: readonly string[], charsMax: number): readonly (readonly string[])[] {
  const sets: string[][] = []
  let chars = 0
  for (const part of parts) {
    chars += or.length + part.length
    const last = sets.at(-1)
    if (last !== undefined && chars <= charsMax) last.push(part)
    else {
      sets.push([part])
      chars = part.length
    }
  }
  return sets
}

/** Shorter ones first, which are older accounts too: the same items are always packed the same. */
function sorted(items: readonly string[]): readonly string[] {
  return [...items].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
}

function partKey(item: string, tail: string): string {
  return `${item}\n${tail}`
}

function listed<V>(map: Map<string, V[]>, key: string): V[] {
  const list = map.get(key) ?? []
  map.set(key, list)
  return list
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  const set = map.get(key) ?? new Set<string>()
  map.set(key, set)
  return set
}
