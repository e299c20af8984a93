/**
 * Where an expression meets a post: a piece of the post's text with what was found in bold. The text is foreign: but for that bold nothing
 * in it formats, links or pings (I8).
 */
import { prepare } from '../../domain/filter/doc.ts'
import { type Explanation, explain, type Place } from '../../domain/filter/explain.ts'
import { parse } from '../../domain/filter/parse.ts'
import { print } from '../../domain/filter/print.ts'
import { type Post, plainText } from '../../domain/post.ts'
import { code, listed, name } from '../words.ts'

/** Characters shown before and after what was found, and of it: a line on a screen. */
const aroundChars = 40
const foundChars = 60
/** Places shown of one expression. */
const placesShown = 2

/** Stand for the bold's two ends while the text is made harmless: of a plane that nobody writes in. */
const [begin, end] = ['\u{f0000}', '\u{f0001}']
/** Lets Slack see the sign for bold inside a word, and shows nothing. */
const seam = '\u200b'

/** "“…dark *matter*…” (in the quoted post)" for each place; terms without a place in the text are named. Empty when it does not match. */
export function hits(expression: string, post: Post): string {
  const explanation = explained(expression, post)
  if (explanation === undefined || !explanation.matched) return ''
  const places = firstPlaces(explanation)
  if (places.length > 0) return listed(places.map(place => `${snippet(post, place)}${whereInWords(post, place)}`))
  const terms = explanation.found.map(({ term }) => code(print(term)))
  return terms.length === 0 ? '' : `${listed(terms, placesShown)} holds`
}

function explained(expression: string, post: Post): Explanation | undefined {
  const parsed = parse(expression)
  return parsed.ok ? explain(parsed.filter, prepare(post)) : undefined
}

/** The first place of each term, as long as there is room. */
function firstPlaces({ found }: Explanation): readonly Place[] {
  return found.flatMap(({ places: [first] }) => (first === undefined ? [] : [first])).slice(0, placesShown)
}

/** The text around a place, the place in bold. */
export function snippet(post: Post, { where, start, end: stop }: Place): string {
  const text = plainText(where === 'inner' && post.inner !== undefined ? post.inner : post)
  const before = [...text.slice(0, start)]
  const found = [...text.slice(start, stop)]
  const after = [...text.slice(stop)]
  const raw = [
    before.length > aroundChars ? '…' : '',
    unmarked(before.slice(-aroundChars)),
    begin,
    unmarked(found.slice(0, foundChars)).trim(),
    found.length > foundChars ? '…' : '',
    end,
    unmarked(after.slice(0, aroundChars)),
    after.length > aroundChars ? '…' : '',
  ].join('')
  const harmless = name(raw, Number.POSITIVE_INFINITY)
    .replace(/(?<=\S)(?=\u{f0000})/u, seam)
    .replace(/(?<=\u{f0001})(?=\S)/u, seam)
  return `“${harmless.replace(begin, '*').replace(end, '*')}”`
}

const unmarked = (chars: readonly string[]) => chars.filter(char => char !== begin && char !== end).join('')

function whereInWords(post: Post, { where }: Place): string {
  if (where === 'post') return ''
  return post.relation === 'repost' ? ' (in the reposted post)' : ' (in the quoted post)'
}
