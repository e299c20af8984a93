/**
 * Spans of a post → elements of `rich_text`, where every character is literal: nothing in it can be markup, a link or a
 * ping unless we say so. Pure. Guarantees: below the limit no character is lost; above it the text is cut between characters and
 * the caller is told; links give way before text does.
 */
import type { Span } from '../../domain/post.ts'
import { slackRichTextCharsMax } from '../../limits.ts'
import type { Inline, Style } from './blocks.ts'
import { escapeEntities } from './mrkdwn.ts'
import { clean, cutWhere } from './text.ts'
import { webUrl } from './url.ts'

/** What a text costs of a message's allowance: Slack counts it with `&`, `<` and `>` escaped. */
export function textCost(text: string): number {
  return escapeEntities(text).length
}

/** What an element costs: whether Slack counts addresses is not known, so we do. */
export function inlineCost(element: Inline): number {
  return textCost(element.text) + (element.type === 'link' ? textCost(element.url) : 0)
}

export function textOf(text: string, style?: Style): Inline {
  return style === undefined ? { type: 'text', text } : { type: 'text', text, style }
}

/** A link, or just its text when the address is none that may be linked. */
export function linkOf(address: string | undefined, text: string, style?: Style): Inline {
  const url = webUrl(address)
  if (url === undefined) return textOf(text, style)
  return style === undefined ? { type: 'link', url, text } : { type: 'link', url, text, style }
}

/** The same words, struck through and leading nowhere. */
export function struckThrough(elements: readonly Inline[]): readonly Inline[] {
  const text = elements.map(element => element.text).join('')
  return text === '' ? [] : [textOf(text, { strike: true })]
}

/** The spans as elements, whole. Addresses that are not http(s) (`javascript:`, `data:`) become text. */
export function inlinesOf(spans: readonly Span[]): readonly Inline[] {
  const elements = spans.map(span => {
    const text = clean(span.text)
    return span.kind === 'text' ? textOf(text) : linkOf(span.url, text)
  })
  return joined(elements)
}

/**
 * The elements within `max` of cost. All text fits: all of it is kept, and links as far as there is room for their addresses.
 * Otherwise it is cut in reading order, and `cut` is true.
 */
export function fit(
  elements: readonly Inline[],
  max: number,
): { readonly elements: readonly Inline[]; readonly cut: boolean } {
  const allowed = Math.max(0, max)
  let room = allowed - elements.reduce((sum, element) => sum + textCost(element.text), 0)
  if (room >= 0) {
    const kept = elements.map(element => {
      if (element.type === 'text') return element
      const price = textCost(element.url)
      if (price > room) return textOf(element.text, element.style)
      room -= price
      return element
    })
    return { elements: joined(kept), cut: false }
  }
  const kept: Inline[] = []
  let left = allowed
  for (const element of elements) {
    const price = inlineCost(element)
    if (price > left) {
      const text = element.type === 'text' ? cutWhere(element.text, left, textCost) : ''
      if (text !== '') kept.push({ ...element, text })
      break
    }
    kept.push(element)
    left -= price
  }
  return { elements: kept, cut: true }
}

/** A word begun at the cut is looked for among so many characters. */
const wordCharsMax = 30

/** What was cut, cut a little more: at the end of a word, where there is one near. */
export function atWord(fitted: ReturnType<typeof fit>): ReturnType<typeof fit> {
  const last = fitted.elements.at(-1)
  if (!fitted.cut || last?.type !== 'text') return fitted
  const begun = /\s\S{0,20}$/.exec(last.text.slice(-wordCharsMax))?.[0].length ?? 0
  const text = last.text.slice(0, last.text.length - begun).trimEnd()
  return text === '' ? fitted : { cut: true, elements: [...fitted.elements.slice(0, -1), { ...last, text }] }
}

/** The elements in portions for one block each, split at a line's end or a space where there is one. Never an empty portion. */
export function portions(elements: readonly Inline[], max = slackRichTextCharsMax): readonly (readonly Inline[])[] {
  const all: Inline[][] = []
  let current: Inline[] = []
  let room = max
  const close = () => {
    if (current.length > 0) all.push(current)
    current = []
    room = max
  }
  for (const element of elements) {
    let rest = element.text
    while (rest.length > room) {
      const head = splitHead(rest, room, room < max)
      // The line's end at which it was split is the end of the block.
      if (head !== '') current.push({ ...element, text: head.replace(/\n$/, '') || head })
      rest = rest.slice(head.length)
      close()
    }
    if (rest !== '') {
      current.push({ ...element, text: rest })
      room -= rest.length
    }
  }
  close()
  return all
}

/** The part of `text` that goes into `room` units; may be empty only when `begun`, since a fresh block follows then. */
function splitHead(text: string, room: number, begun: boolean): string {
  const longest = text.slice(0, room)
  for (const mark of ['\n', ' ']) {
    const at = longest.lastIndexOf(mark)
    if (at >= (begun ? 0 : room / 2)) return text.slice(0, at + 1)
  }
  // Rather a block somewhat shorter than a word cut in two.
  if (begun && room < slackRichTextCharsMax / 4) return ''
  const head = cutWhere(text, room, piece => piece.length)
  return head === '' && !begun ? text.slice(0, room) : head
}

/** Neighbouring plain texts as one; empty elements, which Slack refuses, left out. */
function joined(elements: readonly Inline[]): readonly Inline[] {
  const all: Inline[] = []
  for (const element of elements) {
    if (element.text === '') continue
    const last = all.at(-1)
    if (last?.type === 'text' && element.type === 'text' && last.style === undefined && element.style === undefined) {
      all[all.length - 1] = textOf(last.text + element.text)
    } else {
      all.push(element)
    }
  }
  return all
}
