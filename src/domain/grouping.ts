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

function spelled(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  for (const name of [...url.searchParams.keys()])
    if (/^(?:utm_|fbclid$|gclid$|ref_src$)/.test(name)) url.searchParams.delete(name)
  const path = url.pathname.replace(/\/+$/, '')
  if (path === '' && url.search === '') return undefined
  return `${url.host.replace(/^www\./, '')}${path}${url.search}`
}
