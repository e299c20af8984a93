/**
 * A filter: the expression over a post that a channel writes as a keyword, a topic or a block. Plain data, a subset of X's rule
 * language (docs.x.com/x-api/posts/filtered-stream/integrate/build-a-rule), so that it can be run, explained, printed and compiled.
 *
 * Always in normal form: a minus stands only before a single term (X refuses a negated group, so `-(a OR b)` is kept as `-a -b`), no
 * `and` directly inside an `and`, no `or` inside an `or`, and both have at least two parts. Build with `and`, `or`, `not` to keep it so.
 */

/** Words that stand one after the other: one for a keyword, more for a phrase. As typed, blanks collapsed, no quotation mark in it. */
export interface Text {
  readonly kind: 'text'
  readonly text: string
}

/** `#tag`, `$cash`, `@mention`: only what the network itself marked as such. `name` is as typed, without the sign. */
export interface Sign {
  readonly kind: 'hashtag' | 'cashtag' | 'mention'
  readonly name: string
}

/** Written by this account: a handle without `@`, or the stable id. */
export interface From {
  readonly kind: 'from'
  readonly who: string
}

/** A link whose address, shown or behind the shortener, has these words one after the other. */
export interface Url {
  readonly kind: 'url'
  readonly text: string
}

/** In this language: lower-case BCP 47. `en` holds for `en-GB` too. */
export interface Lang {
  readonly kind: 'lang'
  readonly lang: string
}

export const hasWhat = ['links', 'media'] as const
export interface Has {
  readonly kind: 'has'
  readonly what: (typeof hasWhat)[number]
}

export const isWhat = ['repost', 'quote', 'reply'] as const
export interface Is {
  readonly kind: 'is'
  readonly what: (typeof isWhat)[number]
}

/** A term that narrows a search so far that it can be looked up: what X calls standalone. */
export type Literal = Text | Sign | From | Url
export type Term = Literal | Lang | Has | Is

export interface Not {
  readonly kind: 'not'
  readonly of: Term
}
export interface And {
  readonly kind: 'and'
  readonly all: readonly (Term | Not | Or)[]
}
export interface Or {
  readonly kind: 'or'
  readonly any: readonly (Term | Not | And)[]
}
export type Filter = Term | Not | And | Or

/** All of them. Throws on an empty list: there is no filter that says nothing. */
export function and(filters: readonly Filter[]): Filter {
  const all = filters.flatMap(filter => (filter.kind === 'and' ? filter.all : [filter]))
  const [only] = all
  if (only === undefined) throw new Error('a filter of no parts')
  return all.length === 1 ? only : { kind: 'and', all }
}

/** At least one of them. Throws on an empty list. */
export function or(filters: readonly Filter[]): Filter {
  const any = filters.flatMap(filter => (filter.kind === 'or' ? filter.any : [filter]))
  const [only] = any
  if (only === undefined) throw new Error('a filter of no parts')
  return any.length === 1 ? only : { kind: 'or', any }
}

/** The opposite, with every minus moved down to a single term. */
export function not(filter: Filter): Filter {
  switch (filter.kind) {
    case 'and':
      return or(filter.all.map(not))
    case 'or':
      return and(filter.any.map(not))
    case 'not':
      return filter.of
    default:
      return { kind: 'not', of: filter }
  }
}

/**
 * Literals of which every post that matches has at least one; undefined where there are none, because the filter (or one side of an
 * OR) has only minuses, `lang:`, `has:` or `is:`. X refuses a rule without them, and a topic without them would be half of the network.
 * Of the parts of an AND the rarest is taken, as far as its length tells.
 */
export function literals(filter: Filter): readonly Literal[] | undefined {
  switch (filter.kind) {
    case 'and': {
      let best: readonly Literal[] | undefined
      for (const part of filter.all) {
        const found = literals(part)
        if (found !== undefined && (best === undefined || rarity(found) > rarity(best))) best = found
      }
      return best
    }
    case 'or': {
      const all: Literal[] = []
      for (const branch of filter.any) {
        const found = literals(branch)
        if (found === undefined) return undefined
        all.push(...found)
      }
      return all
    }
    case 'not':
    case 'lang':
    case 'has':
    case 'is':
      return undefined
    default:
      return [filter]
  }
}

/** A guess, good enough to choose by: a set is as common as its commonest member, and longer texts are rarer. */
function rarity(set: readonly Literal[]): number {
  return Math.min(...set.map(literalRarity))
}

function literalRarity(literal: Literal): number {
  switch (literal.kind) {
    case 'text':
      return literal.text.length
    case 'url':
      return literal.text.length + 4
    case 'from':
      return 100
    default:
      return literal.name.length + 4
  }
}
