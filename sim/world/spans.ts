/**
 * Reads typed text the way X does: `@handle`, `#tag`, `$CASH` and `https://…` become spans, the rest stays text.
 * Simpler than X's own twitter-text in one way: an address needs its `https://`.
 */

import type { WorldSpan } from './model.ts'
import { createRandom } from './random.ts'

// A hashtag needs a letter; a cashtag is 1-6 letters; none of them may be glued to a word before it.
const entity =
  /(?<link>https?:\/\/[^\s<>"|]*[^\s<>"|.,;:!?)\]}'])|(?<![\p{L}\p{N}_@#$&/])(?:@(?<handle>[A-Za-z0-9_]{1,15})(?![A-Za-z0-9_@])|#(?<tag>[\p{L}\p{N}\p{M}_]*\p{L}[\p{L}\p{N}\p{M}_]*)|\$(?<cash>[A-Za-z]{1,6})(?![\p{L}\p{N}_]))/gu

const shortCharacters = [...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789']

/** The shortened address X would make: 23 characters, the same for the same input. */
export function shortUrl(of: string): string {
  const random = createRandom(`t.co:${of}`)
  return `https://t.co/${Array.from({ length: 10 }, () => random.pick(shortCharacters)).join('')}`
}

/** What X shows for an address: no scheme, no `www.`, the path cut after 15 characters with an ellipsis. */
function displayUrl(url: string): string {
  const bare = url.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')
  const slash = bare.indexOf('/')
  if (slash < 0 || bare.length - slash <= 16) return bare
  return `${bare.slice(0, slash + 16)}…`
}

/** Typed text → spans. `userIdOf` finds the person behind a handle; a handle of nobody stays text. */
export function toSpans(text: string, userIdOf: (handle: string) => string | undefined): WorldSpan[] {
  const spans: WorldSpan[] = []
  let from = 0
  for (const match of text.matchAll(entity)) {
    const span = toSpan(match.groups ?? {}, userIdOf)
    if (span === undefined) continue
    if (match.index > from) spans.push({ kind: 'text', text: text.slice(from, match.index) })
    spans.push(span)
    from = match.index + match[0].length
  }
  if (from < text.length) spans.push({ kind: 'text', text: text.slice(from) })
  return spans
}

function toSpan(
  groups: Readonly<Record<string, string | undefined>>,
  userIdOf: (handle: string) => string | undefined,
): WorldSpan | undefined {
  const { link, handle, tag, cash } = groups
  if (link !== undefined) return { kind: 'link', url: link, short: shortUrl(link), display: displayUrl(link) }
  if (tag !== undefined) return { kind: 'hashtag', tag }
  if (cash !== undefined) return { kind: 'cashtag', tag: cash }
  const userId = handle === undefined ? undefined : userIdOf(handle)
  return handle === undefined || userId === undefined ? undefined : { kind: 'mention', handle, userId }
}

/** Length as X counts it: wide scripts and emoji 2, a link 23, the rest 1 (docs.x.com/fundamentals/counting-characters). */
export function weightedLength(spans: readonly WorldSpan[]): number {
  let length = 0
  for (const span of spans) {
    if (span.kind === 'link') length += 23
    else if (span.kind === 'text') for (const character of span.text) length += weightOf(character)
    else for (const character of span.kind === 'mention' ? span.handle : span.tag) length += weightOf(character)
    if (span.kind !== 'link' && span.kind !== 'text') length += 1
  }
  return length
}

function weightOf(character: string): number {
  const point = character.codePointAt(0) ?? 0
  const narrow = point <= 0x10ff || (point >= 0x2000 && point <= 0x200d) || (point >= 0x2010 && point <= 0x201f)
  return narrow || (point >= 0x2032 && point <= 0x2037) ? 1 : 2
}
