/** Judges posts by one route alone, as it is or as it would be: for previews, and for telling why. */
import type { Post } from '../domain/post.ts'
import type { Verdict } from '../domain/reasons.ts'
import type { Route } from '../domain/route.ts'
import { Matcher } from './match.ts'

/** Throws when one of the route's expressions is not a filter. */
export function judging(route: Route): (post: Post) => Verdict {
  const matcher = new Matcher()
  matcher.set(route)
  return post => {
    const { deliver, rejected } = matcher.match(post)
    const [wanted] = deliver
    if (wanted !== undefined) return { wanted: true, because: wanted.because }
    const [refused] = rejected
    if (refused === undefined) return { wanted: false }
    const { channel: _channel, ...refusal } = refused
    return { wanted: false, refusal }
  }
}
