/**
 * Block Kit → React nodes: the block types that Birdwire and its commands send, drawn as Slack draws them. No character of a text is lost
 * (property-tested), a block of another type leaves a visible placeholder, and nothing from outside becomes markup of the page.
 */
import { createElement, type FocusEvent, Fragment, type MouseEvent, type ReactNode, type SyntheticEvent } from 'react'
import { link, mrkdwnNodes, richElement, textObject, unknown } from './inline.ts'
import { inputBlock } from './input.ts'
import { type Fields, fieldsAt, isFields, listAt, numberAt, safeUrl, stringAt } from './shape.ts'
import type { BlockView } from './view.ts'

/** What a message shows: its blocks, or its text where it has none. `literal`: no markup is read in that text. */
export function renderMessage(
  message: { readonly text: string; readonly blocks: readonly unknown[]; readonly literal?: boolean },
  view: BlockView,
): ReactNode {
  if (message.blocks.length > 0) return renderBlocks(message.blocks, view)
  const content = message.literal
    ? textObject({ type: 'plain_text', text: message.text }, view)
    : mrkdwnNodes(message.text, view)
  return createElement('div', { className: 'bk-section' }, createElement('div', { className: 'bk-body' }, content))
}

/** Blocks as they came over the wire, top to bottom. */
export function renderBlocks(blocks: readonly unknown[], view: BlockView): ReactNode {
  return keyed(blocks.map(value => (isFields(value) ? block(value, view) : unknown('block', ''))))
}

/** Children of a place that never changes its order: their position is their key. */
function keyed(children: readonly ReactNode[]): ReactNode {
  return createElement(Fragment, null, ...children)
}

function block(value: Fields, view: BlockView): ReactNode {
  const type = stringAt(value, 'type')
  switch (type) {
    case 'rich_text':
      return createElement(
        'div',
        { className: 'bk-rich' },
        keyed(listAt(value, 'elements').map(part => richPart(part, view))),
      )
    case 'section':
      return section(value, view)
    case 'context':
      return createElement(
        'div',
        { className: 'bk-context' },
        keyed(listAt(value, 'elements').map(part => contextElement(part, view))),
      )
    case 'header':
      return createElement('h3', { className: 'bk-header' }, textObject(fieldsAt(value, 'text'), view))
    case 'divider':
      return createElement('hr', { className: 'bk-divider' })
    case 'image':
      return image(value, view)
    case 'actions':
      return createElement(
        'div',
        { className: 'bk-actions' },
        keyed(listAt(value, 'elements').map(part => control(part, stringAt(value, 'block_id'), view))),
      )
    case 'input':
      return inputBlock(value, view)
    default:
      return createElement('div', null, unknown('block', type))
  }
}

function richPart(part: Fields, view: BlockView): ReactNode {
  const type = stringAt(part, 'type')
  const content = () => keyed(listAt(part, 'elements').map(element => richElement(element, view)))
  switch (type) {
    case 'rich_text_section':
      return createElement('div', { className: 'bk-text', dir: 'auto' }, content())
    case 'rich_text_quote':
      return createElement('blockquote', { className: 'bk-quote', dir: 'auto' }, content())
    case 'rich_text_preformatted':
      return createElement('pre', { className: 'bk-pre' }, content())
    case 'rich_text_list':
      return richList(part, view)
    default:
      return unknown('element', type)
  }
}

function richList(part: Fields, view: BlockView): ReactNode {
  const ordered = part['style'] === 'ordered'
  const items = listAt(part, 'elements').map(item =>
    createElement('li', null, keyed(listAt(item, 'elements').map(element => richElement(element, view)))),
  )
  const indent = Math.min(8, Math.max(0, numberAt(part, 'indent')))
  const className = `bk-list bk-indent-${indent}`
  return ordered
    ? createElement('ol', { className, start: numberAt(part, 'offset') + 1 }, ...items)
    : createElement('ul', { className }, ...items)
}

function section(value: Fields, view: BlockView): ReactNode {
  const fields = listAt(value, 'fields').map(field =>
    createElement('div', { className: 'bk-field' }, textObject(field, view)),
  )
  const body = createElement(
    'div',
    { className: 'bk-body' },
    isFields(value['text']) ? createElement('div', { dir: 'auto' }, textObject(value['text'], view)) : null,
    fields.length === 0 ? null : createElement('div', { className: 'bk-fields' }, ...fields),
  )
  const accessory = value['accessory']
  return createElement(
    'div',
    { className: 'bk-section' },
    body,
    isFields(accessory) ? control(accessory, stringAt(value, 'block_id'), view) : null,
  )
}

function contextElement(part: Fields, view: BlockView): ReactNode {
  if (part['type'] === 'image') return picture(part, 'bk-avatar', view)
  if (part['type'] === 'mrkdwn' || part['type'] === 'plain_text') {
    return createElement('span', { className: 'bk-context-text', dir: 'auto' }, textObject(part, view))
  }
  return unknown('element', stringAt(part, 'type'))
}

function image(value: Fields, view: BlockView): ReactNode {
  const title = isFields(value['title']) ? createElement('figcaption', null, textObject(value['title'], view)) : null
  return createElement('figure', { className: 'bk-image' }, title, picture(value, 'bk-picture', view))
}

function picture(value: Fields, className: string, view: BlockView): ReactNode {
  const url = stringAt(value, 'image_url')
  const alt = stringAt(value, 'alt_text')
  if (safeUrl(url) === undefined) return unknown('element', 'image')
  // The description is a tooltip too: it must be there for those who see the picture.
  return createElement('img', { className, src: view.pictureAt(url), alt, title: alt, decoding: 'async' })
}

/** A button, an overflow menu or an image beside a text. */
function control(part: Fields, blockId: string, view: BlockView): ReactNode {
  const type = stringAt(part, 'type')
  if (type === 'image') return picture(part, 'bk-accessory', view)
  if (type === 'button') return button(part, blockId, view)
  if (type !== 'overflow') return unknown('element', type)
  const options = listAt(part, 'options').map(option => {
    const use = (event: MouseEvent) => {
      event.currentTarget.closest('details')?.removeAttribute('open')
      view.onAction?.({
        type,
        action_id: stringAt(part, 'action_id'),
        block_id: blockId,
        selected_option: { text: option['text'], value: option['value'] },
      })
    }
    const label = textObject(fieldsAt(option, 'text'), view)
    const url = safeUrl(stringAt(option, 'url'))
    return url === undefined
      ? createElement('button', { type: 'button', onClick: use }, label)
      : createElement('a', { href: url, target: '_blank', rel: 'noreferrer noopener', onClick: use }, label)
  })
  return createElement(
    'details',
    { className: 'bk-overflow', onToggle: showMenu, onBlur: closeMenu },
    createElement('summary', { 'aria-label': 'More actions' }, '⋯'),
    createElement('div', { className: 'bk-menu' }, ...options),
  )
}

/** A menu that opens at the edge of what can be seen is brought into sight. */
function showMenu({ currentTarget }: SyntheticEvent<HTMLElement>): void {
  if (currentTarget.hasAttribute('open')) currentTarget.querySelector('.bk-menu')?.scrollIntoView({ block: 'nearest' })
}

function closeMenu({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>): void {
  if (!currentTarget.contains(relatedTarget)) currentTarget.removeAttribute('open')
}

function button(part: Fields, blockId: string, view: BlockView): ReactNode {
  const style = stringAt(part, 'style')
  const className = `bk-button${style === 'primary' || style === 'danger' ? ` bk-${style}` : ''}`
  const label = textObject(fieldsAt(part, 'text'), view)
  const use = () =>
    view.onAction?.({
      type: 'button',
      action_id: stringAt(part, 'action_id'),
      block_id: blockId,
      text: part['text'],
      value: part['value'],
    })
  const url = stringAt(part, 'url')
  if (url !== '') return createElement('span', { className, onClick: use }, link(url, label))
  const spoken = stringAt(part, 'accessibility_label')
  const named = spoken === '' ? {} : { 'aria-label': spoken }
  return createElement('button', { type: 'button', className, onClick: use, ...named }, label)
}
