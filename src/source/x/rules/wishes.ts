/**
 * What is wanted now and was not wanted before: for these posts X's rules are new, and take effect only some seconds later. Pure.
 */
import type { Kinds, Route } from '../../../domain/route.ts'

/** What one channel wants of an account or of a topic's posts. */
interface Wish {
  readonly kinds: Kinds | 'all'
  /** Empty: whatever a post says. */
  readonly keywords: readonly string[]
  /** Blocks and muted authors. */
  readonly without: readonly string[]
  /** Empty: all. */
  readonly languages: readonly string[]
}

/** The routes with only those accounts and topics of which more is wanted than `before`; routes without any are left out. */
export function newlyWanted(routes: readonly Route[], before: readonly Route[]): readonly Route[] {
  const accounts = new Map<string, Wish[]>()
  const topics = new Map<string, Wish[]>()
  for (const route of before) {
    const wish = wishOf(route)
    for (const { id } of route.follows) accounts.set(id, [...(accounts.get(id) ?? []), wish])
    for (const topic of route.topics) topics.set(topic, [...(topics.get(topic) ?? []), ofTopics(route)])
  }
  return routes
    .map(route => {
      const wish = wishOf(route)
      return {
        ...route,
        topics: route.topics.filter(topic => !served(ofTopics(route), topics.get(topic) ?? [])),
        follows: route.follows.filter(({ id }) => !served(wish, accounts.get(id) ?? [])),
      }
    })
    .filter(route => route.follows.length > 0 || route.topics.length > 0)
}

/** Whether the same posts are wanted, however they are spread over channels. */
export function sameWishes(a: readonly Route[], b: readonly Route[]): boolean {
  return key(a) === key(b)
}

function key(routes: readonly Route[]): string {
  const wishes = new Set<string>()
  for (const route of routes) {
    const wish = JSON.stringify(wishOf(route))
    const ofTopic = JSON.stringify(ofTopics(route))
    for (const { id } of route.follows) wishes.add(`a ${id} ${wish}`)
    for (const topic of route.topics) wishes.add(`t ${topic} ${ofTopic}`)
  }
  return [...wishes].sort().join('\n')
}

/** A channel that is read completely wants to know of everything that the followed write. */
function wishOf(route: Route): Wish {
  if (route.reading === 'complete') return { kinds: 'all', keywords: [], without: [], languages: [] }
  return { ...ofTopics(route), keywords: [...route.keywords].sort() }
}

function ofTopics({ kinds, blocks, muted, languages }: Route): Wish {
  const without = [...blocks, ...muted.map(({ id }) => `@${id}`)].sort()
  return { kinds, keywords: [], without, languages: [...languages].sort() }
}

/** Each kind with each keyword was wanted somewhere, with no more kept out of it. */
function served(wish: Wish, before: readonly Wish[]): boolean {
  const broad = before.filter(
    each =>
      each.without.every(term => wish.without.includes(term)) &&
      (each.languages.length === 0 ||
        (wish.languages.length > 0 && wish.languages.every(language => each.languages.includes(language)))),
  )
  const keywords = wish.keywords.length === 0 ? [undefined] : wish.keywords
  return kindsOf(wish).every(kind =>
    keywords.every(keyword =>
      broad.some(
        each =>
          kindsOf(each).includes(kind) &&
          (each.keywords.length === 0 || (keyword !== undefined && each.keywords.includes(keyword))),
      ),
    ),
  )
}

function kindsOf({ kinds }: Wish): readonly string[] {
  const all = ['original', 'quote', 'repost', 'thread', 'reply'] as const
  return kinds === 'all' ? all : all.filter(kind => kinds[kind])
}
