/**
 * A want → templates of rules: what stands behind the accounts or topics of a rule, and how they stand in it. Pure.
 * A template and what it is asked of (its items) are packed into rules by packing.ts.
 */
import { everyKind, type Form, type KindClause, kindClauses } from './kinds.ts'
import { either } from './packing.ts'
import { type Want, type Words, wordsInclude } from './want.ts'

/** What a rule asks of: an account, or a topic by anyone. */
export interface Head {
  readonly kind: 'account' | 'topic'
  /** The account's id, or the topic in X's language as it is asked for in posts that are no reposts. */
  readonly id: string
  /** The topic as it is asked for in reposts; of an account its id again. */
  readonly inReposts: string
  /** For a person. */
  readonly name: string
  readonly wants: readonly Want[]
  /** Posts a day. */
  readonly rate: number
}

export interface Template {
  readonly form: Form
  /** Follows the items of a rule; empty: nothing does. */
  readonly tail: string
  readonly clause: KindClause
  readonly words: Words
  /** Which text of a topic it is asked with. */
  readonly of: 'own' | 'reposts'
}

/** Asks for all of it. */
export const bare: Template = templateOf(everyKind, { keywords: undefined, minus: [], languages: '' }, 'reposts')

function templateOf(clause: KindClause, words: Words, of: 'own' | 'reposts'): Template {
  // Whom a repost is of says nothing where there are none.
  const minus = words.minus.filter(term => clause.reposts || !ofReposts(term))
  const keywords = words.keywords === undefined ? [] : [`(${either(words.keywords)})`]
  const tail = [...keywords, clause.text, words.languages, ...minus].filter(part => part !== '').join(' ')
  return { form: clause.form, tail, clause, words: { ...words, minus }, of }
}

/** Asks for as much without what X may dislike in a tail; undefined where nothing is left to leave out. */
export function softened({ clause, words, of }: Template): Template | undefined {
  if (words.minus.length === 0 && words.languages === '') return undefined
  return templateOf(clause, { keywords: words.keywords, minus: [], languages: '' }, of)
}

/** `apart`: reposts are asked for with another text. Keywords that are too many for one rule make several templates. */
export function templatesOf(want: Want, apart: boolean, keywordCharsMax: number): readonly Template[] {
  const { kinds, own, reposts } = want
  const all = (clauses: readonly KindClause[], words: Words, of: 'own' | 'reposts') =>
    clauses.flatMap(clause => chunks(words, keywordCharsMax).map(part => templateOf(clause, part, of)))
  if (!kinds.repost) return all(kindClauses(kinds), own, 'own')
  // Where as much is asked of reposts as of other posts, one clause may ask for both; whom they are of says nothing of others.
  const alike =
    !apart && wordsKey(own) === wordsKey({ ...reposts, minus: reposts.minus.filter(term => !ofReposts(term)) })
  if (alike) return all(kindClauses(kinds), reposts, 'reposts')
  return [
    ...all(kindClauses({ ...kinds, repost: false }), own, 'own'),
    ...all(kindClauses(onlyReposts(kinds)), reposts, 'reposts'),
  ]
}

/** Without those whose posts another one asks for as well. */
export function withoutCovered(templates: readonly Template[], sameText: boolean): readonly Template[] {
  const kept: Template[] = []
  for (const template of [
    ...new Map(templates.map(each => [each.form + each.tail + (sameText ? '' : each.of), each])).values(),
  ]) {
    if (kept.some(other => covers(other, template, sameText))) continue
    for (let at = kept.length - 1; at >= 0; at--) {
      const other = kept[at]
      if (other !== undefined && covers(template, other, sameText)) kept.splice(at, 1)
    }
    kept.push(template)
  }
  return kept
}

/** A topic's text for reposts is the broader one. */
function covers(broad: Template, narrow: Template, sameText: boolean): boolean {
  if (!sameText && broad.of === 'own' && narrow.of === 'reposts') return false
  return (
    (broad.clause.passes & narrow.clause.passes) === narrow.clause.passes && wordsInclude(broad.words, narrow.words)
  )
}

/** How a head stands in a rule of this template. */
export function itemOf({ kind, id, inReposts }: Head, { form, of }: Template): string {
  if (kind === 'topic') return of === 'own' ? id : inReposts
  if (form === 'from') return `from:${id}`
  return form === 'self' ? `(from:${id} to:${id})` : `(from:${id} -to:${id})`
}

function chunks(words: Words, charsMax: number): readonly Words[] {
  if (words.keywords === undefined) return [words]
  const lists: string[][] = []
  let chars = Number.POSITIVE_INFINITY
  for (const keyword of words.keywords) {
    chars += keyword.length + ' OR '.length
    if (chars > charsMax || lists.length === 0) {
      lists.push([])
      chars = keyword.length
    }
    lists.at(-1)?.push(keyword)
  }
  return lists.map(keywords => ({ ...words, keywords }))
}

function ofReposts(term: string): boolean {
  return term.startsWith('-retweets_of:')
}

function onlyReposts(kinds: Want['kinds']): Want['kinds'] {
  return { ...kinds, original: false, quote: false, thread: false, reply: false }
}

function wordsKey({ keywords, minus, languages }: Words): string {
  return JSON.stringify([keywords ?? null, minus, languages])
}
