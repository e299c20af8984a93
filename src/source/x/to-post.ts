/**
 * X's JSON → posts. Pure: the same bytes give the same post. Never throws on anything from outside: what is not a post is
 * a drop with a reason from the closed list.
 * A repost or quote carries the other post whole; where X could not give it, `innerMissing` says why in words.
 */
import type { DropReason } from '../../domain/drop.ts'
import type { Post, Relation } from '../../domain/post.ts'
import { Lookup, toBody } from './body.ts'
import { problemIs } from './errors.ts'
import { type Envelope, envelope, type WireError, type WirePost, wirePost } from './schema.ts'

export type Reading =
  | { readonly kind: 'post'; readonly post: Post }
  | { readonly kind: 'drop'; readonly reason: DropReason; readonly detail: string }

/** One line of the stream. */
export function toPost(line: string): Reading {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return drop('not-json', 'the line is not JSON')
  }
  const read = envelope.safeParse(json)
  if (!read.success) return drop('bad-shape', 'the line is JSON, but not an object')
  const { data, errors } = read.data
  if (data === undefined || data === null) {
    const first = errors?.find(error => error !== null)
    if (first) return drop('stream-error', streamError(first))
    return drop('unknown-message', `a message with the keys ${keysOf(json)}`)
  }
  return one(data, read.data, new Lookup(read.data.includes))
}

/** One page of a timeline or a search, in X's order (newest first). */
export function toPosts(page: Envelope): readonly Reading[] {
  const data = Array.isArray(page.data) ? page.data : []
  const lookup = new Lookup(page.includes)
  return data.map(item => one(item, page, lookup))
}

/** A stream-level error in a few words, X's own. */
export function streamError(error: WireError): string {
  const title = error.title ?? 'error'
  if (problemIs(error.type, 'operational-disconnect'))
    return `${title}: ${error.detail ?? error.disconnect_type ?? ''}`.trim()
  return [title, error.disconnect_type, error.detail].filter(part => part).join(': ')
}

function one(data: unknown, envelope: Envelope, lookup: Lookup): Reading {
  const read = wirePost.safeParse(data)
  if (!read.success) {
    const issue = read.error.issues[0]
    return drop('bad-shape', `not a post: ${issue?.path.join('.') || 'data'}: ${issue?.message ?? 'unexpected'}`)
  }
  return { kind: 'post', post: assemble(read.data, envelope, lookup) }
}

function assemble(wire: WirePost, envelope: Envelope, lookup: Lookup): Post {
  const references = (wire.referenced_tweets ?? wire.referenced_posts ?? []).filter(reference => reference !== null)
  const reposted = references.find(reference => reference.type === 'retweeted')
  const quoted = references.find(reference => reference.type === 'quoted')
  const answered = references.find(reference => reference.type === 'replied_to')
  const answeredId = wire.in_reply_to_user_id ?? (answered && lookup.post(answered.id)?.author_id)
  const toSelf = answeredId === wire.author_id
  // A reply that quotes is a quote which also says whom it answers: what it shows is the quoted post.
  const reply: Relation = toSelf ? 'thread' : 'reply'
  const relation: Relation = reposted ? 'repost' : quoted ? 'quote' : answered ? reply : 'original'

  const innerId = (reposted ?? quoted)?.id
  const innerWire = innerId === undefined ? undefined : lookup.post(innerId)
  const inner = innerWire && toBody(innerWire, lookup, { fallback: wire })
  const body = toBody(wire, lookup, inner === undefined ? {} : { quotedId: inner.version })
  const history = wire.edit_history_tweet_ids ?? wire.edit_history_post_ids ?? []
  const first = history[0] ?? wire.id
  return {
    ...body,
    text: reposted && inner ? [] : body.text,
    source: 'x',
    id: first,
    relation,
    ...(inner === undefined ? {} : { inner }),
    ...(innerId !== undefined && inner === undefined ? { innerMissing: whyMissing(innerId, envelope) } : {}),
    ...(answered === undefined ? {} : { replyTo: answeredBy(answered.id, wire, lookup) }),
    edited: first !== wire.id,
  }
}

function answeredBy(postId: string, wire: WirePost, lookup: Lookup): NonNullable<Post['replyTo']> {
  const authorId = wire.in_reply_to_user_id ?? lookup.post(postId)?.author_id
  const handle = authorId === undefined ? undefined : lookup.handle(authorId, wire)
  return { postId, ...(authorId === undefined ? {} : { authorId }), ...(handle === undefined ? {} : { handle }) }
}

/** In words for people: why the quoted or reposted post is not there. */
function whyMissing(innerId: string, envelope: Envelope): string {
  const error = envelope.errors?.find(each => each?.resource_id === innerId || String(each?.value) === innerId)
  if (!error) return 'not available'
  if (problemIs(error.type, 'not-authorized-for-resource') || /authoriz/i.test(error.title ?? '')) return 'protected'
  if (/suspended/i.test(error.detail ?? '')) return 'account suspended'
  if (/not found/i.test(error.title ?? '')) return 'deleted'
  return 'not available'
}

function keysOf(json: unknown): string {
  return typeof json === 'object' && json !== null
    ? Object.keys(json).slice(0, 8).join(', ').slice(0, 200) || '(none)'
    : '(none)'
}

function drop(reason: DropReason, detail: string): Reading {
  return { kind: 'drop', reason, detail }
}
