/**
 * What an original, a quoted and a reposted post have in common: author, text, pictures, poll. Pure.
 * Whatever X left out of `includes` is left out here, or taken from the next best place (a mention names an author too).
 */
import type { Author, Media, Poll, PostBody } from '../../domain/post.ts'
import type { WireEntities, WireIncludes, WireMedia, WirePoll, WirePost, WireUser } from './schema.ts'
import { snowflakeMs } from './snowflake.ts'
import { isWeb, toSpans } from './spans.ts'

/** The `includes` of a line or a page, by id. Indexed on first use: most lines need two or three entries of it. */
export class Lookup {
  readonly #includes: WireIncludes | null | undefined
  #users: Map<string, WireUser> | undefined
  #posts: Map<string, WirePost> | undefined
  #media: Map<string, WireMedia> | undefined

  constructor(includes: WireIncludes | null | undefined) {
    this.#includes = includes
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

  /** An account's handle, from its user entry or from a mention of it in one of these posts. */
  handle(id: string, ...mentioning: readonly (WirePost | undefined)[]): string | undefined {
    const known = this.user(id)?.username
    if (known !== undefined) return known
    for (const post of mentioning) {
      for (const entities of [post?.entities, (post?.note_tweet ?? post?.note_post)?.entities]) {
        const mention = entities?.mentions?.find(each => each?.id === id)
        if (mention) return mention.username
      }
    }
    return undefined
  }
}

function byKey<T>(items: readonly (T | null)[] | null | undefined, key: (item: T) => string): Map<string, T> {
  return new Map((items ?? []).filter(item => item !== null).map(item => [key(item), item]))
}

export interface BodyContext {
  /** The quoted post that is shown with this one: its link at the end of the text is left out. */
  readonly quotedId?: string
  /** A post whose mentions may name the author, where `includes` does not. */
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
  const user = lookup.user(id)
  const handle = lookup.handle(id, fallback) ?? ''
  return {
    id,
    handle,
    name: (user?.name || handle).toWellFormed(),
    ...(user?.profile_image_url && isWeb(user.profile_image_url) ? { avatarUrl: user.profile_image_url } : {}),
    url: handle === '' ? `https://x.com/i/user/${id}` : `https://x.com/${handle}`,
  }
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
const modern: Readonly<Record<string, string>> = { in: 'id', iw: 'he', ji: 'yi' }

function language(said: string | null | undefined): string | undefined {
  if (!said || said === 'und' || said === 'zxx' || said === 'art' || /^q[a-z]{2}$/.test(said)) return undefined
  return modern[said] ?? said
}

/** The post that an address of X's leads to. */
function statusId(url: string): string | undefined {
  return /^https?:\/\/(?:www\.|mobile\.)?(?:x|twitter)\.com\/(?:i\/web|i|\w{1,30})\/status\/(\d{1,20})(?:[/?#]|$)/.exec(
    url,
  )?.[1]
}
