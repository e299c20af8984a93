/**
 * What is wanted now and was not wanted before: for these posts X's rules are new, and take effect only some seconds later. Pure.
 */
import type { Route } from '../../../domain/route.ts'

/** The routes with only those accounts and topics of which more is wanted than `before`; routes without any are left out. */
export function newlyWanted(routes: readonly Route[], before: readonly Route[]): readonly Route[] {
  const accounts = new Set(before.flatMap(accountWishes))
  const topics = new Set(before.flatMap(route => route.topics))
  return routes
    .map(route => ({
      ...route,
      topics: route.topics.filter(topic => !topics.has(topic)),
      follows: route.follows.filter(
        ({ id }) => !accounts.has(id) && wishesOf(route, id).some(wish => !accounts.has(wish)),
      ),
    }))
    .filter(route => route.follows.length > 0 || route.topics.length > 0)
}

/** Whether the same posts are wanted, however they are spread over channels. */
export function sameWishes(a: readonly Route[], b: readonly Route[]): boolean {
  return key(a) === key(b)
}

function key(routes: readonly Route[]): string {
  const wishes = new Set(routes.flatMap(route => [...accountWishes(route), ...route.topics.map(topic => `t ${topic}`)]))
  return [...wishes].sort().join('\n')
}

function accountWishes(route: Route): readonly string[] {
  return route.follows.flatMap(({ id }) => wishesOf(route, id))
}

/** The bare id stands for all posts of an account. */
function wishesOf(route: Route, id: string): readonly string[] {
  return route.keywords.length === 0 ? [id] : route.keywords.map(keyword => `${id} ${keyword}`)
}
