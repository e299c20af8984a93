/**
 * Why a filter matches a post or does not: which of its terms were found and where, which were found but are behind a minus, which
 * are missing. `matched` is always what `match` says.
 */
import type { Doc, DocBody } from './doc.ts'
import type { Filter, Term } from './filter.ts'
import { isLinkTo, isSign, match, needleFor } from './match.ts'
import { find } from './text.ts'

/** A range in `plainText` of the post or of the post inside it: UTF-16 units, end exclusive. */
export interface Place {
  readonly where: 'post' | 'inner'
  readonly start: number
  readonly end: number
}

export interface Found {
  readonly term: Term
  /** In order, not overlapping. Empty for what has no place in the text: `from:`, `lang:`, `has:`, `is:`. */
  readonly places: readonly Place[]
}

export interface Explanation {
  readonly matched: boolean
  /** Terms that hold and are asked for; where the filter matches, only those of the sides of an OR that do. */
  readonly found: readonly Found[]
  /** Terms behind a minus that hold and so keep the post out. Empty where the filter matches. */
  readonly blocked: readonly Found[]
  /** Terms that were asked for and do not hold. Empty where the filter matches. */
  readonly missing: readonly Term[]
}

export function explain(filter: Filter, doc: Doc): Explanation {
  const found: Found[] = []
  const blocked: Found[] = []
  const missing: Term[] = []
  const visit = (part: Filter): void => {
    switch (part.kind) {
      case 'and':
        part.all.forEach(visit)
        return
      case 'or': {
        const holding = part.any.filter(branch => match(branch, doc))
        ;(holding.length > 0 ? holding : part.any).forEach(visit)
        return
      }
      case 'not':
        if (match(part.of, doc)) blocked.push({ term: part.of, places: placesOf(part.of, doc) })
        return
      default:
        if (match(part, doc)) found.push({ term: part, places: placesOf(part, doc) })
        else missing.push(part)
    }
  }
  visit(filter)
  return { matched: blocked.length === 0 && missing.length === 0, found, blocked, missing }
}

/** Where a term stands in the shown text of the post and of the post inside it. */
function placesOf(term: Term, doc: Doc): readonly Place[] {
  switch (term.kind) {
    case 'text':
      return doc.bodies.flatMap(body => textPlaces(term, body))
    case 'hashtag':
    case 'cashtag':
    case 'mention':
      return doc.bodies.flatMap(body => spanPlaces(body, span => isSign(term, span)))
    case 'url':
      return doc.bodies.flatMap(body => spanPlaces(body, span => isLinkTo(term, span)))
    default:
      return []
  }
}

function textPlaces(term: Extract<Term, { kind: 'text' }>, { where, tokens }: DocBody): readonly Place[] {
  const needle = needleFor(term)
  const length = needle.tokens.length
  const places: Place[] = []
  for (let at = find(needle, tokens); at >= 0; at = find(needle, tokens, at + length)) {
    places.push({ where, ...tokens.place(at, at + length - 1) })
  }
  return places
}

function spanPlaces(
  { where, body }: DocBody,
  holds: (span: DocBody['body']['text'][number]) => boolean,
): readonly Place[] {
  const places: Place[] = []
  let start = 0
  for (const span of body.text) {
    const end = start + span.text.length
    if (holds(span)) places.push({ where, start, end })
    start = end
  }
  return places
}
