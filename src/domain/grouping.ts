/**
 * Where a post goes in a channel beside what the channel has been shown: as a message of its own, under another one, or named in another
 * one. Pure; what has been shown, the store knows.
 */
import type { Post } from './post.ts'
import type { Route } from './route.ts'

/** The first of these that fits, in this order; where none does, the post is a message of its own. */
export interface Grouping {
  /** Id of the post whose message names this one (a repost of it), where the channel has such a message. */
  readonly joins?: string
  /** Id of the post under whose message this one goes: what it continues, or what it quotes. */
  readonly under?: string
  /** Links in it: under the first message of the last week that had one of them. Its own message is the first for the others. */
  readonly links: readonly string[]
}

/** Undefined when nothing in the post or in the channel's settings puts it anywhere else. */
export function groupingOf(post: Post, { together, links }: Pick<Route, 'together' | 'links'>): Grouping | undefined {
  const found = {
    ...(together && post.relation === 'repost' && post.inner !== undefined ? { joins: post.inner.version } : {}),
    ...underOf(post, together),
    links: links === 'thread' ? linksOf(post) : [],
  }
  return found.joins === undefined && found.under === undefined && found.links.length === 0 ? undefined : found
}

function underOf(post: Post, together: boolean): Pick<Grouping, 'under'> {
  if (post.relation === 'thread' && post.replyTo !== undefined) return { under: post.replyTo.postId }
  if (together && post.relation === 'quote' && post.inner !== undefined) return { under: post.inner.version }
  return {}
}

/** Addresses in the post and in what it reposts, each in one spelling; a home page says too little to be the same thing. */
function linksOf({ text, inner, relation }: Post): readonly string[] {
  const spans = relation === 'repost' && inner !== undefined ? inner.text : text
  return [
    ...new Set(spans.flatMap(span => (span.kind === 'link' ? (spelled(span.expandedUrl ?? span.url) ?? []) : []))),
  ]
}

/** Parameters that only say how somebody came to the page: of campaigns and click counters everywhere, and of a few sites' share buttons. */
const trails = /^(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|ref_src|ref_url)$/
const trailsOf: Readonly<Record<string, readonly string[]>> = {
  'x.com': ['s', 't'],
  'youtube.com': ['si', 'feature', 'pp'],
  'youtu.be': ['si', 'feature'],
  'open.spotify.com': ['si'],
}

/**
 * One spelling for the addresses of one page, and undefined for a home page. What follows `#` is the page where it is an address itself (`#/…`,
 * `#!…`: applications that run in the browser); else it is a place in the page, and who shares two places shares the page twice.
 */
function spelled(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, host: named, pathname, searchParams, hash } = new URL(address)
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  const short = named.replace(/^(?:(?:www|m|mobile)\.)+(?=[^.]+\.)/, '')
  const host = short === 'twitter.com' ? 'x.com' : short
  for (const name of [...searchParams.keys()])
    if (trails.test(name) || trailsOf[host]?.includes(name) === true) searchParams.delete(name)
  searchParams.sort()
  const search = searchParams.size === 0 ? '' : `?${searchParams}`
  const within = /^#(?:\/|!\/?)[^/]/.test(hash) ? hash.replace(/\/+$/, '') : ''
  const rest = `${pathname.replace(/\/+$/, '')}${search}${within}`
  return rest === '' ? undefined : `${host}${rest}`
}
