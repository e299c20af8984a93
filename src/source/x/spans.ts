/**
 * A post's text and its entities → the spans that are shown. Pure, never throws.
 *
 * X counts entity positions in Unicode code points of the text as it was sent, in which `&`, `<` and `>` are escaped
 * (`&amp;`). So the text is cut at the entities first and each piece is unescaped once afterwards. A position is believed
 * only if what stands there is what the entity says; else the entity is looked for in the text; else it is plain text.
 */
import type { Span } from '../../domain/post.ts'
import type { WireEntities } from './schema.ts'

type WireUrl = NonNullable<NonNullable<NonNullable<WireEntities['urls']>[number]>>

/** One entity as a candidate: what must stand in the text, and the span it becomes. */
interface Candidate {
  readonly start: number
  readonly end: number
  readonly expected: string
  readonly hidden: boolean
  readonly span: (shown: string) => Span
}

interface Placed {
  readonly from: number
  readonly to: number
  readonly hidden: boolean
  readonly span: (shown: string) => Span
}

/**
 * `hide` says which links are not shown when they stand at the end of the text: those X puts there for pictures and for
 * the quoted post, which are shown themselves.
 */
export function toSpans(
  text: string,
  entities: WireEntities | null | undefined,
  hide: (url: WireUrl) => boolean,
): readonly Span[] {
  const placed = place(text, candidates(entities, hide))
  const end = shownEnd(text, placed)
  const spans: Span[] = []
  const plain = (from: number, to: number) => {
    if (to > from) spans.push({ kind: 'text', text: unescaped(text.slice(from, to)) })
  }
  let at = 0
  for (const { from, to, span } of placed) {
    if (from >= end) break
    plain(at, from)
    spans.push(span(unescaped(text.slice(from, to))))
    at = to
  }
  plain(at, end)
  return spans
}

/** Undoes X's escaping of text, once: `&amp;lt;` is the five characters `&lt;`. */
function unescaped(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&(amp|lt|gt);/g, (_, name: string) => (name === 'amp' ? '&' : name === 'lt' ? '<' : '>'))
}

function candidates(entities: WireEntities | null | undefined, hide: (url: WireUrl) => boolean): Candidate[] {
  if (!entities) return []
  const found: Candidate[] = []
  for (const url of entities.urls ?? []) {
    if (!url || !isWeb(url.url)) continue
    const expanded = url.unwound_url || url.expanded_url
    const shown = url.display_url || expanded?.replace(/^https?:\/\//, '') || url.url
    const link: Span = {
      kind: 'link',
      text: shown.toWellFormed(),
      url: url.url,
      ...(expanded && isWeb(expanded) ? { expandedUrl: expanded } : {}),
    }
    found.push({ start: url.start, end: url.end, expected: url.url, hidden: hide(url), span: () => link })
  }
  for (const mention of entities.mentions ?? []) {
    if (!mention || !/^\w{1,30}$/.test(mention.username)) continue
    const handle = mention.username
    const span = (shown: string): Span => ({ kind: 'mention', text: shown, handle, url: `https://x.com/${handle}` })
    found.push({ start: mention.start, end: mention.end, expected: `@${handle}`, hidden: false, span })
  }
  for (const hashtag of entities.hashtags ?? []) {
    if (!hashtag) continue
    const tag = hashtag.tag
    const url = `https://x.com/hashtag/${encode(tag)}`
    const span = (shown: string): Span => ({ kind: 'hashtag', text: shown, tag, url })
    found.push({ start: hashtag.start, end: hashtag.end, expected: `#${tag}`, hidden: false, span })
  }
  for (const cashtag of entities.cashtags ?? []) {
    if (!cashtag) continue
    const tag = cashtag.tag
    const url = `https://x.com/search?q=${encode(`$${tag}`)}`
    const span = (shown: string): Span => ({ kind: 'cashtag', text: shown, tag, url })
    found.push({ start: cashtag.start, end: cashtag.end, expected: `$${tag}`, hidden: false, span })
  }
  return found
}

/** Where each entity stands, in UTF-16 units, in order and without overlap. Of several at one place the first stays. */
function place(text: string, found: readonly Candidate[]): readonly Placed[] {
  if (found.length === 0) return []
  const unitOf = codePointUnits(text)
  const placed: Placed[] = []
  const taken = (from: number, to: number) => placed.some(other => from < other.to && to > other.from)
  const astray: Candidate[] = []
  for (const candidate of [...found].sort((a, b) => a.start - b.start)) {
    const from = unitOf(candidate.start)
    const to = unitOf(candidate.end)
    if (!same(text.slice(from, to), candidate.expected)) astray.push(candidate)
    else if (!taken(from, to)) placed.push({ from, to, hidden: candidate.hidden, span: candidate.span })
  }
  for (const candidate of astray) {
    const pattern = new RegExp(`${escapePattern(candidate.expected)}(?![\\p{L}\\p{N}_])`, 'giu')
    for (const { index, 0: match } of text.matchAll(pattern)) {
      const [from, to] = [index, index + match.length]
      if (taken(from, to)) continue
      placed.push({ from, to, hidden: candidate.hidden, span: candidate.span })
      break
    }
  }
  return placed.sort((a, b) => a.from - b.from)
}

/** Code point position → UTF-16 position. Where no character is outside the first plane they are the same. */
function codePointUnits(text: string): (codePoint: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) return codePoint => codePoint
  const units: number[] = []
  let at = 0
  for (const character of text) {
    units.push(at)
    at += character.length
  }
  return codePoint => units[codePoint] ?? text.length
}

/** Without the hidden links that end the text, nor the space before them. */
function shownEnd(text: string, placed: readonly Placed[]): number {
  let end = text.length
  for (const { from, to, hidden } of placed.toReversed()) {
    if (!hidden || text.slice(to, end).trim() !== '') break
    end = from
  }
  return end === text.length ? end : text.slice(0, end).trimEnd().length
}

/** People type names and tags in any case, and in wide forms. */
function same(slice: string, expected: string): boolean {
  if (slice === expected) return true
  return slice.normalize('NFKC').toLowerCase() === expected.normalize('NFKC').toLowerCase()
}

/** An address on the web, and nothing that could break out of one. */
export function isWeb(url: string): boolean {
  return /^https?:\/\/[^\s<>"]+$/i.test(url)
}

/** A lone surrogate has no encoding; it becomes U+FFFD. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

function escapePattern(literal: string): string {
  return literal.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
