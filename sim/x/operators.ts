/**
 * X's operators: which exist where, and which values they take (docs.x.com/x-api/posts/filtered-stream/integrate/operators).
 * It only judges; what an operator matches is in match.ts.
 */
import type { Product } from './grammar.ts'

const handleOrId = /^@?(?:[A-Za-z0-9_]{1,15}|[0-9]{1,19})$/
const id = /^[0-9]{1,19}$/
const anything = /./s
const count = /^[0-9]+(?:\.\.[0-9]+)?$/

/** Values by operator, for those that take an open set of values. */
const operators: Readonly<Record<string, RegExp>> = {
  from: handleOrId,
  to: handleOrId,
  retweets_of: handleOrId,
  url: anything,
  url_title: anything,
  url_description: anything,
  url_contains: anything,
  source: anything,
  in_reply_to_tweet_id: id,
  retweets_of_tweet_id: id,
  conversation_id: id,
  followers_count: count,
  following_count: count,
  tweets_count: count,
  listed_count: count,
  min_followers: count,
  context: anything,
  entity: anything,
  place: anything,
  place_country: /^[A-Za-z]{2}$/,
  point_radius: /^\[.*\]$/,
  bounding_box: /^\[.*\]$/,
  lang: /^[A-Za-z]{2,3}(?:-[A-Za-z]+)?$/,
  bio: anything,
  bio_name: anything,
  bio_location: anything,
  sample: /^(?:[1-9][0-9]?|100)$/,
}

/** Operators whose value is one of a few names. */
const named: Readonly<Record<string, readonly string[]>> = {
  is: ['retweet', 'reply', 'quote', 'verified', 'nullcast'],
  has: ['hashtags', 'cashtags', 'links', 'mentions', 'media', 'images', 'video_link', 'videos', 'geo'],
}

/** Real operators that a self-serve app does not get. */
const elsewhere = new Set(['embedding', 'embedding_threshold', 'filter', 'from_affiliate_of', 'to_affiliate_of'])
const streamOnly = new Set(['sample', 'bio', 'bio_name', 'bio_location'])

/** X's complaints about this use of an operator; none when it is fine. */
export function checkOperator(name: string, value: string, at: number, product: Product): string[] {
  const unavailable = (what: string) => [
    `Reference to invalid operator '${what}'. Operator is not available in current product or product packaging. (at position ${at})`,
  ]
  const values = named[name]
  if (values !== undefined) return values.includes(value.toLowerCase()) ? [] : unavailable(`${name}:${value}`)
  if (elsewhere.has(name) || (product === 'search' && streamOnly.has(name))) return unavailable(name)
  const pattern = operators[name]
  if (pattern === undefined) {
    return [
      `Reference to invalid operator '${name}' (at position ${at}).`,
      `Reference to invalid field '${name}' (at position ${at}).`,
    ]
  }
  return pattern.test(value) ? [] : [`no viable alternative at input '${name}:${value}' (at position ${at})`]
}
