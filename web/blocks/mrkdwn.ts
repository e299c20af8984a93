/**
 * Slack's mrkdwn as a tree. Pure. Every character of the input is either markup that did its work or shown: what is not markup
 * after all (a lone `*`, an unclosed `<`, an unknown `:name:`) stays text, and `&amp;`, `&lt;`, `&gt;` are decoded exactly once.
 *
 * Rules: docs.slack.dev/messaging/formatting-message-text. It deliberately does not turn bare addresses or names into
 * links: Birdwire writes its links out.
 */
import { emojiOf } from './emoji.ts'

export type Style = 'bold' | 'italic' | 'strike'

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'style'; readonly style: Style; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly url: string; readonly text: string }
  | { readonly kind: 'mention'; readonly of: 'user' | 'channel' | 'group'; readonly id: string; readonly label: string }
  | { readonly kind: 'broadcast'; readonly range: string }
  | {
      readonly kind: 'date'
      /** Unix seconds. */
      readonly timestamp: number
      readonly format: string
      readonly url: string
      readonly fallback: string
    }
  | { readonly kind: 'emoji'; readonly name: string; readonly glyph: string }

/** `lines` is text with its line breaks in it. */
export type Part =
  | { readonly kind: 'lines' | 'quote'; readonly children: readonly Inline[] }
  | { readonly kind: 'pre'; readonly text: string }

const styles: Readonly<Record<string, Style>> = { '*': 'bold', _: 'italic', '~': 'strike' }
const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }

/** The three entities Slack knows, once: `&amp;lt;` is shown as `&lt;`. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, entity => entities[entity] ?? entity)
}

/** A mrkdwn text → its parts, top to bottom. */
export function parseMrkdwn(source: string): readonly Part[] {
  const parts: Part[] = []
  // The captured group makes split() return fences and what lies between them in turn.
  source.split(/```([\s\S]+?)```/).forEach((piece, i) => {
    if (i % 2 === 1) parts.push({ kind: 'pre', text: decodeEntities(piece.replace(/^\n|\n$/g, '')) })
    // One line break beside a block of code is the block's own edge.
    else parts.push(...parseLines(piece.replace(i > 0 ? /^\n/ : /^(?!)/, '')))
  })
  return parts
}

/** Runs of quoted and unquoted lines. */
function parseLines(source: string): readonly Part[] {
  if (source === '') return []
  const runs: { kind: 'lines' | 'quote'; lines: string[] }[] = []
  for (const line of source.split('\n')) {
    const kind = line.startsWith('>') ? 'quote' : 'lines'
    const last = runs.at(-1)
    const content = kind === 'quote' ? line.replace(/^> ?/, '') : line
    if (last?.kind === kind) last.lines.push(content)
    else runs.push({ kind, lines: [content] })
  }
  return runs.map(run => ({ kind: run.kind, children: parseInline(run.lines.join('\n')) }))
}

/** Inline markup. `open` are the styles around it: none opens inside itself, which also bounds the depth. */
function parseInline(source: string, open: readonly string[] = []): readonly Inline[] {
  const found: Inline[] = []
  let plain = ''
  const flush = () => {
    if (plain !== '') found.push(...withEmoji(decodeEntities(plain)))
    plain = ''
  }
  let at = 0
  while (at < source.length) {
    const special = readSpecial(source, at, open)
    if (special === undefined) {
      plain += source[at]
      at += 1
      continue
    }
    flush()
    found.push(special.node)
    at = special.end
  }
  flush()
  return found
}

interface Read {
  readonly node: Inline
  /** Index after the last character read. */
  readonly end: number
}

function readSpecial(source: string, at: number, open: readonly string[]): Read | undefined {
  const char = source[at] ?? ''
  if (char === '<') return readAngle(source, at)
  if (char === '`') return readCode(source, at)
  const style = styles[char]
  if (style === undefined || open.includes(char) || !opens(source, at)) return undefined
  const close = closingAt(source, at)
  if (close === undefined) return undefined
  const children = parseInline(source.slice(at + 1, close), [...open, char])
  return { node: { kind: 'style', style, children }, end: close + 1 }
}

/** A style opens at a word's edge: not inside `2*3*4` or `snake_case_name`. */
function opens(source: string, at: number): boolean {
  const before = source[at - 1] ?? ' '
  const after = source[at + 1] ?? ' '
  return !/[\p{L}\p{N}]/u.test(before) && before !== source[at] && !/\s/.test(after) && after !== source[at]
}

/** Where the style opened at `start` closes: on the same line, at a word's edge, outside code and `<…>`. */
function closingAt(source: string, start: number): number | undefined {
  const char = source[start]
  let at = start + 1
  while (at < source.length && source[at] !== '\n') {
    const skipped = source[at] === '<' ? readAngle(source, at) : source[at] === '`' ? readCode(source, at) : undefined
    if (skipped !== undefined) {
      at = skipped.end
      continue
    }
    const after = source[at + 1] ?? ' '
    if (source[at] === char && at > start + 1 && !/\s/.test(source[at - 1] ?? ' ') && !/[\p{L}\p{N}]/u.test(after))
      return at
    at += 1
  }
  return undefined
}

function readCode(source: string, at: number): Read | undefined {
  const match = /^`([^`\n]+)`/.exec(source.slice(at))
  if (match === null) return undefined
  return { node: { kind: 'code', text: decodeEntities(match[1] ?? '') }, end: at + match[0].length }
}

/** `<…>`: a link, a mention, a date. Anything else between angle brackets is text, brackets included. */
function readAngle(source: string, at: number): Read | undefined {
  const match = /^<([^<>\n]+)>/.exec(source.slice(at))
  if (match === null) return undefined
  const inside = match[1] ?? ''
  const bar = inside.indexOf('|')
  const target = bar < 0 ? inside : inside.slice(0, bar)
  const label = bar < 0 ? '' : decodeEntities(inside.slice(bar + 1))
  const node = angleNode(target, label)
  return node === undefined ? undefined : { node, end: at + match[0].length }
}

function angleNode(target: string, label: string): Inline | undefined {
  const mention = /^([@#])([A-Z0-9]+)$/.exec(target)
  if (mention !== null)
    return { kind: 'mention', of: mention[1] === '@' ? 'user' : 'channel', id: mention[2] ?? '', label }
  const group = /^!subteam\^([A-Z0-9]+)$/.exec(target)
  if (group !== null) return { kind: 'mention', of: 'group', id: group[1] ?? '', label }
  if (/^!(?:here|channel|everyone)$/.test(target)) return { kind: 'broadcast', range: target.slice(1) }
  const date = /^!date\^(\d{1,12})\^([^^]+)(?:\^([^^]+))?$/.exec(target)
  if (date !== null)
    return {
      kind: 'date',
      timestamp: Number(date[1]),
      format: decodeEntities(date[2] ?? ''),
      url: decodeEntities(date[3] ?? ''),
      fallback: label,
    }
  if (!/^(?:https?:\/\/|mailto:|tel:)/i.test(target)) return undefined
  const url = decodeEntities(target)
  return { kind: 'link', url, text: label === '' ? url.replace(/^(?:mailto|tel):/i, '') : label }
}

/** Known `:name:` become their picture; all others stay as they were typed. */
export function withEmoji(text: string): readonly Inline[] {
  const found: Inline[] = []
  let from = 0
  for (const match of text.matchAll(/:([a-z0-9_+-]+):/g)) {
    const name = match[1] ?? ''
    const glyph = emojiOf(name)
    if (glyph === undefined || match.index < from) continue
    if (match.index > from) found.push({ kind: 'text', text: text.slice(from, match.index) })
    found.push({ kind: 'emoji', name, glyph })
    from = match.index + match[0].length
  }
  if (from < text.length) found.push({ kind: 'text', text: text.slice(from) })
  return found
}
