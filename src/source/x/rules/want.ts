/**
 * What one channel wants of the accounts that it follows, or of anyone for its topics, as far as X can be asked for it. Pure.
 *
 * A want is never narrower than the route: what cannot be compiled surely is left out of it. It can be broadened, which costs posts and
 * saves rules; `broadened` says how.
 */
import { parse } from '../../../domain/filter/parse.ts'
import { defaultKinds, type Kinds, type Route } from '../../../domain/route.ts'
import { type Aim, compileAlone, minus } from './compile.ts'
import { kindsOfAnyone } from './kinds.ts'
import { languageTest } from './languages.ts'

/** What is asked of the words of a post. */
export interface Words {
  /** At least one of these, in X's language, sorted; undefined: whatever it says. */
  readonly keywords: readonly string[] | undefined
  /** None of these: `-giveaway`; sorted. */
  readonly minus: readonly string[]
  /** One of these languages or none; empty: all. */
  readonly languages: string
}

export interface Want {
  readonly kinds: Kinds
  /** Of posts that are no reposts. */
  readonly own: Words
  /** Of reposts. They begin with a name that X may take for a word, so that less can be kept out of them (compile.ts). */
  readonly reposts: Words
}

const everyKind: Kinds = Object.fromEntries(Object.keys(defaultKinds).map(kind => [kind, true])) as Kinds // the very same keys
const anyWords: Words = { keywords: undefined, minus: [], languages: '' }
/** Everything an account writes. */
export const everything: Want = { kinds: everyKind, own: anyWords, reposts: anyWords }

/** Characters that parts of one rule may take, so that there is room for the others and for an account. What is longer is matched here. */
export interface Room {
  readonly keywords: number
  /** Minuses together; languages together. */
  readonly rest: number
  /** All that may follow an item. */
  readonly tail: number
}

/** Kinds, brackets and one account take no more than this. */
const fixedChars = 110

export function roomIn(charsMax: number): Room {
  const free = Math.max(0, charsMax - fixedChars)
  return { keywords: Math.floor(free * 0.5), rest: Math.floor(free * 0.2), tail: Math.floor(free * 0.4) + fixedChars }
}

/** What a route wants of its accounts. */
export function wantOfFollows(route: Route, room: Room): Want {
  if (route.reading === 'complete') return everything
  const words = (posts: 'own' | 'any'): Words => ({
    keywords: keywordsOf(route.keywords, { words: 'surely', posts }, room.keywords),
    ...keptOut(route, posts, room.rest),
  })
  return { kinds: route.kinds, own: words('own'), reposts: words('any') }
}

/** What a route wants of posts by anyone that match a topic: to read completely is to read all of the followed, not of everybody. */
export function wantOfTopics(route: Route, room: Room): Want {
  const words = (posts: 'own' | 'any'): Words => ({ keywords: undefined, ...keptOut(route, posts, room.rest, true) })
  return { kinds: kindsOfAnyone(route.kinds), own: words('own'), reposts: words('any') }
}

function keywordsOf(keywords: readonly string[], aim: Aim, charsMax: number): readonly string[] | undefined {
  const texts = new Set<string>()
  for (const keyword of keywords) {
    const parsed = parse(keyword)
    const compiled = parsed.ok ? compileAlone(parsed.filter, aim) : undefined
    if (compiled === undefined || compiled.text.length > charsMax) return undefined
    texts.add(compiled.text)
  }
  return texts.size === 0 ? undefined : [...texts].sort()
}

/**
 * A block is a filter of which only a single term can be turned round: `-a -b` keeps out what has a or b, while the block `a b` keeps out what
 * has both. A side of an OR is a block of its own. A muted author is kept out by id; of a repost also the author of what is reposted.
 */
function keptOut(route: Route, posts: 'own' | 'any', charsMax: number, anyone = false): Omit<Words, 'keywords'> {
  const terms = new Set<string>()
  for (const block of route.blocks) {
    const parsed = parse(block)
    if (!parsed.ok) continue
    for (const side of parsed.filter.kind === 'or' ? parsed.filter.any : [parsed.filter]) {
      if (side.kind === 'and' || side.kind === 'not') continue
      const term = minus(side, posts === 'own')
      if (term !== undefined) terms.add(term)
    }
  }
  for (const { id } of route.muted) {
    if (!/^\d{1,19}$/.test(id)) continue
    if (anyone) terms.add(`-from:${id}`)
    if (posts === 'any') terms.add(`-retweets_of:${id}`)
  }
  let left = charsMax
  const fitting = [...terms].sort().filter(term => {
    left -= term.length + 1
    return left >= 0
  })
  const languages = languageTest(route.languages)
  return { minus: fitting, languages: languages.length > charsMax ? '' : languages }
}

/** Whether everything that `narrow` asks for is also asked for by `broad`. */
export function wordsInclude(broad: Words, narrow: Words): boolean {
  const { keywords } = broad
  if (keywords !== undefined && !(narrow.keywords?.every(word => keywords.includes(word)) ?? false)) return false
  if (broad.languages !== '' && broad.languages !== narrow.languages) return false
  return broad.minus.every(term => narrow.minus.includes(term))
}

/** Every way to ask for more that may save rules; the want itself is not among them. */
export function broadened(want: Want): readonly Want[] {
  const found = new Map<string, Want>()
  for (const kinds of [want.kinds, everyKind]) {
    for (const bare of [false, true]) {
      for (const whole of [false, true]) {
        const loosen = (words: Words): Words => ({
          keywords: whole ? undefined : words.keywords,
          ...(bare ? { minus: [], languages: '' } : { minus: words.minus, languages: words.languages }),
        })
        const wider = { kinds, own: loosen(want.own), reposts: loosen(want.reposts) }
        found.set(wantKey(wider), wider)
      }
    }
  }
  found.delete(wantKey(want))
  return [...found.values()]
}

/** The narrowest want that asks for all that either asks for. */
export function union(a: Want, b: Want): Want {
  const kinds = Object.fromEntries(
    Object.entries(a.kinds).map(([kind, on]) => [kind, on || b.kinds[kind as keyof Kinds]]),
  ) as Kinds // the very same keys
  const words = (one: Words, other: Words): Words => ({
    keywords:
      one.keywords === undefined || other.keywords === undefined
        ? undefined
        : [...new Set([...one.keywords, ...other.keywords])].sort(),
    minus: one.minus.filter(term => other.minus.includes(term)),
    languages: one.languages === other.languages ? one.languages : '',
  })
  return { kinds, own: words(a.own, b.own), reposts: words(a.reposts, b.reposts) }
}

export function wantKey({ kinds, own, reposts }: Want): string {
  const on = (Object.keys(defaultKinds) as (keyof Kinds)[]).filter(kind => kinds[kind]) // the very same keys
  return JSON.stringify([on, words(own), words(reposts)])
}

function words({ keywords, minus, languages }: Words): readonly unknown[] {
  return [keywords ?? null, minus, languages]
}
