/**
 * Slack's mrkdwn, for words of our own. Foreign words are let into it only here, escaped, and only where nothing in them can be
 * read as markup. The rules: docs.slack.dev/messaging/formatting-message-text.
 */
import { utcMinute } from '../../domain/day.ts'
import type { Mrkdwn, PlainText } from './blocks.ts'
import { webUrl } from './url.ts'

/** The three characters that Slack wants escaped, and no others. */
export function escapeEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** True when mrkdwn could read something in `text` as formatting, an emoji, a link's bar or a mention, even escaped. */
export function readsAsMarkup(text: string): boolean {
  return /[*~`:|@#\n]|(?:^|\W)_|_(?:\W|$)/.test(text)
}

/** A link with a label of our own, or a foreign one that passed `readsAsMarkup`. Without a usable address: the label alone. */
export function mrkdwnLink(address: string, label: string): string {
  const url = webUrl(address)
  if (url === undefined) return escapeEntities(label)
  return `<${escapeEntities(url).replaceAll('|', '%7C')}|${escapeEntities(label)}>`
}

/** A moment by each reader's own clock, linked when `address` is one. `ms` is epoch ms, `format` Slack's tokens. */
export function mrkdwnDate(ms: number, address: string, format = '{date_short_pretty} {time}'): string {
  if (!isMoment(ms)) return mrkdwnLink(address, utc(ms))
  const url = webUrl(address)
  const link = url === undefined ? '' : `^${escapeEntities(url).replaceAll('|', '%7C').replaceAll('^', '%5E')}`
  return `<!date^${Math.floor(ms / 1000)}^${format}${link}|${utc(ms)}>`
}

/** A moment in words that need no reader's clock. */
export function utc(ms: number): string {
  return isMoment(ms) ? utcMinute(ms) : 'date unknown'
}

/** True for what Slack takes as a date: from 1970 on, and within what a Date can hold. */
export function isMoment(ms: number): boolean {
  return ms >= 0 && ms <= 8.64e15
}

export function mrkdwn(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true }
}

/** Foreign words shown as they are. */
export function plain(text: string): PlainText {
  return { type: 'plain_text', text: escapeEntities(text), emoji: false }
}
