/**
 * A post with everything its request asked for around it: `data`, `includes`, and `errors` for what could not be
 * included (a suspended person, a protected or deleted post), which X sends next to good data.
 * Used for a line of the stream and for a page of posts alike.
 */
import type { World, WorldPost } from '../world/world.ts'
import { allSpans } from './match.ts'
import { type Json, mediaJson, pollJson, postJson, references, userJson } from './objects.ts'
import { partialError } from './problems.ts'
import type { Selection } from './select.ts'

export interface Envelope {
  readonly data: readonly Json[]
  /** Absent when nothing was expanded. */
  readonly includes?: Json
  readonly errors?: readonly Json[]
  /** What the answer holds beyond `data`, for the bill. */
  readonly read: { readonly posts: readonly string[]; readonly users: readonly string[] }
}

/** Who may be shown to an app without a user: nobody's private or suspended things. */
function hidden(world: World, authorId: string): 'protected' | 'suspended' | undefined {
  const state = world.user(authorId)?.state
  return state === 'active' ? undefined : state
}

class Collector {
  readonly users = new Map<string, Json>()
  readonly posts = new Map<string, Json>()
  readonly media = new Map<string, Json>()
  readonly polls = new Map<string, Json>()
  readonly errors = new Map<string, Json>()
  readonly #world: World
  readonly #selection: Selection
  readonly #base: string

  constructor(world: World, selection: Selection, base: string) {
    this.#world = world
    this.#selection = selection
    this.#base = base
  }

  user(id: string, parameter: string): void {
    const user = this.#world.user(id)
    if (user === undefined || user.state === 'suspended') {
      const value = user?.handle ?? id
      const reason = user === undefined ? 'missing' : 'suspended'
      this.errors.set(`user ${value}`, partialError(reason, { kind: 'user', parameter, value, inIncludes: true }))
    } else this.users.set(id, this.#selection.user(userJson(this.#world, user, this.#base)))
  }

  /** Everything that the expansions bring in for one post. */
  around(post: WorldPost): void {
    const wants = (name: string) => this.#selection.expansions.has(name)
    if (wants('author_id')) this.user(post.authorId, 'author_id')
    if (wants('in_reply_to_user_id') && post.replyTo !== undefined)
      this.user(post.replyTo.authorId, 'in_reply_to_user_id')
    if (wants('entities.mentions.username')) {
      for (const span of allSpans(this.#world, post)) {
        if (span.kind === 'mention') this.user(span.userId, 'entities.mentions.username')
      }
    }
    if (wants('attachments.media_keys')) this.#addMedia(post)
    const poll = pollJson(post)
    if (wants('attachments.poll_ids') && poll !== undefined)
      this.polls.set(String(poll['id']), this.#selection.poll(poll))
    if (wants('edit_history_tweet_ids')) {
      for (const id of post.history) {
        const version = this.#world.lookup(id)
        if (version !== undefined && id !== post.id) this.#addPost(version)
      }
    }
    for (const { id } of references(post)) this.#reference(id, wants)
  }

  #reference(id: string, wants: (name: string) => boolean): void {
    // The longer expansions work only through the post itself, which X then includes as well.
    const names = [
      'referenced_tweets.id',
      'referenced_tweets.id.author_id',
      'referenced_tweets.id.attachments.media_keys',
    ]
    if (!names.some(wants)) return
    const inner = this.#world.lookup(id)
    const reason = inner === undefined ? 'missing' : hidden(this.#world, inner.authorId)
    if (inner === undefined || reason !== undefined) {
      const why = reason === 'missing' ? 'missing' : 'protected'
      const what = { kind: 'tweet', parameter: 'referenced_tweets.id', value: id, inIncludes: true } as const
      this.errors.set(`post ${id}`, partialError(why, what))
      return
    }
    this.#addPost(inner)
    if (wants('referenced_tweets.id.author_id')) this.user(inner.authorId, 'referenced_tweets.id.author_id')
    if (wants('referenced_tweets.id.attachments.media_keys')) this.#addMedia(inner)
  }

  #addPost(post: WorldPost): void {
    this.posts.set(post.id, this.#selection.post(postJson(this.#world, post)))
  }

  #addMedia(post: WorldPost): void {
    for (const media of post.media) this.media.set(media.key, this.#selection.media(mediaJson(media, this.#base)))
  }
}

export function envelop(world: World, posts: readonly WorldPost[], selection: Selection, base: string): Envelope {
  const collector = new Collector(world, selection, base)
  for (const post of posts) collector.around(post)
  const lists = [
    ['users', collector.users],
    ['tweets', collector.posts],
    ['media', collector.media],
    ['polls', collector.polls],
  ] as const
  const includes = Object.fromEntries(
    lists.filter(([, map]) => map.size > 0).map(([name, map]) => [name, [...map.values()]]),
  )
  const errors = [...collector.errors.values()]
  return {
    data: posts.map(post => selection.post(postJson(world, post))),
    ...(Object.keys(includes).length === 0 ? {} : { includes }),
    ...(errors.length === 0 ? {} : { errors }),
    read: {
      posts: [...posts.map(post => post.id), ...collector.posts.keys()],
      users: [...collector.users.keys()],
    },
  }
}
