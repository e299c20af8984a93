/**
 * X's JSON objects of what is in the world, complete and in the legacy spelling (`referenced_tweets`, `note_tweet`).
 * Which fields a client gets, and in which spelling, is decided in select.ts.
 */
import type { World, WorldMedia, WorldPost, WorldUser } from '../world/world.ts'
import { followingOf } from './following.ts'
import { lifeOf } from './life.ts'
import { langOf } from './match.ts'
import { renderText } from './text.ts'

export type Json = Record<string, unknown>

/** An edit is possible for an hour after the first version (docs.x.com/x-api/activity/event-payloads), five times. */
const editWindowMs = 3_600_000
const editsMax = 5

/** Where pictures are: under the simulator's own address, or another that a test sets. */
function avatarUrl(base: string, userId: string): string {
  return `${base}/profile_images/${userId}/sim_normal.png`
}

export function mediaUrl(base: string, key: string): string {
  return `${base}/media/${key}.png`
}

/** X's time: whole seconds written with milliseconds. */
export function isoTime(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString()
}

export function userJson(world: World, user: WorldUser, base: string): Json {
  const { createdAt, posts } = lifeOf(world, user)
  return {
    id: user.id,
    name: user.name,
    username: user.handle,
    created_at: isoTime(createdAt),
    description: user.bio,
    profile_image_url: avatarUrl(base, user.id),
    protected: user.state === 'protected',
    public_metrics: {
      followers_count: user.followers,
      following_count: followingOf(world, user).length,
      tweet_count: posts,
      listed_count: 3,
    },
    verified: user.verified !== 'none',
    verified_type: user.verified,
  }
}

export function mediaJson(media: WorldMedia, base: string): Json {
  const picture = mediaUrl(base, media.key)
  const type = { photo: 'photo', video: 'video', gif: 'animated_gif' }[media.kind]
  const file = picture.replace(/\.png$/, '.mp4')
  return {
    media_key: media.key,
    type,
    width: media.width,
    height: media.height,
    ...(media.alt === undefined ? {} : { alt_text: media.alt }),
    ...(media.durationMs === undefined ? {} : { duration_ms: media.durationMs }),
    ...(media.kind === 'photo'
      ? { url: picture }
      : { preview_image_url: picture, variants: [{ content_type: 'video/mp4', url: file, bit_rate: 832_000 }] }),
  }
}

export function pollJson(post: WorldPost): Json | undefined {
  if (post.poll === undefined) return undefined
  const { id, options, durationMinutes } = post.poll
  return {
    id,
    options: options.map(({ label, votes }, i) => ({ position: i + 1, label, votes })),
    duration_minutes: durationMinutes,
    end_datetime: isoTime(post.createdAt + durationMinutes * 60_000),
    voting_status: 'open',
  }
}

/** What the post points at: the answered post first, then the inner one. */
export function references(post: WorldPost): { type: 'replied_to' | 'quoted' | 'retweeted'; id: string }[] {
  const inner = post.innerId
  return [
    ...(post.replyTo === undefined ? [] : [{ type: 'replied_to' as const, id: post.replyTo.postId }]),
    ...(inner === undefined
      ? []
      : [{ type: post.kind === 'repost' ? ('retweeted' as const) : ('quoted' as const), id: inner }]),
  ]
}

export function postJson(world: World, post: WorldPost): Json {
  const { text, entities, displayRange, note } = renderText(world, post)
  const referenced = references(post)
  const first = world.lookupEver(post.history[0] ?? post.id) ?? post
  const editable = post.kind !== 'reply' && post.kind !== 'repost' && post.poll === undefined
  const attachments = {
    ...(post.media.length === 0 ? {} : { media_keys: post.media.map(({ key }) => key) }),
    ...(post.poll === undefined ? {} : { poll_ids: [post.poll.id] }),
  }
  return {
    id: post.id,
    text,
    edit_history_tweet_ids: post.history,
    author_id: post.authorId,
    created_at: isoTime(post.createdAt),
    conversation_id: post.conversationId,
    lang: langOf(world, post),
    possibly_sensitive: post.sensitive,
    reply_settings: 'everyone',
    display_text_range: displayRange,
    public_metrics: {
      retweet_count: 0,
      reply_count: 0,
      like_count: 0,
      quote_count: 0,
      bookmark_count: 0,
      impression_count: 0,
    },
    edit_controls: {
      edits_remaining: editsMax - (post.history.length - 1),
      is_edit_eligible: editable,
      editable_until: isoTime(first.createdAt + editWindowMs),
    },
    ...(entities === undefined ? {} : { entities }),
    ...(note === undefined ? {} : { note_tweet: note }),
    ...(referenced.length === 0 ? {} : { referenced_tweets: referenced }),
    ...(post.replyTo === undefined ? {} : { in_reply_to_user_id: post.replyTo.authorId }),
    ...(Object.keys(attachments).length === 0 ? {} : { attachments }),
  }
}
