/**
 * What an original, a quoted and a reposted post have in common: author, text, pictures, poll. Pure.
 * Whatever X left out of `includes` is left out here, or taken from the next best place (a mention names an author too).
 */
import type { Account } from '../../domain/account.ts'
import type { Author, Media, Poll, PostBody } from '../../domain/post.ts'
import type { WireEntities, WireIncludes, WireMedia, WirePoll, WirePost, WireUser } from './schema.ts'
import { snowflakeMs } from './snowflake.ts'
import { isWeb, toSpans } from './spans.ts'

/** An author as far as posts need one. */
export type Person = Pick<Account, 'handle' | 'name' | 'avatarUrl'>

/** Who is known without X naming them again, by id. */
export type Known = (id: string) => Person | undefined

/** The `includes` of a line or a page, by id, and who is known besides. Indexed on first use: most lines need two or three entries of it. */
export class Lookup {
  readonly #includes: WireIncludes | null | undefined
  readonly #known: Known
  #users: Map<string, WireUser> | undefined
  #posts: Map<string, WirePost> | undefined
  #media: Map<string, WireMedia> | undefined

  constructor(includes: WireIncludes | null | undefined, known: Known = () => undefined) {
    this.#includes = includes
    this.#known = known
  }

  user(id: string): WireUser | undefined {
    this.#users ??= byKey(this.#includes?.users, user => user.id)
    return this.#users.get(id)
  }

  post(id: string): WirePost | undefined {
    this.#posts ??= byKey(this.#includes?.tweets ?? this.#includes?.posts, post => post.id)
    return this.#posts.get(id)
  }

  media(key: string): WireMedia | undefined {
    this.#media ??= byKey(this.#includes?.media, media => media.media_key)
    return this.#media.get(key)
  }

  poll(id: string): WirePoll | undefined {
    return this.#includes?.polls?.find(poll => poll?.id === id) ?? undefined
  }

  /** As X describes the account here, else as it is known. */
  person(id: string): Person | undefined {
    const user = this.user(id)
    if (user === undefined) return this.#known(id)
    const avatar = user.profile_image_url
    return { handle: user.username, name: user.name ?? '', ...(avatar && isWeb(avatar) ? { avatarUrl: avatar } : {}) }
  }

  /** An account's handle, from what is known of it or from a mention of it in one of these posts. */
  handle(id: string, ...mentioning: readonly (WirePost | undefined)[]): string | undefined {
    const known = this.person(id)?.handle
    if (known) return known
    for (const entities of mentioning.flatMap(entitiesOf)) {
      const mention = entities.mentions?.find(each => each?.id === id)
      if (mention) return mention.username
    }
    return undefined
  }
}

/** Of the text and of the long text. */
function entitiesOf(post: WirePost | undefined): readonly WireEntities[] {
  return [post?.entities, (post?.note_tweet ?? post?.note_post)?.entities].filter(
    each => each !== undefined && each !== null,
  )
}

function byKey<T>(items: readonly (T | null)[] | null | undefined, key: (item: T) => string): Map<string, T> {
  return new Map((items ?? []).filter(item => item !== null).map(item => [key(item), item]))
}

export interface BodyContext {
  /** The quoted post that is shown with this one: its link at the end of the text is left out. */
  readonly quotedId?: string
  /** A post whose mentions and links may name the author, where nothing else does. */
  readonly fallback?: WirePost
}

export function toBody(wire: WirePost, lookup: Lookup, context: BodyContext): PostBody {
  const note = wire.note_tweet ?? wire.note_post
  const media = (wire.attachments?.media_keys ?? [])
    .map(key => toMedia(lookup.media(key)))
    .filter(each => each !== undefined)
  const poll = (wire.attachments?.poll_ids ?? []).map(id => lookup.poll(id)).find(each => each !== undefined)
  const author = toAuthor(wire, lookup, context.fallback)
  const own = new Set([wire.id, ...(wire.edit_history_tweet_ids ?? wire.edit_history_post_ids ?? [])])
  const lang = language(wire.lang)
  const entities: WireEntities | null | undefined = note ? note.entities : wire.entities
  return {
    version: wire.id,
    author,
    createdAt: createdAt(wire),
    text: toSpans((note?.text ?? wire.text).toWellFormed(), entities, url => {
      if (url.media_key || /^pic\.(x|twitter)\.com\//.test(url.display_url ?? '')) return media.length > 0
      const linked = statusId(url.expanded_url ?? '')
      return linked !== undefined && (linked === context.quotedId || own.has(linked))
    }),
    ...(lang === undefined ? {} : { lang }),
    media,
    ...(poll === undefined ? {} : { poll: toPoll(poll) }),
    sensitive: wire.possibly_sensitive ?? false,
    url:
      author.handle === '' ? `https://x.com/i/status/${wire.id}` : `https://x.com/${author.handle}/status/${wire.id}`,
  }
}

function toAuthor(wire: WirePost, lookup: Lookup, fallback: WirePost | undefined): Author {
  const id = wire.author_id
  const person = lookup.person(id)
  const handle = lookup.handle(id, fallback, wire) ?? linkedHandle(wire, fallback) ?? ''
  return {
    id,
    handle,
    name: (person?.name || handle).toWellFormed(),
    ...(person?.avatarUrl === undefined ? {} : { avatarUrl: person.avatarUrl }),
    url: handle === '' ? `https://x.com/i/user/${id}` : `https://x.com/${handle}`,
  }
}

/**
 * The author as a link to the post names them: X links a post's own pictures in it, and a quoted post in the quoting one. The latter is as
 * its writer typed it, and X follows it whatever the name is: good enough only where nothing better is known.
 */
function linkedHandle(wire: WirePost, fallback: WirePost | undefined): string | undefined {
  for (const entities of [wire, fallback].flatMap(entitiesOf)) {
    for (const url of entities.urls ?? []) {
      const [, handle, post] = status.exec(url?.expanded_url ?? '') ?? []
      if (post === wire.id && handle !== undefined && /^\w{2,15}$/.test(handle)) return handle
    }
  }
  return undefined
}

function toMedia(wire: WireMedia | undefined): Media | undefined {
  if (wire === undefined) return undefined
  const kind = wire.type === 'photo' ? 'photo' : wire.type === 'animated_gif' ? 'gif' : 'video'
  const imageUrl = kind === 'photo' ? (wire.url ?? wire.preview_image_url) : (wire.preview_image_url ?? undefined)
  return {
    kind,
    ...(imageUrl && isWeb(imageUrl) ? { imageUrl } : {}),
    ...(wire.alt_text ? { alt: wire.alt_text.toWellFormed() } : {}),
    ...(wire.width ? { width: wire.width } : {}),
    ...(wire.height ? { height: wire.height } : {}),
    ...(wire.duration_ms ? { durationMs: wire.duration_ms } : {}),
  }
}

function toPoll(wire: WirePoll): Poll {
  const endsAt = Date.parse(wire.end_datetime ?? '')
  return {
    options: wire.options
      .toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
      .map(({ label, votes }) => ({ label: label.toWellFormed(), ...(typeof votes === 'number' ? { votes } : {}) })),
    open: wire.voting_status !== 'closed',
    ...(Number.isNaN(endsAt) ? {} : { endsAt }),
  }
}

function createdAt(wire: WirePost): number {
  const said = Date.parse(wire.created_at ?? '')
  return Number.isNaN(said) ? snowflakeMs(wire.id) : said
}

/** X's own codes: `und`, `zxx` and those that begin with `q` name no language; three are withdrawn ISO codes. */
const modern: ReadonlyMap<string, string> = new Map([
  ['in', 'id'],
  ['iw', 'he'],
  ['ji', 'yi'],
])

function language(said: string | null | undefined): string | undefined {
  if (!said || said === 'und' || said === 'zxx' || said === 'art' || /^q[a-z]{2}$/.test(said)) return undefined
  return modern.get(said) ?? said
}

/** An address of a post: whose it says the post is (`i` or `i/web`: nobody's), and its id. */
const status = /^https?:\/\/(?:www\.|mobile\.)?(?:x|twitter)\.com\/(i\/web|\w{1,30})\/status\/(\d{1,20})(?:[/?#]|$)/

/** The post that an address of X's leads to. */
function statusId(url: string): string | undefined {
  return status.exec(url)?.[2]
}
