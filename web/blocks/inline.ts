/**
 * Inline content as React nodes: mrkdwn, plain text, and the elements of rich_text. Text goes in as text: React escapes it, so nothing
 * in it can become markup of the page. An element that is not known is shown as such.
 */
import { createElement, Fragment, type ReactNode } from 'react'
import { formatSlackDate } from './date.ts'
import { emojiOf } from './emoji.ts'
import { decodeEntities, type Inline, parseMrkdwn, withEmoji } from './mrkdwn.ts'
import { type Fields, fieldsAt, numberAt, safeUrl, stringAt } from './shape.ts'
import type { BlockView } from './view.ts'

const tags = { bold: 'b', italic: 'i', strike: 's' } as const

/** A text object, `plain_text` or `mrkdwn`. */
export function textObject(object: Fields, view: BlockView): ReactNode {
  const text = stringAt(object, 'text')
  if (object['type'] === 'mrkdwn') return mrkdwnNodes(text, view)
  const shown = decodeEntities(text)
  return nodes(object['emoji'] === false ? [{ kind: 'text', text: shown }] : withEmoji(shown), view)
}

export function mrkdwnNodes(text: string, view: BlockView): ReactNode {
  const parts = parseMrkdwn(text).map((part, i) => {
    const key = String(i)
    if (part.kind === 'pre') return createElement('pre', { key, className: 'bk-pre' }, part.text)
    const tag = part.kind === 'quote' ? 'blockquote' : 'span'
    const className = part.kind === 'quote' ? 'bk-quote' : 'bk-lines'
    return createElement(tag, { key, className }, nodes(part.children, view))
  })
  return createElement(Fragment, null, ...parts)
}

function nodes(inlines: readonly Inline[], view: BlockView): ReactNode {
  return createElement(Fragment, null, ...inlines.map(inline => node(inline, view)))
}

function node(inline: Inline, view: BlockView): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text
    case 'style':
      return createElement(tags[inline.style], null, nodes(inline.children, view))
    case 'code':
      return createElement('code', { className: 'bk-code' }, inline.text)
    case 'link':
      return link(inline.url, inline.text)
    case 'mention':
      return mention(inline.of, inline.id, inline.label, view)
    case 'broadcast':
      return createElement('span', { className: 'bk-mention bk-loud' }, `@${inline.range}`)
    case 'date':
      return date(inline.timestamp, inline.format, inline.url, view)
    case 'emoji':
      return emoji(inline.name, inline.glyph)
  }
}

/** A link out of the page; an address that no link may lead to leaves its text. */
export function link(url: string, content: ReactNode): ReactNode {
  const href = safeUrl(url)
  if (href === undefined) return content
  return createElement('a', { href, target: '_blank', rel: 'noreferrer noopener' }, content)
}

function mention(of: 'user' | 'channel' | 'group', id: string, label: string, view: BlockView): ReactNode {
  const name = (label === '' ? view.nameOf(of, id) : label.replace(/^[@#]/, '')) ?? id
  return createElement('span', { className: 'bk-mention' }, `${of === 'channel' ? '#' : '@'}${name}`)
}

function date(timestamp: number, format: string, url: string, view: BlockView): ReactNode {
  const shown = formatSlackDate(timestamp, format, view.date)
  const iso = new Date(timestamp * 1000)
  const attributes = Number.isNaN(iso.getTime()) ? null : { dateTime: iso.toISOString() }
  const time = createElement('time', attributes, shown)
  return url === '' ? time : link(url, time)
}

function emoji(name: string, glyph: string): ReactNode {
  return createElement('span', { role: 'img', 'aria-label': name.replaceAll('_', ' '), className: 'bk-emoji' }, glyph)
}

/** One element of a rich_text section. */
export function richElement(element: Fields, view: BlockView): ReactNode {
  return styled(richContent(element, view), fieldsAt(element, 'style'))
}

function richContent(element: Fields, view: BlockView): ReactNode {
  const type = stringAt(element, 'type')
  switch (type) {
    case 'text':
      return stringAt(element, 'text')
    case 'link': {
      const url = stringAt(element, 'url')
      return link(url, stringAt(element, 'text') || url)
    }
    case 'emoji': {
      const name = stringAt(element, 'name')
      const glyph = glyphOf(stringAt(element, 'unicode')) ?? emojiOf(name)
      return glyph === undefined ? `:${name}:` : emoji(name, glyph)
    }
    case 'user':
      return mention('user', stringAt(element, 'user_id'), '', view)
    case 'channel':
      return mention('channel', stringAt(element, 'channel_id'), '', view)
    case 'usergroup':
      return mention('group', stringAt(element, 'usergroup_id'), '', view)
    case 'broadcast':
      return createElement('span', { className: 'bk-mention bk-loud' }, `@${stringAt(element, 'range')}`)
    case 'date':
      return date(numberAt(element, 'timestamp'), stringAt(element, 'format'), stringAt(element, 'url'), view)
    default:
      return unknown('element', type)
  }
}

/** `1f389` or `1f468-200d-1f52c` → the character. */
function glyphOf(unicode: string): string | undefined {
  const points = unicode.split('-').map(hex => Number.parseInt(hex, 16))
  const valid = points.every(point => Number.isInteger(point) && point > 0 && point <= 0x10ffff)
  return valid ? String.fromCodePoint(...points) : undefined
}

const styleTags = [
  ['bold', 'b'],
  ['italic', 'i'],
  ['strike', 's'],
  ['underline', 'u'],
  ['code', 'code'],
] as const

function styled(content: ReactNode, style: Fields): ReactNode {
  return styleTags.reduce<ReactNode>(
    (inner, [name, tag]) =>
      style[name] === true ? createElement(tag, tag === 'code' ? { className: 'bk-code' } : null, inner) : inner,
    content,
  )
}

/** The placeholder for what this page cannot draw: visible, so that nothing is missing without a word. */
export function unknown(what: 'block' | 'element', type: string): ReactNode {
  return createElement('span', { className: 'bk-unknown' }, `[${what} “${type || 'without a type'}” is not drawn here]`)
}
