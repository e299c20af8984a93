/**
 * Which channels get a post, and why or why not. Pure but for its own index: the same routes and the same post, the same answer.
 *
 * A post belongs in a channel if (its author is followed there AND (no keywords there OR one matches)) OR a topic matches, AND its
 * kind is on, AND nothing blocks it. All channels' filters are in one index; a post is folded and cut once for all of them. A route
 * is changed in place: what stayed the same in it costs a comparison.
 */
import { type Doc, languageOf, prepare } from '../domain/filter/doc.ts'
import { type Filter, type Literal, literals } from '../domain/filter/filter.ts'
import { match } from '../domain/filter/match.ts'
import { parse } from '../domain/filter/parse.ts'
import type { Post, SourceName } from '../domain/post.ts'
import type { Because, Refusal } from '../domain/reasons.ts'
import type { Route } from '../domain/route.ts'
import { KeywordIndex } from './keyword-index.ts'

export interface MatchResult {
  readonly deliver: readonly { readonly channel: string; readonly because: Because }[]
  /** Only channels that follow the author or have a topic that matches. */
  readonly rejected: readonly Rejection[]
}

export type Rejection = { readonly channel: string } & Refusal

const roles = ['keywords', 'topics', 'blocks'] as const
type Role = (typeof roles)[number]

/** One expression of one channel, as it stands in the index. */
interface Wish {
  readonly channel: Channel
  readonly role: Role
  readonly text: string
  readonly filter: Filter
  /** What it is filed under; undefined: it has to be run on every post that could concern its channel. */
  readonly filed: readonly Literal[] | undefined
  /** Place in its list: of several that match the first is named. */
  order: number
}

interface Channel {
  route: Route
  readonly wishes: Readonly<Record<Role, Map<string, Wish>>>
  /** Those of `wishes` that could not be filed. */
  readonly unfiled: Set<Wish>
}

export class Matcher {
  /** By source and channel, in the order in which they came. */
  readonly #channels = new Map<string, Channel>()
  readonly #followers = new Map<string, Set<Channel>>()
  readonly #index = new KeywordIndex<Wish>()
  readonly #unfiledTopics = new Set<Wish>()

  /**
   * Takes a route in, or what changed in it. Throws when one of its expressions is not a filter: routes hold printed filters, so a
   * broken one is our own doing.
   */
  set(route: Route): void {
    const key = keyOf(route.source, route.channel)
    const channel = this.#channels.get(key) ?? emptyChannel(route)
    // Read first, so that a broken route changes nothing.
    const wanted = roles.map(role => ({ role, wishes: wishesOf(route, role, channel) }))
    this.#channels.set(key, channel)
    this.#follow(channel, route)
    for (const { role, wishes } of wanted) {
      for (const [text, wish] of channel.wishes[role]) if (!wishes.has(text)) this.#drop(wish)
      for (const [text, wish] of wishes) if (!channel.wishes[role].has(text)) this.#add(wish)
      for (const [order, wish] of [...wishes.values()].entries()) wish.order = order
    }
    channel.route = route
  }

  /** Forgets a channel's route, at one source or at all. Nothing happens where there is none. */
  remove(channel: string, source?: SourceName): void {
    for (const [key, known] of this.#channels) {
      const { route, wishes } = known
      if (route.channel !== channel || (source !== undefined && route.source !== source)) continue
      this.#follow(known, { ...route, follows: [] })
      for (const role of roles) for (const wish of [...wishes[role].values()]) this.#drop(wish)
      this.#channels.delete(key)
    }
  }

  /** The channel's route as it stands in here; undefined where there is none. */
  route(channel: string, source: SourceName): Route | undefined {
    return this.#channels.get(keyOf(source, channel))?.route
  }

  /** For every channel that the post concerns: that it gets it, or why not. In no particular order. */
  match(post: Post): MatchResult {
    const followers = this.#followers.get(keyOf(post.source, post.author.id))
    const doc = prepare(post)
    const hits = new Map<Channel, Hits>()
    for (const channel of followers ?? []) hits.set(channel, hitOf(true))
    for (const wish of this.#unfiledTopics) note(wish, doc, hits)
    const found = this.#index.search(doc)
    for (const wish of found) if (wish.role === 'topics') note(wish, doc, hits)
    // Only now is it known which channels are concerned: the words of others need not be looked at.
    for (const wish of found) if (wish.role !== 'topics' && hits.has(wish.channel)) note(wish, doc, hits)
    return judge(doc, hits)
  }

  #follow(channel: Channel, next: Route): void {
    const before = new Set(channel.route.follows.map(({ id }) => keyOf(next.source, id)))
    const after = new Set(next.follows.map(({ id }) => keyOf(next.source, id)))
    for (const key of before) {
      if (after.has(key)) continue
      const followers = this.#followers.get(key)
      followers?.delete(channel)
      if (followers?.size === 0) this.#followers.delete(key)
    }
    for (const key of after) {
      const followers = this.#followers.get(key)
      if (followers === undefined) this.#followers.set(key, new Set([channel]))
      else followers.add(channel)
    }
  }

  #add(wish: Wish): void {
    wish.channel.wishes[wish.role].set(wish.text, wish)
    if (wish.filed !== undefined) this.#index.add(wish.filed, wish)
    else if (wish.role === 'topics') this.#unfiledTopics.add(wish)
    else wish.channel.unfiled.add(wish)
  }

  #drop(wish: Wish): void {
    wish.channel.wishes[wish.role].delete(wish.text)
    if (wish.filed !== undefined) this.#index.remove(wish.filed, wish)
    else if (wish.role === 'topics') this.#unfiledTopics.delete(wish)
    else wish.channel.unfiled.delete(wish)
  }
}

/** What a post meets in one channel: the first of each list that matches. */
interface Hits extends Record<Role, Wish | undefined> {
  readonly followed: boolean
}

function hitOf(followed: boolean): Hits {
  return { followed, keywords: undefined, topics: undefined, blocks: undefined }
}

function keyOf(source: SourceName, id: string): string {
  return `${source} ${id}`
}

function emptyChannel(route: Route): Channel {
  const wishes = { keywords: new Map<string, Wish>(), topics: new Map<string, Wish>(), blocks: new Map<string, Wish>() }
  return { route: { ...route, follows: [] }, wishes, unfiled: new Set() }
}

/** A route's list by its expressions: the wishes that the channel already has, and new ones. */
function wishesOf(route: Route, role: Role, channel: Channel): ReadonlyMap<string, Wish> {
  const wishes = new Map<string, Wish>()
  for (const text of route[role]) {
    if (wishes.has(text)) continue
    const known = channel.wishes[role].get(text)
    if (known !== undefined) {
      wishes.set(text, known)
      continue
    }
    const parsed = parse(text)
    if (!parsed.ok)
      throw new Error(`the route of ${route.channel} has an expression that is no filter: ${parsed.sentence}`)
    wishes.set(text, { channel, role, text, filter: parsed.filter, filed: literals(parsed.filter), order: 0 })
  }
  return wishes
}

/** Notes a wish that the post fulfils, if none that stands before it in its list was. */
function note(wish: Wish, doc: Doc, hits: Map<Channel, Hits>): void {
  const { channel, role } = wish
  if (channel.route.source !== doc.post.source) return
  const known = hits.get(channel)
  const before = known?.[role]
  if (before !== undefined && before.order <= wish.order) return
  if (!match(wish.filter, doc)) return
  const hit = known ?? hitOf(false)
  hit[role] = wish
  if (known === undefined) hits.set(channel, hit)
}

function judge(doc: Doc, hits: Map<Channel, Hits>): MatchResult {
  const deliver: MatchResult['deliver'][number][] = []
  const rejected: MatchResult['rejected'][number][] = []
  for (const [{ route, unfiled }, hit] of hits) {
    for (const wish of unfiled) note(wish, doc, hits)
    const because = wantedBecause(route, hit, doc.post)
    const refusal = refusalOf(route, hit, because, doc.post)
    if (refusal !== undefined) rejected.push({ channel: route.channel, ...refusal })
    else if (because !== undefined) deliver.push({ channel: route.channel, because })
  }
  return { deliver, rejected }
}

function wantedBecause(route: Route, hit: Hits, post: Post): Because | undefined {
  const accountId = post.author.id
  if (hit.followed && hit.keywords !== undefined) return { kind: 'follow', accountId, keyword: hit.keywords.text }
  if (hit.followed && route.keywords.length === 0) return { kind: 'follow', accountId }
  return hit.topics === undefined ? undefined : { kind: 'topic', topic: hit.topics.text }
}

function refusalOf(route: Route, hit: Hits, because: Because | undefined, post: Post): Refusal | undefined {
  if (route.paused) return { because: 'paused', detail: '' }
  if (because === undefined) return { because: 'no-keyword', detail: '' }
  if (!route.kinds[post.relation]) return { because: 'kind-off', detail: post.relation }
  const muted = route.muted.find(
    ({ id }) => id === post.author.id || (post.relation === 'repost' && id === post.inner?.author.id),
  )
  if (muted !== undefined) return { because: 'muted', detail: muted.id }
  if (hit.blocks !== undefined) return { because: 'blocked-word', detail: hit.blocks.text }
  const lang = route.languages.length > 0 ? languageOf(post)?.split('-')[0] : undefined
  return lang === undefined || route.languages.includes(lang) ? undefined : { because: 'language', detail: lang }
}
