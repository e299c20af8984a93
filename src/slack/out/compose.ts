/**
 * A post, or a line of our own → one Slack message. Pure: same input, same message; never throws on foreign text. Guarantees:
 * within every Block Kit limit whatever comes in, no visible character of a post lost below them, nothing that pings (I8).
 *
 *   context    avatar, name, @handle · what kind of post it is
 *   rich_text  the post's text, in portions
 *   image …    its pictures;  rich_text_list its poll
 *   rich_text  the quoted or reposted post as a quotation;  image … its pictures, its poll
 *   section    when · View on X, and the menu
 *
 * A struck post has its text struck through, no pictures, and a last line that says who deleted it. Several posts in one message:
 * catch-up.ts.
 */
import type { Content } from '../../domain/content.ts'
import type { Post, PostBody, SourceName } from '../../domain/post.ts'
import { slackBlockTextCharsMax, slackFallbackBytesMax, slackSectionCharsMax } from '../../limits.ts'
import type { Block, DateElement, Inline, Message, SectionBlock } from './blocks.ts'
import { catchUpBlocks, catchUpPlain, catchUpText } from './catch-up.ts'
import {
  alsoLines,
  alsoWords,
  foot,
  head,
  identityOf,
  line,
  mediaBlocks,
  type Pictures,
  pollBlocks,
  quotedAuthor,
  section,
  sensitiveWarning,
  sourceNames,
} from './compose-parts.ts'
import { fallbackOf } from './fallback.ts'
import { undoButton } from './menu.ts'
import { escapeEntities, mrkdwn, mrkdwnLink } from './mrkdwn.ts'
import { atWord, fit, inlineCost, inlinesOf, linkOf, portions, struckThrough, textCost, textOf } from './rich-text.ts'
import { clean, cutWhere, inline } from './text.ts'

export interface ComposeOptions {
  /** Leave pictures out: Slack could not fetch one. They become links. */
  readonly imagesDropped?: boolean
  /** Goes into the message's metadata, by which it is found again in history. */
  readonly deliveryId?: string
  /** Let pictures come from private addresses; only the demo may (I8). */
  readonly allowPrivateHosts?: boolean
}

/** The message for a post, for several of a gap, or for a line in our own words. */
export function compose(content: Content, options: ComposeOptions = {}): Message {
  switch (content.kind) {
    case 'post':
      return composePost(content.post, options, content)
    case 'notice':
      return composeNotice(content.text, options, content.change)
    case 'catch-up':
      return message(catchUpText(content), catchUpBlocks(content), false, options.deliveryId)
  }
}

/** Its plainest form, for when Slack refuses its blocks: text alone. Who is named in the one is named in the other, for some have no message but this. */
export function composePlain(content: Content, options: ComposeOptions = {}): Message {
  if (content.kind === 'notice') return message(noticeText(content.text), [], true, options.deliveryId)
  if (content.kind === 'catch-up') return message(catchUpPlain(content), [], false, options.deliveryId)
  const post = withPages(content.post)
  const others = alsoWords(content.also)
  if (content.struck) return message(fallbackOf(post, true, others), [], false, options.deliveryId)
  const link = mrkdwnLink(post.url, `View on ${sourceNames[post.source]}`)
  const room = slackFallbackBytesMax - Buffer.byteLength(link) - 1
  return message(`${fallbackOf(post, false, others, room)}\n${link}`, [], false, options.deliveryId)
}

/** What is known of a post beside itself: that its author has deleted it, who else shared it, in whose name it is posted. */
export type Circumstances = Pick<Extract<Content, { kind: 'post' }>, 'also' | 'identity'> & {
  readonly struck?: boolean
}

/** The message for a post. */
export function composePost(given: Post, options: ComposeOptions = {}, around: Circumstances = {}): Message {
  const post = withPages(given)
  const { struck = false, also, identity } = around
  const pictures: Pictures = {
    dropped: options.imagesDropped ?? false,
    allowPrivateHosts: options.allowPrivateHosts ?? false,
  }
  const text = fallbackOf(post, struck, alsoWords(also))
  const blocks = postBlocks(post, pictures, { ...around, struck })
  return {
    ...message(text, blocks, false, options.deliveryId),
    ...(identity === 'author' ? identityOf(post.author, pictures) : {}),
  }
}

/** The message for a line in our own words. `text` is mrkdwn of ours in which foreign names are already escaped. `change`: what it tells of can be taken back. */
export function composeNotice(text: string, options: ComposeOptions = {}, change?: string): Message {
  const shown = cutEscaped(noticeText(text), slackSectionCharsMax)
  const block: Block =
    change === undefined ? line(shown) : { type: 'section', text: mrkdwn(shown), accessory: undoButton(change) }
  return message(noticeText(text), [block], true, options.deliveryId)
}

/** Slack takes no message without text. */
function noticeText(text: string): string {
  return cutEscaped(clean(text).trim() || '…', slackFallbackBytesMax)
}

function message(text: string, blocks: readonly Block[], mrkdwn: boolean, deliveryId: string | undefined): Message {
  return {
    text,
    blocks,
    ...(deliveryId === undefined
      ? {}
      : { metadata: { event_type: 'birdwire_delivery', event_payload: { delivery_id: deliveryId } } as const }),
    unfurl_links: false,
    unfurl_media: false,
    parse: 'none',
    mrkdwn,
  }
}

function postBlocks(
  post: Post,
  pictures: Pictures,
  { struck, also, identity }: Circumstances & { struck: boolean },
): readonly Block[] {
  const { inner } = post
  // A repost's own text is a copy of the reposted one, cut short: it is shown only where the whole is missing.
  const own = post.relation === 'repost' && inner !== undefined ? undefined : post
  const before = [
    head(post, pictures, identity === 'author'),
    ...(post.sensitive || inner?.sensitive ? [sensitiveWarning] : []),
  ]
  const ownExtras = own === undefined || struck ? [] : extras(own, post.source, pictures)
  const innerExtras = inner === undefined || struck ? [] : extras(inner, post.source, pictures)
  const missing = missingLine(post)
  const after = [...missing, ...alsoLines(also), foot(post, struck)]
  const intro = inner === undefined ? [] : quotedAuthor(inner)
  const ownRest = struck ? section([textOf('…')]) : restLine(post.url, post.source)
  const innerRest = restLine(inner?.url ?? post.url, post.source)

  const fixed = [...before, ...ownExtras, ...innerExtras, ...after, ownRest, innerRest].reduce(
    (sum, block) => sum + blockCost(block),
    0,
  )
  const room = slackBlockTextCharsMax - fixed - intro.reduce((sum, element) => sum + elementCost(element), 0)
  // What its author has deleted leads nowhere any more; a quoted post is somebody else's and stays as it is.
  const asShown = (body: PostBody) => (struck && body === (own ?? inner) ? struckThrough : same)(inlinesOf(body.text))
  const ownText = own === undefined ? [] : asShown(own)
  const innerText = inner === undefined ? [] : asShown(inner)
  const ownCost = ownText.reduce((sum, element) => sum + inlineCost(element), 0)
  const innerCost = innerText.reduce((sum, element) => sum + inlineCost(element), 0)
  // The quotation gives way first, but not below a third.
  const innerRoom = Math.min(innerCost, Math.max(room - ownCost, Math.floor(room / 3)))
  const ownFit = atWord(fit(ownText, room - innerRoom))
  const innerFit = atWord(fit(innerText, room - Math.min(ownCost, room - innerRoom)))

  return [
    ...before,
    ...portions(ownFit.elements).map(section),
    ...(ownFit.cut ? [ownRest] : []),
    ...ownExtras,
    ...(inner === undefined ? [] : quotation(intro, innerFit.elements)),
    ...(innerFit.cut ? [innerRest] : []),
    ...innerExtras,
    ...after,
  ]
}

const same = (elements: readonly Inline[]): readonly Inline[] => elements

/** Pages of posts and profiles stand in a message many times. Longer addresses are none that a network makes, and are not linked. */
const pageUrlCharsMax = 300

function withPages(post: Post): Post {
  const { inner } = post
  return inner === undefined ? withPage(post) : { ...withPage(post), inner: withPage(inner) }
}

function withPage<Body extends PostBody>(body: Body): Body {
  // Counted as it stands in mrkdwn, where an "&" is five characters that are each counted again.
  const short = (url: string) => (textCost(escapeEntities(url)) <= pageUrlCharsMax ? url : '')
  return { ...body, url: short(body.url), author: { ...body.author, url: short(body.author.url) } }
}

/** Of the allowance for text, what the lines about one body's pictures and poll may take. Real ones take a tenth of it. */
const extrasCostMax = 2500

function extras(body: PostBody, source: SourceName, pictures: Pictures): readonly Block[] {
  const blocks = [...mediaBlocks(body, source, pictures), ...(body.poll === undefined ? [] : pollBlocks(body.poll))]
  if (blocks.reduce((sum, block) => sum + blockCost(block), 0) <= extrasCostMax) return blocks
  const images = blocks.filter(block => block.type === 'image')
  return [...images, line(mrkdwnLink(body.url, `Pictures and poll on ${sourceNames[source]}`))]
}

/** The quotation, over as many blocks as its text needs; the first one names its author. */
function quotation(intro: readonly (Inline | DateElement)[], text: readonly Inline[]): readonly Block[] {
  const [first = [], ...others] = portions(text)
  const opening = first.length === 0 ? intro.slice(0, -1) : [...intro, ...first]
  return [opening, ...others].map(elements => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_quote', elements }],
  }))
}

/** Says so when the quoted or reposted post is not there. */
function missingLine(post: Post): readonly Block[] {
  if (post.inner !== undefined || (post.relation !== 'quote' && post.relation !== 'repost')) return []
  const why = post.innerMissing === undefined ? '' : `: ${inline(post.innerMissing)}`
  const what = post.relation === 'quote' ? 'quoted' : 'reposted'
  return [
    section([
      textOf(`The ${what} post cannot be shown${cutWhere(why, 200, piece => piece.length)}.`, { italic: true }),
    ]),
  ]
}

function restLine(url: string, source: SourceName): Block {
  return section([textOf('… '), linkOf(url, `read the rest on ${sourceNames[source]}`)])
}

/** What a block of ours costs of the message's allowance of characters. */
function blockCost(block: Block): number {
  switch (block.type) {
    case 'image':
      return block.title === undefined ? 0 : block.title.text.length
    case 'section':
      return textCost(block.text.text) + accessoryCost(block)
    case 'context':
      return block.elements.reduce((sum, part) => sum + (part.type === 'image' ? 0 : textCost(part.text)), 0)
    case 'rich_text':
      return block.elements
        .flatMap(part =>
          part.type === 'rich_text_list' ? part.elements.flatMap(item => item.elements) : part.elements,
        )
        .reduce((sum, element) => sum + elementCost(element), 0)
  }
}

function accessoryCost({ accessory }: SectionBlock): number {
  if (accessory === undefined) return 0
  if (accessory.type === 'button') return accessory.text.text.length
  return accessory.options.reduce((sum, { text, url = '' }) => sum + text.text.length + url.length, 0)
}

function elementCost(element: Inline | DateElement): number {
  return element.type === 'date' ? textCost(element.fallback) : inlineCost(element)
}

/** Cuts text that holds entities or markup of ours without leaving half of one behind. */
function cutEscaped(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text
  const cut = cutWhere(text, bytesMax - Buffer.byteLength('…'), piece => Buffer.byteLength(piece))
  return `${cut.replace(/&[a-z]*$|<[^>]*$/, '')}…`
}
