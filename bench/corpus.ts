/**
 * Posts and keywords for measuring: made up, the same for the same seed. Half of the posts are in Latin letters without accents, the
 * others in seven more scripts and spellings; words follow Zipf's law over some 100,000, as those of real posts do; some posts have tags,
 * links, emoji. Mean length about 170 characters.
 */
import type { Post, Span } from '../src/domain/post.ts'

export type Random = () => number

/** Mulberry32: numbers from 0 to 1. */
export function randomOf(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
}

interface Script {
  readonly share: number
  readonly syllables: readonly string[]
  readonly blanks: boolean
}

/** Characters of a part of Unicode: scripts with a character a syllable use some two thousand. */
function range(from: number, to: number, step: number): readonly string[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => String.fromCharCode(from + index * step))
}

const scripts: readonly Script[] = [
  { share: 0.5, blanks: true, syllables: 'ba ke di mo tu ran sel vin dor pla the ing ter con qua ny'.split(' ') },
  { share: 0.13, blanks: true, syllables: 'ción é más tä gü ñe là ço ör ber pro sen mi ra lo'.split(' ') },
  { share: 0.06, blanks: true, syllables: 'при вет ма те ри я ква нт но сть пол е'.split(' ') },
  { share: 0.04, blanks: true, syllables: 'ال كو ن فيز يا ء مد رس ة عل م'.split(' ') },
  {
    share: 0.2,
    blanks: false,
    syllables: [...range(0x3041, 0x3090, 1), ...range(0x30a1, 0x30f0, 1), ...range(0x4e00, 0x9000, 9)],
  },
  { share: 0.06, blanks: true, syllables: range(0xac00, 0xd7a0, 17) },
  { share: 0.01, blanks: false, syllables: 'น้ำ แข็ง ฟิ สิกส์ ควอน ตัม'.split(' ') },
]

export interface Corpus {
  readonly posts: readonly Post[]
  /** Words by script, the commonest first. */
  readonly words: readonly (readonly string[])[]
}

function pick<T>(random: Random, list: readonly T[]): T {
  const item = list[Math.floor(random() * list.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

function wordOf(random: Random, { syllables }: Script): string {
  let word = ''
  for (let left = 2 + Math.floor(random() * 4); left > 0; left--) word += pick(random, syllables)
  return word
}

/** Zipf's law with exponent 1: the rank of a word among `count`. */
function rankOf(random: Random, count: number): number {
  return Math.floor(count ** random()) - 1
}

export function corpusOf(seed: number, posts: number): Corpus {
  const random = randomOf(seed)
  const words = scripts.map(script => [...new Set(Array.from({ length: 150_000 }, () => wordOf(random, script)))])
  return { words, posts: Array.from({ length: posts }, (_, index) => postOf(random, words, index)) }
}

/** The script at a place between 0 and 1 of all their shares. */
function scriptAt(place: number): number {
  let reached = 0
  for (const [at, { share }] of scripts.entries()) {
    reached += share
    if (place < reached) return at
  }
  return 0
}

function postOf(random: Random, words: readonly (readonly string[])[], index: number): Post {
  const at = scriptAt(random())
  const list = words[at] ?? []
  const blank = scripts[at]?.blanks === true ? ' ' : ''
  const length = blank === '' ? 60 + random() * 60 : 100 + random() * 150
  let text = ''
  while (text.length < length) {
    text +=
      (list[rankOf(random, list.length)] ?? '') + (random() < 0.1 ? `${pick(random, [',', '.', '!', '、'])} ` : blank)
  }
  const spans: Span[] = [{ kind: 'text', text: random() < 0.2 ? `${text} 🚀` : text }]
  const url = 'https://x.com/'
  if (random() < 0.3) {
    const tag = words[0]?.[rankOf(random, 4000)] ?? 'physics'
    spans.push({ kind: 'text', text: ' ' }, { kind: 'hashtag', text: `#${tag}`, tag, url })
  }
  if (random() < 0.3)
    spans.push({ kind: 'text', text: ' ' }, { kind: 'link', text: 'example.org/paper', url: 'https://t.co/abcdefghij' })
  const author = { id: String(1000 + Math.floor(random() * 500)), handle: 'mira_okafor', name: 'Mira Okafor', url }
  return {
    source: 'x',
    id: String(index),
    version: String(index),
    relation: 'original',
    author,
    createdAt: 0,
    text: spans,
    media: [],
    sensitive: false,
    url,
    edited: false,
  }
}

export interface Wanted {
  /** `run`: found inside a run of characters without blanks. */
  readonly kind: 'words' | 'run' | 'hashtag'
  readonly text: string
}

/**
 * What channels want: 77 of 100 a word, 15 a phrase of two, 8 a hashtag. With `hits` they are taken from the corpus' words whatever their
 * rank; without, made of the same syllables around one that no post has.
 */
export function wantedOf(seed: number, corpus: Corpus, count: number, hits: boolean): readonly Wanted[] {
  const random = randomOf(seed)
  const wanted = new Map<string, Wanted>()
  while (wanted.size < count) {
    const at = random() < 0.08 ? 4 : random() < 0.8 ? 0 : 1 + Math.floor(random() * 3)
    const list = corpus.words[at] ?? []
    const never = at === 4 ? '龠' : 'zzq'
    const word = () => {
      const base = pick(random, list)
      return hits ? base : `${base}${never}${wanted.size % 7 === 0 ? '' : pick(random, list)}`
    }
    const draw = random()
    const kind = draw < 0.08 ? 'hashtag' : at === 4 ? 'run' : 'words'
    const item: Wanted = { kind, text: kind === 'words' && draw < 0.23 ? `${word()} ${word()}` : word() }
    wanted.set(`${item.kind} ${item.text}`, item)
  }
  return [...wanted.values()]
}
