/**
 * A small world that is the same for the same seed: the people of an invented physics group, what they wrote, and what is
 * true about it. Simulators show it in a network's own JSON; tests ask it what should have arrived. It knows nothing of
 * networks, HTTP or Birdwire. A write whose time the caller sets may be in the past; ids sort by time all the same.
 */
import { type Draft, shownText, type WorldPost, type WorldSpan, type WorldUser } from './model.ts'
import { createPeople } from './people.ts'
import { createRandom, type Random } from './random.ts'
import { compareIds, snowflake } from './snowflake.ts'
import { toSpans, weightedLength } from './spans.ts'
import { writeDraft } from './writer.ts'

export * from './model.ts'
export { compareIds, snowflake, snowflakeTime } from './snowflake.ts'

export interface WorldOptions {
  /** Default 1. */
  readonly seed?: number | string
  /**
   * Epoch ms, or a clock. A number makes a world with its own time, which each post moves on by one second: then even ids
   * repeat from run to run. Default: the machine's clock.
   */
  readonly now?: number | (() => number)
  /** 70 people instead of 40. Default false. */
  readonly neighbours?: boolean
}

export class World {
  readonly #random: Random
  readonly #clock: (() => number) | undefined
  #ownTime = 0
  readonly #users: Map<string, WorldUser>
  readonly #posts = new Map<string, WorldPost>()
  /** All of `#posts`, by id. */
  readonly #ordered: WorldPost[] = []
  readonly #removed = new Set<string>()
  readonly #sequence = new Map<number, number>()
  #things = 0

  constructor(options: WorldOptions = {}) {
    this.#random = createRandom(`world:${options.seed ?? 1}`)
    if (typeof options.now === 'number') this.#ownTime = options.now
    else this.#clock = options.now ?? Date.now
    this.#users = new Map(createPeople(options.neighbours ?? false).map(user => [user.id, user]))
  }

  /** Epoch ms, as this world sees it. */
  now(): number {
    return this.#clock?.() ?? this.#ownTime
  }

  /** Moves a world's own time. Throws for a world that lives by a clock. */
  advance(ms: number): void {
    if (this.#clock !== undefined) throw new Error('this world lives by a clock')
    this.#ownTime += ms
  }

  /** Everyone, in a fixed order. */
  users(): readonly WorldUser[] {
    return [...this.#users.values()]
  }

  /** By id, or by handle in any letter case; undefined when there is nobody. */
  user(idOrHandle: string): WorldUser | undefined {
    const handle = idOrHandle.toLowerCase()
    return this.#users.get(idOrHandle) ?? this.users().find(user => user.handle.toLowerCase() === handle)
  }

  /** Like `user`, for callers who know that the person exists. Throws when not. */
  someone(idOrHandle: string): WorldUser {
    const user = this.user(idOrHandle)
    if (user === undefined) throw new Error(`nobody here is called ${idOrHandle}`)
    return user
  }

  /** The account keeps its id and its posts; the old handle is nobody's afterwards. */
  rename(idOrHandle: string, handle: string, name?: string): void {
    const user = this.someone(idOrHandle)
    if (this.user(handle) !== undefined) throw new Error(`${handle} is taken`)
    user.handle = handle
    if (name !== undefined) user.name = name
  }

  setState(idOrHandle: string, state: WorldUser['state']): void {
    this.someone(idOrHandle).state = state
  }

  /** A version by its id; undefined when it never existed or was removed. */
  lookup(id: string): WorldPost | undefined {
    return this.#removed.has(id) ? undefined : this.#posts.get(id)
  }

  /** A version by its id, even a removed one; undefined when it never existed. */
  lookupEver(id: string): WorldPost | undefined {
    return this.#posts.get(id)
  }

  /** Everything written and not removed, every version, oldest first. */
  posts(): readonly WorldPost[] {
    return this.#ordered.filter(post => !this.#removed.has(post.id))
  }

  /** The newest posts that were not removed, at most so many, oldest first. */
  recent(count: number): readonly WorldPost[] {
    return this.#ordered.slice(-count).filter(post => !this.#removed.has(post.id))
  }

  /** What one person wrote, newest first; of an edited post only the latest version, as X shows it. */
  timeline(userId: string): readonly WorldPost[] {
    const own = this.posts().filter(post => post.authorId === userId)
    const latest = new Map(own.map(post => [post.history[0], post]))
    return [...latest.values()].sort((a, b) => compareIds(b.id, a.id))
  }

  /** Deletes a post with all its versions. */
  remove(id: string): void {
    const identity = this.#posts.get(id)?.history[0]
    for (const post of this.#posts.values()) if (post.history[0] === identity) this.#removed.add(post.id)
  }

  /** Writes the next post of the world's own life: some person, some kind, some text. `at` as in `Draft`. */
  next(at?: number): WorldPost {
    const draft = writeDraft(this, this.#random)
    return this.post(at === undefined ? draft : { ...draft, at })
  }

  /** Writes this post. Throws when the draft contradicts the world (unknown author, quote of nothing). */
  post(draft: Draft): WorldPost {
    if (this.#clock === undefined && draft.at === undefined) this.#ownTime += 1000
    const at = draft.at ?? this.now()
    const author = this.someone(draft.author)
    const before = draft.editOf === undefined ? undefined : this.#existing(draft.editOf)
    if (before !== undefined && before.authorId !== author.id) throw new Error('only the author edits a post')
    const inner = draft.repost ?? draft.quote ?? before?.innerId
    const answered = draft.replyTo === undefined ? undefined : this.#existing(draft.replyTo)
    const replyTo = answered === undefined ? before?.replyTo : { postId: answered.id, authorId: answered.authorId }
    const kind = before?.kind ?? this.#kind(draft, answered?.authorId === author.id)
    if (inner !== undefined) this.#existing(inner)
    const spans = toSpans(draft.text ?? '', handle => this.user(handle)?.id)
    const id = this.#newId(at)
    const post: WorldPost = {
      id,
      history: [...(before?.history ?? []), id],
      authorId: author.id,
      createdAt: Math.floor(at / 1000) * 1000,
      kind,
      spans,
      media: draft.media === undefined ? (before?.media ?? []) : draft.media.map(media => this.#media(media)),
      ...(draft.poll === undefined ? {} : { poll: this.#poll(draft.poll) }),
      ...(inner === undefined ? {} : { innerId: inner }),
      ...(replyTo === undefined ? {} : { replyTo }),
      conversationId: answered?.conversationId ?? before?.conversationId ?? id,
      lang: draft.lang ?? before?.lang ?? guessLang(spans, author.lang),
      sensitive: draft.sensitive ?? false,
      long: weightedLength(spans) > 280,
    }
    this.#posts.set(id, post)
    this.#insert(post)
    return post
  }

  /** The text to search or to compare: the post's own and, for quotes and reposts, the inner post's. */
  wholeText(post: WorldPost): string {
    const inner = post.innerId === undefined ? undefined : this.lookup(post.innerId)
    return [shownText(post), ...(inner === undefined ? [] : [shownText(inner)])].filter(text => text !== '').join('\n')
  }

  #insert(post: WorldPost): void {
    let place = this.#ordered.length
    while (place > 0 && compareIds(this.#ordered[place - 1]?.id ?? '', post.id) > 0) place--
    this.#ordered.splice(place, 0, post)
  }

  #existing(id: string): WorldPost {
    const post = this.lookup(id)
    if (post === undefined) throw new Error(`there is no post ${id}`)
    return post
  }

  #kind(draft: Draft, toOneself: boolean): WorldPost['kind'] {
    if (draft.repost !== undefined) return 'repost'
    if (draft.replyTo !== undefined) return toOneself ? 'thread' : 'reply'
    return draft.quote === undefined ? 'original' : 'quote'
  }

  #newId(at: number): string {
    const ms = Math.floor(at)
    const sequence = this.#sequence.get(ms) ?? 0
    this.#sequence.set(ms, sequence + 1)
    return snowflake(ms, sequence)
  }

  #thingId(): string {
    this.#things++
    return (1_991_500_000_000_000_000n + BigInt(this.#things)).toString()
  }

  #media({ kind, alt }: NonNullable<Draft['media']>[number]): WorldPost['media'][number] {
    const prefix = { photo: '3', video: '7', gif: '16' }[kind]
    const described = alt === undefined ? {} : { alt }
    const moving = kind === 'video' ? { durationMs: 31_400 } : {}
    return { key: `${prefix}_${this.#thingId()}`, kind, width: 1200, height: 675, ...described, ...moving }
  }

  #poll(labels: readonly string[]): NonNullable<WorldPost['poll']> {
    return { id: this.#thingId(), options: labels.map(label => ({ label, votes: 0 })), durationMinutes: 1440 }
  }
}

/** X's `lang` for what was written: none for bare links and emoji, the writer's language where the script agrees. */
function guessLang(spans: readonly WorldSpan[], writers: string): string {
  const text = spans.flatMap(span => (span.kind === 'text' ? [span.text] : [])).join('')
  if (!/\p{L}/u.test(text)) return text === '' ? 'zxx' : 'qme'
  return /^[\p{ASCII}\p{P}\p{S}\p{M}\p{N}]*$/u.test(text) ? 'en' : writers
}

export function createWorld(options: WorldOptions = {}): World {
  return new World(options)
}
