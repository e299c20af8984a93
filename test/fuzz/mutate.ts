/** Changes an input a little, by chance alone: the same chance makes the same change. Pure. */
import type { Random } from '../../src/kit/random.ts'
import type { Target } from './target.ts'

/** What breaks readers: quotes and brackets, ends of lines, halves of characters, signs nobody sees, numbers at an edge, names of every object. */
const spices: readonly string[] = [
  ...[
    '"',
    "'",
    '`',
    '\\',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '<',
    '>',
    '&',
    '|',
    '*',
    '_',
    '~',
    '#',
    '@',
    '$',
    '-',
    ':',
    ',',
    ';',
    '.',
    '/',
  ],
  ...[
    '\n',
    '\r',
    '\r\n',
    '\t',
    ' ',
    '\0',
    '\x1b[31m',
    '\u007f',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u200b',
    '\u200d',
    '\u2060',
    '\u202e',
    '\u00ad',
  ],
  ...[
    '\ud800',
    '\udc00',
    '😀',
    '👩🏽‍🔬',
    '🇩🇪',
    'é',
    'e\u0301',
    'İ',
    'ß',
    'ﬁ',
    'Ⅷ',
    '日本',
    'ガ',
    'ｶﾞ',
    'ไทย',
    'שלום',
    '؀',
  ],
  ...[
    '0',
    '-1',
    '1e309',
    '-0',
    '9007199254740993',
    '2147483648',
    '18446744073709551616',
    '1'.repeat(40),
    'NaN',
    'null',
    'true',
    'undefined',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'length',
    '<!channel>',
    '<@U0NELL>',
    '@here',
    '&lt;!here&gt;',
    '<https://a.example|b>',
    '%00',
    '%2e%2e%2f',
    '../',
    '\x24{1}',
    '{{1}}',
  ],
]

const pick = <T>(random: Random, list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
const below = (random: Random, end: number): number => Math.floor(random() * end)

/** One to a few changes; `others` are inputs to take pieces from. */
export function mutate(input: string, target: Target, others: readonly string[], random: Random): string {
  let changed = input
  for (let left = 1 + below(random, 4); left > 0; left--) {
    const asTree = target.shape === 'json' && random() < 0.7 ? changeTree(changed, target, others, random) : undefined
    changed = asTree ?? changeText(changed, target, others, random)
  }
  if (random() < 0.002) changed = balloon(changed, target.charsMax, random)
  if (target.shape === 'bytes')
    changed = changed.replaceAll(/[\u0100-\uffff]+/g, text => Buffer.from(text).toString('latin1'))
  return changed.slice(0, target.charsMax)
}

function changeText(text: string, { words }: Target, others: readonly string[], random: Random): string {
  const at = below(random, text.length + 1)
  const end = Math.min(text.length, at + 1 + below(random, random() < 0.8 ? 8 : 200))
  const put = (piece: string, until = at) => text.slice(0, at) + piece + text.slice(until)
  switch (below(random, 9)) {
    case 0:
      return put('', end)
    case 1:
      return put(text.slice(at, end).repeat(1 + below(random, random() < 0.9 ? 3 : 60)))
    case 2:
      return put(String.fromCharCode(below(random, random() < 0.7 ? 128 : 65_536)), Math.min(text.length, at + 1))
    case 3:
      return put(pick(random, spices) ?? '')
    case 4:
      return put(pick(random, spices) ?? '', end)
    case 5:
      return put(pick(random, words) ?? ' ')
    case 6:
      return put(` ${pick(random, words) ?? ''} `, end)
    case 7: {
      const other = pick(random, others) ?? ''
      const from = below(random, other.length)
      return put(other.slice(from, from + 1 + below(random, 60)), random() < 0.5 ? end : at)
    }
    default: {
      const piece = text.slice(at, end)
      return put(random() < 0.5 ? piece.toUpperCase() : [...piece].toReversed().join(''), end)
    }
  }
}

/** A piece again and again, up to the longest input there may be: where work is not linear, this is slow. */
function balloon(text: string, charsMax: number, random: Random): string {
  const at = below(random, text.length)
  const piece = text.slice(at, at + 1 + below(random, random() < 0.5 ? 2 : 12)) || 'a'
  return text.slice(0, at) + piece.repeat(Math.ceil(charsMax / piece.length / (1 + below(random, 4)))) + text.slice(at)
}

/** A place in a tree: what it is in, and where there. */
interface Place {
  readonly holder: Record<string, unknown>
  readonly key: string
}

/** Undefined where the text is no JSON. */
function changeTree(text: string, { words }: Target, others: readonly string[], random: Random): string | undefined {
  const root: Record<string, unknown> = { root: read(text) }
  if (root['root'] === undefined) return undefined
  const { holder, key } = pick(random, placesIn(root)) ?? { holder: root, key: 'root' }
  const value = holder[key]
  switch (below(random, 8)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete holder[key]
      break
    case 1:
      set(holder, key, odd(random))
      break
    case 2:
      if (Array.isArray(value)) value.push(odd(random))
      else if (typeof value === 'object' && value !== null)
        set(value, pick(random, [...words, ...spices]) ?? '', odd(random))
      else set(holder, key, [value])
      break
    case 3:
      if (Array.isArray(value)) value.push(...value.slice(0, 50))
      else if (!Array.isArray(holder)) set(holder, pick(random, words) ?? key, value)
      break
    case 4:
    case 5:
      if (typeof value === 'string') set(holder, key, changeText(value, { ...noTarget, words }, [], random))
      else if (typeof value === 'number')
        set(holder, key, pick(random, [value + 1, -value, value * 1e12, value / 3, String(value)]))
      else set(holder, key, odd(random))
      break
    default: {
      const other: Record<string, unknown> = { root: read(pick(random, others) ?? text) }
      const from = pick(random, placesIn(other))
      if (from !== undefined) set(holder, key, from.holder[from.key])
    }
  }
  return JSON.stringify(root['root']) ?? 'null'
}

const noTarget: Target = {
  name: '',
  shape: 'text',
  share: 0,
  charsMax: 0,
  seeds: [],
  words: [],
  open: () => ({ run: () => undefined }),
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** As an own property, `__proto__` too: so JSON.parse makes it, and so it is written. */
function set(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

const placesMax = 400

function placesIn(root: Record<string, unknown>): readonly Place[] {
  const places: Place[] = []
  const queue: Record<string, unknown>[] = [root]
  for (let holder = queue.pop(); holder !== undefined && places.length < placesMax; holder = queue.pop()) {
    for (const key of Object.keys(holder).slice(0, 60)) {
      places.push({ holder, key })
      const value = holder[key]
      if (isHolder(value)) queue.push(value)
    }
  }
  return places
}

const isHolder = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function odd(random: Random): unknown {
  const depth = 1 + below(random, 300)
  return pick<() => unknown>(random, [
    () => null,
    () => true,
    () => 0,
    () => -1,
    () => 1.5,
    () => 1e308,
    () => Number.MAX_SAFE_INTEGER + 2,
    () => '',
    () => pick(random, spices),
    () => (pick(random, spices) ?? '').repeat(below(random, 2000)),
    () => [],
    () => ({}),
    () => [null],
    () => [[]],
    () => read(`${'['.repeat(depth)}${']'.repeat(depth)}`),
    () => read(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
    () => read('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
    () => '9'.repeat(20),
    () => '2026-02-30T25:61:61Z',
  ])?.()
}
