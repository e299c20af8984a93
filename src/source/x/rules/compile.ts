/**
 * A filter → a rule in X's language. Pure. The rule lets through every post that the filter matches, and perhaps more: what
 * X delivers is matched again here, so broader costs a little and narrower would lose posts.
 *
 * So a minus is never sent (X applies it to quoted posts too, and would drop a quote of somebody who said the word), a part of an AND
 * that X reads differently is left out, and an OR with such a part is not compiled at all. Words of Latin letters and digits mean
 * the same there as here; words in scripts without blanks, emoji and words that fold to something else do not.
 * docs.x.com/x-api/posts/filtered-stream/integrate/operators
 */
import type { Filter, Term } from '../../../domain/filter/filter.ts'

export interface Compiled {
  readonly text: string
  /** X wants at least one operator that stands on its own in every branch of a rule. */
  readonly standalone: boolean
  readonly shape: 'term' | 'and' | 'or'
}

/**
 * `surely`: the rule never misses what the filter matches. `nearest`: where X reads a word differently it is sent all the same, quoted,
 * because nothing better can be asked for (a topic has no authors to fall back on). Undefined: cannot be asked of X.
 */
export type Aim = 'surely' | 'nearest'

export function compile(filter: Filter, aim: Aim): Compiled | undefined {
  switch (filter.kind) {
    case 'and': {
      const parts = filter.all.map(part => compile(part, aim)).filter(part => part !== undefined)
      const [only] = parts
      if (only === undefined || parts.length === 1) return only
      const text = parts.map(part => (part.shape === 'or' ? `(${part.text})` : part.text)).join(' ')
      return { text, standalone: parts.some(part => part.standalone), shape: 'and' }
    }
    case 'or':
      return anyOf(filter.any.map(branch => compile(branch, aim)))
    case 'not':
      return undefined
    default:
      return compileTerm(filter, aim)
  }
}

/** At least one of these; undefined if one of them cannot be asked for. */
export function anyOf(branches: readonly (Compiled | undefined)[]): Compiled | undefined {
  const parts = branches.filter(part => part !== undefined)
  const [only] = parts
  if (only === undefined || parts.length < branches.length) return undefined
  if (parts.length === 1) return only
  return {
    text: parts.map(part => part.text).join(' OR '),
    standalone: parts.every(part => part.standalone),
    shape: 'or',
  }
}

function compileTerm(term: Term, aim: Aim): Compiled | undefined {
  switch (term.kind) {
    case 'text':
      return words(term.text, aim)
    case 'hashtag':
      return plainWord(term.name) || aim === 'nearest' ? alone(`#${term.name}`) : undefined
    case 'cashtag':
      return /^[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?$/.test(term.name) ? alone(`$${term.name}`) : undefined
    case 'mention':
      return handle.test(term.name) ? alone(`@${term.name}`) : undefined
    case 'from':
      return handle.test(term.who) || /^\d{1,20}$/.test(term.who) ? alone(`from:${term.who}`) : undefined
    case 'url':
      // X looks into the words of an address as it stores it, which may differ from what is seen here.
      return aim === 'nearest' && !/["\\]/.test(term.text) ? alone(`url:"${term.text}"`) : undefined
    case 'lang':
      return aim === 'nearest' ? narrowing(`lang:${withdrawn[term.lang] ?? term.lang.split('-')[0]}`) : undefined
    case 'has':
      // Whether the link of a quoted post counts as one of `has:links` is X's secret.
      return term.what === 'media' || aim === 'nearest' ? narrowing(`has:${term.what}`) : undefined
    case 'is':
      // X's `is:reply` is also true for what quotes or reposts a reply: broader, never narrower.
      return narrowing(`is:${term.what === 'repost' ? 'retweet' : term.what}`)
  }
}

const handle = /^[A-Za-z0-9_]{1,15}$/
/** X still uses the codes that ISO 639 withdrew. */
const withdrawn: Readonly<Record<string, string>> = { id: 'in', he: 'iw', yi: 'ji' }
/** Would be taken for operators. */
const reserved = new Set(['and', 'or', 'not'])

function words(text: string, aim: Aim): Compiled | undefined {
  const composed = text.normalize('NFC').trim()
  if (/["\\]/.test(composed)) return undefined
  if (!latin(composed)) return aim === 'nearest' ? alone(`"${composed}"`) : undefined
  // "Straße" and "strasse" are one word here and two for X.
  const spellings = new Set([composed, composed.replaceAll(/ß|ẞ/g, 'ss'), composed.replaceAll(/ss/gi, 'ß')])
  return anyOf(
    [...spellings].map(spelling =>
      alone(plainWord(spelling) && !reserved.has(spelling.toLowerCase()) ? spelling : `"${spelling}"`),
    ),
  )
}

/** Letters of Latin, digits and ASCII punctuation, none of which folds to something that X would not find. */
function latin(text: string): boolean {
  return (
    /^[\x20-\x7e\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u012f\u0134-\u0148\u014a-\u017e\u1e9e]+$/.test(text) &&
    /[\p{L}\p{N}]/u.test(text)
  )
}

function plainWord(text: string): boolean {
  return latin(text) && /^[\p{L}\p{N}]+$/u.test(text)
}

function alone(text: string): Compiled {
  return { text, standalone: true, shape: 'term' }
}

function narrowing(text: string): Compiled {
  return { text, standalone: false, shape: 'term' }
}
