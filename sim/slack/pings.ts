/**
 * Whom a message would notify, and which of its links Slack would unfurl, judged on the message as it was sent
 * (docs.slack.dev/messaging/formatting-message-text, /messaging/unfurling-links-in-messages). Errs towards yes: a helper for tests that a
 * text from outside can do neither. Pure.
 */
import type { Fields } from './blocks/schema.ts'
import { walk } from './blocks/walk.ts'
import type { SentAs } from './types.ts'

/** What both a message and an ephemeral one have. */
export interface Sent {
  readonly text: string
  readonly blocks: readonly Fields[] | undefined
  readonly sentAs: SentAs
}

/** Markup that names somebody whatever the settings: `<!channel>`, `<@U1>`, `<!subteam^S1>`. */
const markup = /<!(?:channel|here|everyone|group)(?:\|[^>]*)?>|<!subteam\^[A-Z0-9]+[^>]*>|<@[UW][A-Z0-9]+(?:\|[^>]*)?>/g
/** Plain words that Slack turns into such markup where it parses. A name inside an e-mail address is none. */
const words = /(?<![\p{L}\p{N}_.@])@(?:here|channel|everyone|group)\b/giu
/** Plain names, which Slack turns into mentions where it parses names. */
const names = /(?<![\p{L}\p{N}_.@])@[a-z0-9][a-z0-9._-]*/giu

const mentionTypes = new Set(['user', 'usergroup', 'broadcast'])

/** What in this message would notify somebody, as it stands in it; empty where nothing would. */
export function pings({ text, blocks, sentAs }: Sent): string[] {
  const parsesNames = sentAs.linkNames || sentAs.parse === 'full'
  // Slack reads the top-level text for mentions even where blocks are what is shown.
  const found = [...(text.match(markup) ?? []), ...(parsesNames ? (text.match(names) ?? []) : [])]
  for (const { value } of walk(blocks, '')) {
    const type = String(value['type'])
    if (mentionTypes.has(type)) found.push(String(value['range'] ?? value['user_id'] ?? value['usergroup_id']))
    const inner = value['text']
    if (typeof inner !== 'string' || (type !== 'mrkdwn' && type !== 'markdown')) continue
    found.push(...(inner.match(markup) ?? []))
    if (value['verbatim'] !== true) found.push(...(inner.match(words) ?? []))
  }
  return found
}

/** Posts on X are media to Slack's unfurler; so are pictures and videos. */
const media =
  /^https?:\/\/(?:(?:www\.|mobile\.)?(?:twitter|x)\.com\/[^/]+\/status\/|(?:www\.)?youtube\.com\/watch|youtu\.be\/|[^?#]*\.(?:png|jpe?g|gif|mp4)(?:[?#]|$))/i
const address = /https?:\/\/[^\s<>|]+/g

/** The addresses that Slack would unfurl. Of an app's message, media are unfurled unless forbidden and other links only if asked for. */
export function unfurls({ text, blocks, sentAs }: Sent): string[] {
  const addresses = new Set(text.match(address) ?? [])
  for (const { value } of walk(blocks, '')) {
    if (value['type'] === 'link' && typeof value['url'] === 'string') addresses.add(value['url'])
    if (value['type'] === 'mrkdwn' && typeof value['text'] === 'string') {
      for (const url of value['text'].match(address) ?? []) addresses.add(url)
    }
  }
  return [...addresses].filter(url => (media.test(url) ? sentAs.unfurlMedia !== false : sentAs.unfurlLinks === true))
}
