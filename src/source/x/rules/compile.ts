/**
 * A filter → a rule in X's language. Pure. The rule lets through every post that the filter matches, and perhaps more: what
 * X delivers is matched again here, so broader costs a little and narrower would lose posts.
 *
 * So a part of an AND that X reads differently is left out, and an OR with such a part is not compiled at all. Words of Latin letters and
 * digits mean the same there as here; words in scripts without blanks, emoji and words that fold to something else do not.
 * A minus is sent only where whatever X finds is surely found here too. Both look into the quoted post as well. But X has a repost begin
 * with "RT @name:", and there "name" is a word and a mention that nobody sees here: of reposts, words and mentions are not kept out by X.
 * docs.x.com/x-api/posts/filtered-stream/integrate/operators
 */
import { isCommon } from '../../../domain/filter/common.ts'
import type { Filter, Term } from '../../../domain/filter/filter.ts'
import { xLanguage, xLanguages } from './languages.ts'

export interface Compiled {
  readonly text: string
  /** X wants at least one operator that stands on its own in every branch of a rule. */
  readonly standalone: boolean
  readonly shape: 'term' | 'and' | 'or' | 'minus'
}

export interface Aim {
  /**
   * `surely`: the rule never misses what the filter matches. `nearest`: where X reads a word differently it is sent all the same, quoted,
   * because nothing better can be asked for (a topic has no authors to fall back on).
   */
  readonly words: 'surely' | 'nearest'
  /**
   * What the rule is used on. `own`: the stream's posts that are no reposts. `any`: all of the stream's posts. `search`: recent search, which
   * does not see quoted posts and for which accents do not count, so that a minus may keep out what it does not keep out here.
   */
  readonly posts: 'own' | 'any' | 'search'
}

/** Undefined: cannot be asked of X. */
export function compile(filter: Filter, aim: Aim): Compiled | undefined {
  switch (filter.kind) {
    case 'and': {
      const parts = filter.all.map(part => compile(part, aim)).filter(part => part !== undefined)
      const [only] = parts
      // A rule of nothing but minuses is refused by X.
      if (only === undefined || parts.every(part => part.shape === 'minus')) return undefined
      if (parts.length === 1) return only
      const text = parts.map(part => (part.shape === 'or' ? `(${part.text})` : part.text)).join(' ')
      return { text, standalone: parts.some(part => part.standalone), shape: 'and' }
    }
    case 'or':
      return anyOf(filter.any.map(branch => compile(branch, aim)))
    case 'not': {
      const text = aim.posts === 'search' ? undefined : minus(filter.of, aim.posts === 'own')
      return text === undefined ? undefined : { text, standalone: false, shape: 'minus' }
    }
    default:
      return compileTerm(filter, aim)
  }
}

/** A filter as it stands alone: a minus by itself asks for nothing. */
export function compileAlone(filter: Filter, aim: Aim): Compiled | undefined {
  const compiled = compile(filter, aim)
  return compiled?.shape === 'minus' ? undefined : compiled
}

/** At least one of these; undefined if one of them cannot be asked for, or is a minus: X refuses `a OR -b`. */
function anyOf(branches: readonly (Compiled | undefined)[]): Compiled | undefined {
  const parts = branches.filter(part => part !== undefined).filter(part => part.shape !== 'minus')
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
      return plainWord(term.name) || aim.words === 'nearest' ? alone(`#${term.name}`) : undefined
    case 'cashtag':
      return cashtag(term.name, aim)
    case 'mention':
      return handle.test(term.name) ? alone(`@${term.name}`) : undefined
    case 'from':
      return handle.test(term.who) || /^\d{1,20}$/.test(term.who) ? alone(`from:${term.who}`) : undefined
    case 'url':
      // X looks into the words of an address as it stores it, which may differ from what is seen here.
      return aim.words === 'nearest' && !/["\\]/.test(term.text) ? alone(`url:"${term.text}"`) : undefined
    case 'lang':
      return language(term.lang, aim)
    case 'has':
      // Whether the link of a quoted post counts as one of `has:links` is X's secret.
      return term.what === 'media' || aim.words === 'nearest' ? narrowing(`has:${term.what}`) : undefined
    case 'is':
      // X's `is:reply` is also true for what quotes or reposts a reply: broader, never narrower.
      return narrowing(`is:${term.what === 'repost' ? 'retweet' : term.what}`)
  }
}

/** X's rules know no dot outside of quotation marks, so a class of shares (`$BRK.B`) can only be looked for as words. */
function cashtag(name: string, { words }: Aim): Compiled | undefined {
  if (/^[A-Za-z]{1,6}(?:_[A-Za-z]{1,2})?$/.test(name)) return alone(`$${name}`)
  return words === 'nearest' && /^[A-Za-z]{1,6}[.][A-Za-z]{1,2}$/.test(name) ? alone(`"${name}"`) : undefined
}

const handle = /^[A-Za-z0-9_]{1,15}$/
/** Would be taken for operators. */
const reserved = new Set(['and', 'or', 'not'])

/** A repost without a language of its own speaks that of its inner post here and none at X: only of other posts X is surely right. */
function language(tag: string, { words, posts }: Aim): Compiled | undefined {
  if (words === 'nearest') return narrowing(`lang:${xLanguage(tag)}`)
  const codes = posts === 'own' ? xLanguages(tag) : undefined
  if (codes === undefined || tag.includes('-')) return undefined
  return anyOf(codes.map(code => narrowing(`lang:${code}`)))
}

/** Tokens of the addresses that X has in a text; here links are no words. */
const addressTokens = new Set(['co', 'com', 'http', 'https', 'pic', 't', 'twitter', 'www', 'x'])

/**
 * Keeps out what X finds; undefined where X may find it in a post in which it is not found here. `own`: of posts that are no reposts. A tag
 * is on both sides what the network marked as one; X's `lang:` is the language that comes with the post; an id is an id.
 */
export function minus(term: Term, own: boolean): string | undefined {
  switch (term.kind) {
    case 'text': {
      const composed = term.text.normalize('NFC').trim()
      const tokens = composed.toLowerCase().split(/[^\p{L}\p{N}]+/u)
      if (!own || !latin(composed) || /["\\]/.test(composed) || tokens.some(token => addressTokens.has(token)))
        return undefined
      return spellings(composed)
        .map(spelling => `-${asWords(spelling)}`)
        .join(' ')
    }
    case 'hashtag':
      return plainWord(term.name) ? `-#${term.name}` : undefined
    case 'cashtag':
      return compileTerm(term, { words: 'surely', posts: 'own' }) && `-$${term.name}`
    case 'mention':
      return own && handle.test(term.name) ? `-@${term.name}` : undefined
    case 'from':
      // By a handle X knows more than Birdwire, which may not have been told the author's.
      return /^\d{1,20}$/.test(term.who) ? `-from:${term.who}` : undefined
    case 'lang':
      return xLanguages(term.lang)?.length === 1 && !term.lang.includes('-')
        ? `-lang:${xLanguage(term.lang)}`
        : undefined
    case 'is':
      // X's `is:reply` is true for more than ours, and its `is:quote` perhaps for reposts of quotes.
      if (term.what === 'repost') return '-is:retweet'
      return term.what === 'quote' && own ? '-is:quote' : undefined
    default:
      return undefined
  }
}

function words(text: string, aim: Aim): Compiled | undefined {
  const composed = text.normalize('NFC').trim()
  if (/["\\]/.test(composed)) return undefined
  if (!latin(composed)) return aim.words === 'nearest' ? alone(`"${composed}"`) : undefined
  const word = isCommon(composed) ? narrowing : alone
  return anyOf(spellings(composed).map(spelling => word(asWords(spelling))))
}

/** "Straße" and "strasse" are one word here and two for X. */
function spellings(text: string): readonly string[] {
  return [...new Set([text, text.replaceAll(/ß|ẞ/g, 'ss'), text.replaceAll(/ss/gi, 'ß')])]
}

function asWords(text: string): string {
  return plainWord(text) && !reserved.has(text.toLowerCase()) ? text : `"${text}"`
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
