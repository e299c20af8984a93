/**
 * One post of a catch-up message: who, what kind, when (the link to it), its text as far as its share goes, and in a line each what is not
 * shown and what it quotes. Pure. How much of it there is depends on the thrift that the number of posts demands.
 */
import type { Shown } from '../../domain/content.ts'
import { type Author, type Post, type PostBody, plainText } from '../../domain/post.ts'
import { listed, sharings } from './also.ts'
import type { DateElement, Inline, RichQuote, RichTextBlock } from './blocks.ts'
import { deletedWords } from './fallback.ts'
import { escapeEntities, isMoment, utc } from './mrkdwn.ts'
import { fit, inlineCost, inlinesOf, linkOf, struckThrough, textCost, textOf } from './rich-text.ts'
import { clean, cutWhere, inline } from './text.ts'
import { webUrl } from './url.ts'

export type Entry = Shown

/** What the parts of an entry may take at most of the message's allowance. */
export interface Thrift {
  /** X allows 50 characters. */
  readonly name: number
  /** X allows 15. */
  readonly handle: number
  /** A post's page is below 70. */
  readonly url: number
  /** A quoted post beside the text of the one that quotes it; 0: only whose it is. */
  readonly quoted: number
  /** The first words of a post that has no more than a line. */
  readonly words: number
  /** How many others who shared it are named. */
  readonly also: number
}

/** From generous to thrifty. With the last, all posts that a message may hold fit whatever is in them. */
export const thrifts: readonly [Thrift, ...Thrift[]] = [
  { name: 50, handle: 30, url: 110, quoted: 140, words: 70, also: 4 },
  { name: 40, handle: 20, url: 110, quoted: 50, words: 30, also: 2 },
  { name: 20, handle: 18, url: 80, quoted: 0, words: 0, also: 0 },
]
export interface Draft {
  readonly head: readonly (Inline | DateElement)[]
  readonly text: readonly Inline[]
  /** The post's page; undefined when it has none that may be linked, or is gone. */
  readonly url: string | undefined
  /** Lines under the text: what is not shown, and what it quotes. */
  readonly below: readonly (readonly Inline[])[]
}

export function draftOf({ post, struck, also }: Entry, thrift: Thrift): Draft {
  const { inner, relation } = post
  const repost = relation === 'repost' ? inner : undefined
  const shown: PostBody = repost ?? post
  const text = compact(inlinesOf(shown.text))
  // What its author has deleted leads nowhere any more.
  const url = struck ? undefined : shortUrl(post.url, thrift)
  return {
    head: [
      ...person(post.author, thrift),
      ...kind(post, repost, thrift),
      ...marks(post, struck),
      textOf(' · '),
      when(post.createdAt, url),
    ],
    text: struck ? struckThrough(text) : text,
    url,
    below: [
      ...(struck || thrift.quoted === 0 ? [] : extras(shown)),
      ...(repost !== undefined || inner === undefined ? [] : [quotedLine(inner, thrift)]),
      ...((relation === 'quote' || relation === 'repost') && inner === undefined
        ? [[textOf(`The ${relation === 'quote' ? 'quoted' : 'reposted'} post cannot be shown.`, { italic: true })]]
        : []),
      ...alsoLine(also, thrift),
    ],
  }
}

/** A post in one line: whose it is, when, linked, and its first words. */
export function lineOf({ post, struck, also }: Entry, thrift: Thrift): readonly (Inline | DateElement)[] {
  const shown = post.relation === 'repost' ? (post.inner ?? post) : post
  const words = struck ? deletedWords(post) : oneLine(shown, thrift.words)
  return [
    textOf(nameOf(post.author, thrift), { bold: true }),
    ...(post.relation === 'repost' ? [textOf(' 🔁')] : []),
    textOf(' · '),
    when(post.createdAt, struck ? undefined : shortUrl(post.url, thrift)),
    ...(words === '' ? [] : [textOf(` · ${words}`)]),
    ...(also === undefined || also.length === 0 ? [] : [textOf(` · 🔁 ${also.length}`)]),
  ]
}

/** Who else shared it: "🔁 also reposted by Mira Okafor and Tomás Lind · 💬 also quoted by LIGO Lab". */
function alsoLine(also: Entry['also'], thrift: Thrift): readonly (readonly Inline[])[] {
  const said = sharings(also).map(({ mark, how, authors }) => {
    const names = authors.map(author => nameOf(author, thrift))
    return `${mark} ${how} ${listed(names, thrift.also)}`
  })
  return said.length === 0 ? [] : [[textOf(said.join(' · '))]]
}

/** `share`: what the text may take of the message's allowance. */
export function entryBlock({ head, text, below, url }: Draft, share: number): RichTextBlock {
  const whole = fit(text, share)
  const body = whole.cut ? cutText(text, share, url) : whole.elements
  const lines = [...(body.length === 0 ? [] : [body]), ...below]
  const quote: readonly RichQuote[] =
    lines.length === 0
      ? []
      : [
          {
            type: 'rich_text_quote',
            elements: lines.flatMap((each, i) => (i === 0 ? each : [textOf('\n'), ...each])),
          },
        ]
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: head }, ...quote] }
}

/** Where the way to the rest takes more than this part of the share, a dot-dot-dot must do. */
const wayPart = 0.25

/** The text up to a word's end, and the way to the rest. */
function cutText(text: readonly Inline[], share: number, url: string | undefined): readonly Inline[] {
  const more = linkOf(url, 'more')
  const way = more.type === 'link' && inlineCost(more) < share * wayPart ? [textOf('… '), more] : [textOf('…')]
  const { elements } = fit(text, share - way.reduce((sum, each) => sum + inlineCost(each), 0))
  const last = elements.at(-1)
  if (last?.type !== 'text') return [...elements, ...way]
  const ended = last.text.replace(/\s+\S{0,20}$/, '')
  return [...elements.slice(0, -1), ...(ended === '' ? [] : [{ ...last, text: ended }]), ...way]
}

/** Who wrote it. Not linked: the moment is, and each address takes from the room for the texts. */
function person(author: Author, thrift: Thrift): readonly Inline[] {
  const handle = handleOf(author, thrift)
  return [textOf(nameOf(author, thrift), { bold: true }), ...(handle === '' ? [] : [textOf(` ${handle}`)])]
}

function kind(post: Post, repost: PostBody | undefined, thrift: Thrift): readonly Inline[] {
  switch (post.relation) {
    case 'repost':
      return repost === undefined
        ? [textOf(' 🔁 reposted')]
        : [textOf(' 🔁 reposted '), ...person(repost.author, thrift)]
    case 'thread':
      return [textOf(' · 🧵 continues')]
    case 'reply': {
      const handle = bounded(post.replyTo?.handle ?? '', thrift.handle)
      return [textOf(` · ↩︎ replies${handle === '' ? '' : ` to @${handle}`}`)]
    }
    case 'original':
    case 'quote':
      return []
  }
}

function marks(post: Post, struck: boolean): readonly Inline[] {
  if (struck) return [textOf(` · 🗑 ${deletedWords(post)}`)]
  const sensitive = post.sensitive || post.inner?.sensitive === true
  return [...(post.edited ? [textOf(' · ✏️ edited')] : []), ...(sensitive ? [textOf(' · ⚠️ sensitive')] : [])]
}

function when(createdAt: number, address: string | undefined): Inline | DateElement {
  if (!isMoment(createdAt)) return linkOf(address, utc(createdAt))
  return {
    type: 'date',
    timestamp: Math.floor(createdAt / 1000),
    format: '{date_short_pretty} {time}',
    ...(address === undefined ? {} : { url: address }),
    fallback: utc(createdAt),
  }
}

/** What is not shown here, for who wants to see it on the post's page: "🖼 2 pictures · 📊 poll". */
function extras({ media, poll }: PostBody): readonly (readonly Inline[])[] {
  const counted = (['photo', 'video', 'gif'] as const).flatMap(kind => {
    const count = media.filter(each => each.kind === kind).length
    const { mark, one, many } = mediaNames[kind]
    return count === 0 ? [] : [`${mark} ${count === 1 ? one : `${count} ${many}`}`]
  })
  const parts = [...counted, ...(poll === undefined ? [] : ['📊 poll'])]
  return parts.length === 0 ? [] : [[textOf(parts.join(' · '))]]
}

const mediaNames = {
  photo: { mark: '🖼', one: 'picture', many: 'pictures' },
  video: { mark: '▶︎', one: 'video', many: 'videos' },
  gif: { mark: '▶︎', one: 'GIF', many: 'GIFs' },
} as const

function quotedLine(body: PostBody, thrift: Thrift): readonly Inline[] {
  const { author } = body
  if (thrift.quoted === 0) return [textOf(`💬 quotes ${handleOf(author, thrift) || nameOf(author, thrift)}`)]
  const whole = oneLine(body, thrift.quoted)
  return [
    textOf('💬 quotes '),
    ...person(author, thrift),
    ...(whole === '' ? [] : [textOf(`: ${whole}`)]),
    ...extras(body).flatMap(each => [textOf(' · '), ...each]),
  ]
}

/** The text in one line, cut where it costs more, and unable to reorder the words of ours that follow it. */
function oneLine(body: PostBody, costMax: number): string {
  if (costMax === 0) return ''
  const text = clean(plainText(body)).replace(/\s+/g, ' ').trim()
  const short = cutWhere(text, costMax, textCost)
  return inline(short === text ? text : `${short}…`)
}

/** Without empty lines: many posts stand below each other. */
function compact(elements: readonly Inline[]): readonly Inline[] {
  const all = elements.map(element => ({ ...element, text: element.text.replace(/\n\s*\n/g, '\n') }))
  const last = all.at(-1)
  return last === undefined
    ? all
    : [...all.slice(0, -1), { ...last, text: last.text.trimEnd() }].filter(each => each.text !== '')
}
export function nameOf({ name, handle }: Author, thrift: Thrift): string {
  return bounded(name, thrift.name) || bounded(handle, thrift.name) || 'Somebody'
}

/** With its "@"; empty when there is none. */
export function handleOf({ handle }: Author, thrift: Thrift): string {
  const shown = bounded(handle, thrift.handle)
  return shown === '' ? '' : `@${shown}`
}

function bounded(text: string, costMax: number): string {
  const whole = clean(text).replace(/\s+/g, ' ').trim()
  const short = cutWhere(whole, costMax, textCost)
  return inline(short === whole ? whole : `${short}…`)
}

/** An address that is not longer than those that a network makes. */
export function shortUrl(address: string, thrift: Thrift): string | undefined {
  const url = webUrl(address)
  return url !== undefined && textCost(escapeEntities(url)) <= thrift.url ? url : undefined
}

export function costOf(elements: readonly (Inline | DateElement)[]): number {
  return elements.reduce(
    (sum, each) => sum + (each.type === 'date' ? textCost(each.fallback) + textCost(each.url ?? '') : inlineCost(each)),
    0,
  )
}
