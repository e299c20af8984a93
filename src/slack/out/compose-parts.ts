/**
 * The parts of a post's message: who and what kind (head), when and where (foot), pictures, poll, author of a quotation.
 * Pure. Foreign names and labels are bounded here; the post's text is fitted by compose.ts.
 */

import type { Shown } from '../../domain/content.ts'
import type { Author, Media, Poll, Post, PostBody, SourceName } from '../../domain/post.ts'
import { slackAltCharsMax, slackImagesMax } from '../../limits.ts'
import { listed, sharings } from './also.ts'
import type {
  Avatar,
  Block,
  ContextBlock,
  DateElement,
  Inline,
  Mrkdwn,
  PlainText,
  RichTextBlock,
  SectionBlock,
} from './blocks.ts'
import { deletedWords } from './fallback.ts'
import { postMenu, whyButton } from './menu.ts'
import { escapeEntities, isMoment, mrkdwn, mrkdwnDate, mrkdwnLink, plain, readsAsMarkup, utc } from './mrkdwn.ts'
import { linkOf, textOf } from './rich-text.ts'
import { inline, shorten } from './text.ts'
import { imageUrl, webUrl } from './url.ts'

/** A name or label in a line of ours. X allows names of 50 characters and options of 25. */
const nameCharsMax = 80
/** Options of a poll that are shown. X allows 4. */
const pollOptionsMax = 12
/** An address of a picture that is shown as a link. */
const pictureLinkCharsMax = 300

export const sourceNames: Readonly<Record<SourceName, string>> = { x: 'X' }

/** What the caller decides about pictures. */
export interface Pictures {
  /** Show none: Slack could not fetch one. */
  readonly dropped: boolean
  /** True only in the demo, whose pictures are served from this machine. */
  readonly allowPrivateHosts: boolean
}

/** Who posted, linked, with the avatar, and what kind of post it is. */
export function head(post: Post, pictures: Pictures, inTheirName = false): ContextBlock {
  const { before, after } = kindWords(post)
  if (inTheirName) return { type: 'context', elements: inOwnName(post, before, after) }
  const avatar = pictures.dropped ? undefined : imageUrl(post.author.avatarUrl, pictures.allowPrivateHosts)
  const name = nameOf(post.author)
  const icon: readonly Avatar[] = avatar === undefined ? [] : [{ type: 'image', image_url: avatar, alt_text: name }]
  return { type: 'context', elements: [...icon, ...authorLine(post.author, name, before, after)] }
}

/** Name and picture are the message's own: what is left to say is the handle, and what kind of post it is. */
function inOwnName(post: Post, before: string, after: string): readonly (Mrkdwn | PlainText)[] {
  const handle = shorten(inline(post.author.handle), nameCharsMax)
  const at =
    handle === '' || readsAsMarkup(handle)
      ? mrkdwnLink(post.author.url, 'profile')
      : mrkdwnLink(post.author.url, `@${handle}`)
  return [mrkdwn(`${before}${at}${after === '' ? '' : ` · ${after}`}`)]
}

/** In whose name a message is posted: `username` is plain to Slack, and must not look like ours or ping. */
export function identityOf(
  author: Author,
  pictures: Pictures,
): { readonly username: string; readonly icon_url?: string } {
  const icon = imageUrl(author.avatarUrl, pictures.allowPrivateHosts)
  return { username: nameOf(author), ...(icon === undefined ? {} : { icon_url: icon }) }
}

/** One line of mrkdwn; a name or handle in which mrkdwn could read markup stands in a plain text of its own. */
function authorLine(author: Author, name: string, before: string, after: string): readonly (Mrkdwn | PlainText)[] {
  const handle = shorten(inline(author.handle), nameCharsMax)
  const at = handle === '' || readsAsMarkup(handle) ? undefined : mrkdwnLink(author.url, `@${handle}`)
  const tail = after === '' ? '' : ` · ${after}`
  if (!readsAsMarkup(name) && (at !== undefined || handle === '')) {
    return [mrkdwn(`${before}*${mrkdwnLink(author.url, name)}*${at === undefined ? '' : ` ${at}`}${tail}`)]
  }
  const shown = at === undefined && handle !== '' ? `${name} @${handle}` : name
  return [
    ...(before === '' ? [] : [mrkdwn(before.trimEnd())]),
    plain(shown),
    mrkdwn(`${at ?? mrkdwnLink(author.url, 'profile')}${tail}`),
  ]
}

function kindWords(post: Post): { readonly before: string; readonly after: string } {
  switch (post.relation) {
    case 'original':
      return { before: '', after: '' }
    case 'repost':
      return { before: '🔁 reposted by ', after: '' }
    case 'quote':
      return {
        before: '',
        after: `💬 quotes${mention(post.inner?.author)}${post.replyTo === undefined ? '' : ` · ↩︎ replies${replied(post)}`}`,
      }
    case 'thread':
      return { before: '', after: '🧵 continues' }
    case 'reply':
      return { before: '', after: `↩︎ replies${replied(post)}` }
  }
}

function replied(post: Post): string {
  const handle = inline(post.replyTo?.handle ?? '')
  return handle === '' || readsAsMarkup(handle) ? '' : ` to @${escapeEntities(shorten(handle, nameCharsMax))}`
}

function mention(author: Author | undefined): string {
  if (author === undefined || author.handle === '' || readsAsMarkup(inline(author.handle))) return ''
  return ` ${mrkdwnLink(author.url, `@${shorten(inline(author.handle), nameCharsMax)}`)}`
}

/** The name shown for an author; never empty. */
function nameOf(author: Author): string {
  return shorten(inline(author.name) || inline(author.handle) || 'Somebody', nameCharsMax)
}

/** When, linked to the post, and the way to it. Of a struck post: that it is gone; there is no page to go to, and nothing left to ask but why. */
export function foot(post: Post, struck: boolean): SectionBlock {
  if (struck) {
    const gone = mrkdwn(`🗑 *${deletedWords(post)}* · ${mrkdwnDate(post.createdAt, '')}`)
    return { type: 'section', text: gone, accessory: whyButton() }
  }
  const parts = [
    ...(post.edited ? ['✏️ *edited*'] : []),
    mrkdwnDate(post.createdAt, post.url),
    mrkdwnLink(post.url, `View on ${sourceNames[post.source]}`),
  ]
  const source = sourceNames[post.source]
  return { type: 'section', text: mrkdwn(parts.join(' · ')), accessory: postMenu(webUrl(post.url), source) }
}

/** Names in a line of ours; the rest is counted. */
const alsoNamesMax = 5

/** Who else has reposted or quoted it: a line for each way. A name that reads as markup stands in a plain text, and with it the whole line. */
export function alsoLines(also: Shown['also']): readonly ContextBlock[] {
  return sharings(also).map(({ mark, how, authors }) => {
    const markup = authors.slice(0, alsoNamesMax).some(author => readsAsMarkup(nameOf(author)))
    const names = authors.map(author => (markup ? nameOf(author) : mrkdwnLink(author.url, nameOf(author))))
    const words = `${mark} ${how} ${listed(names, alsoNamesMax)}`
    return markup ? { type: 'context', elements: [plain(words)] } : line(words)
  })
}

/** The same in words. */
export function alsoWords(also: Shown['also']): string {
  return sharings(also)
    .map(({ how, authors }) => `${how.replace('also', 'Also')} ${listed(authors.map(nameOf), alsoNamesMax)}`)
    .join('\n')
}

/** First line of a quotation: its author and when, linked, and a line's end. */
export function quotedAuthor(body: PostBody): readonly (Inline | DateElement)[] {
  const handle = shorten(inline(body.author.handle), nameCharsMax)
  const when: Inline | DateElement = isMoment(body.createdAt)
    ? {
        type: 'date',
        timestamp: Math.floor(body.createdAt / 1000),
        format: '{date_short_pretty}',
        fallback: utc(body.createdAt),
      }
    : textOf(utc(body.createdAt))
  return [
    linkOf(body.author.url, nameOf(body.author), { bold: true }),
    ...(handle === '' ? [] : [textOf(' '), linkOf(body.author.url, `@${handle}`)]),
    textOf(' · '),
    when,
    textOf(' · '),
    linkOf(body.url, 'open'),
    textOf('\n'),
  ]
}

/** The warning above a post whose author or network marks it as sensitive. */
export const sensitiveWarning: ContextBlock = {
  type: 'context',
  elements: [mrkdwn('⚠️ *Sensitive content*, as marked by the author or the network')],
}

/** The pictures of one body with their descriptions; what cannot be shown is a line with a link. */
export function mediaBlocks(body: PostBody, source: SourceName, pictures: Pictures): readonly Block[] {
  const shown = body.media.slice(0, slackImagesMax)
  const blocks = shown.flatMap((media, i) => mediaBlock(media, i, shown.length, body.url, source, pictures))
  const more = body.media.length - shown.length
  if (more > 0) blocks.push(line(mrkdwnLink(body.url, `${more} more on ${sourceNames[source]}`)))
  return blocks
}

function mediaBlock(
  media: Media,
  i: number,
  count: number,
  page: string,
  source: SourceName,
  pictures: Pictures,
): Block[] {
  const number = count === 1 ? '' : ` ${i + 1} of ${count}`
  const alt = shorten(inline(media.alt ?? ''), slackAltCharsMax)
  const url = pictures.dropped ? undefined : imageUrl(media.imageUrl, pictures.allowPrivateHosts)
  if (media.kind === 'photo') {
    if (url !== undefined)
      return [{ type: 'image', image_url: url, alt_text: alt || `Picture${number}, without a description` }]
    const address = imageUrl(media.imageUrl, pictures.allowPrivateHosts)
    const link = linkOf(
      address !== undefined && address.length <= pictureLinkCharsMax ? address : page,
      `Picture${number}`,
    )
    return [section([textOf('🖼 '), link, ...(alt === '' ? [] : [textOf(`: ${shorten(alt, nameCharsMax)}`)])])]
  }
  const what = media.kind === 'gif' ? 'GIF' : 'Video'
  const length = media.durationMs === undefined || !isMoment(media.durationMs) ? '' : `, ${minutes(media.durationMs)}`
  const play = line(mrkdwnLink(page, `▶︎ ${what}${number}${length}: play on ${sourceNames[source]}`))
  if (url === undefined) return [play]
  return [
    { type: 'image', image_url: url, alt_text: alt || `Preview of a ${what === 'GIF' ? what : 'video'}${number}` },
    play,
  ]
}

function minutes(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** The question's options with their votes, and until when one may vote. */
export function pollBlocks(poll: Poll): readonly Block[] {
  const options = poll.options.slice(0, pollOptionsMax)
  const end = poll.endsAt !== undefined && isMoment(poll.endsAt) ? ` ${mrkdwnDate(poll.endsAt, '')}` : ''
  const state = poll.open ? (end === '' ? 'open' : `open until${end}`) : `closed${end}`
  return [...(options.length === 0 ? [] : [optionList(options)]), line(`📊 Poll, ${state}`)]
}

function optionList(options: Poll['options']): RichTextBlock {
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: options.map(option => ({
          type: 'rich_text_section',
          elements: [
            textOf(shorten(inline(option.label) || '…', nameCharsMax), { bold: true }),
            ...(option.votes === undefined
              ? []
              : [textOf(` · ${option.votes} ${option.votes === 1 ? 'vote' : 'votes'}`)]),
          ],
        })),
      },
    ],
  }
}

/** One small line in our own words. */
export function line(text: string): ContextBlock {
  return { type: 'context', elements: [mrkdwn(text)] }
}

export function section(elements: readonly Inline[]): RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }
}
