/**
 * X's JSON → posts. Pure: the same bytes give the same post. Never throws on anything from outside: what is not a post is
 * a drop with a reason from the closed list.
 * Names of authors come from X's own `includes`, or from who is known besides.
 * A repost or quote carries the other post whole; where X could not give it, `innerMissing` says why in words.
 */
import type { DropReason } from '../../domain/drop.ts'
import type { Post, Relation } from '../../domain/post.ts'
import { type Known, Lookup, toBody } from './body.ts'
import { problemIs } from './errors.ts'
import { type Envelope, envelope, type WireError, type WirePost, wirePost } from './schema.ts'

export type Reading =
  | { readonly kind: 'post'; readonly post: Post }
  | { readonly kind: 'drop'; readonly reason: DropReason; readonly detail: string }

export interface ReadOptions {
  /** Who is known without X naming them again. */
  readonly known?: Known
  /** `none`: quoted and reposted posts were not asked for. Default `whole`. */
  readonly quoted?: 'whole' | 'none'
}

/** A post of X's that is well formed, with everything that came with it. */
export interface Parsed {
  readonly kind: 'parsed'
  readonly wire: WirePost
  readonly envelope: Envelope
  readonly lookup: Lookup
}

/** Not a post. `envelope` is there where the line could be read that far. */
export interface Failed {
  readonly kind: 'failed'
  readonly drop: Reading & { readonly kind: 'drop' }
  readonly envelope?: Envelope
}

/** One line of the stream. */
export function toPost(line: string, options: ReadOptions = {}): Reading {
  return finish(parseLine(line, options.known), options)
}

/** The first half of `toPost`: after it is known whose names are needed. */
export function parseLine(line: string, known?: Known): Parsed | Failed {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return failed('not-json', 'the line is not JSON')
  }
  const read = envelope.safeParse(json)
  if (!read.success) return failed('bad-shape', 'the line is JSON, but not an object')
  const { data, errors } = read.data
  if (data === undefined || data === null) {
    const first = errors?.find(error => error !== null)
    if (first) return failed('stream-error', streamError(first), read.data)
    return failed('unknown-message', `a message with the keys ${keysOf(json)}`, read.data)
  }
  return parse(data, read.data, new Lookup(read.data.includes, known))
}

/** As `parseLine`, for a page. */
export function parsePage(page: Envelope, known?: Known): readonly (Parsed | Failed)[] {
  const data = Array.isArray(page.data) ? page.data : []
  const lookup = new Lookup(page.includes, known)
  return data.map(item => parse(item, page, lookup))
}

/** The second half of `toPost`. */
export function finish(parsed: Parsed | Failed, { quoted = 'whole' }: ReadOptions = {}): Reading {
  return parsed.kind === 'failed' ? parsed.drop : { kind: 'post', post: assemble(parsed, quoted) }
}

/** The ids of those whose names are shown with this post: its author, and the quoted or reposted one's. */
export function authorsOf({ wire, lookup }: Parsed): readonly string[] {
  const innerId = innerOf(wire)?.id
  const inner = innerId === undefined ? undefined : lookup.post(innerId)
  return inner === undefined || inner.author_id === wire.author_id
    ? [wire.author_id]
    : [wire.author_id, inner.author_id]
}

/** A stream-level error in a few words, X's own. */
function streamError(error: WireError): string {
  const title = error.title ?? 'error'
  if (problemIs(error.type, 'operational-disconnect'))
    return `${title}: ${error.detail ?? error.disconnect_type ?? ''}`.trim()
  return [title, error.disconnect_type, error.detail].filter(part => part).join(': ')
}

function parse(data: unknown, envelope: Envelope, lookup: Lookup): Parsed | Failed {
  const read = wirePost.safeParse(data)
  if (read.success) return { kind: 'parsed', wire: read.data, envelope, lookup }
  const issue = read.error.issues[0]
  const detail = `not a post: ${issue?.path.join('.') || 'data'}: ${issue?.message ?? 'unexpected'}`
  return failed('bad-shape', detail, envelope)
}

type References = readonly { readonly type: string; readonly id: string }[]

function referencesOf(wire: WirePost): References {
  return (wire.referenced_tweets ?? wire.referenced_posts ?? []).filter(reference => reference !== null)
}

/** What a post shows besides itself. A reply that quotes is a quote which also says whom it answers: what it shows is the quoted post. */
function innerOf(wire: WirePost): References[number] | undefined {
  const references = referencesOf(wire)
  return (
    references.find(reference => reference.type === 'retweeted') ??
    references.find(reference => reference.type === 'quoted')
  )
}

function assemble({ wire, envelope, lookup }: Parsed, asked: 'whole' | 'none'): Post {
  const shown = innerOf(wire)
  const answered = referencesOf(wire).find(reference => reference.type === 'replied_to')
  const answeredId = wire.in_reply_to_user_id ?? (answered && lookup.post(answered.id)?.author_id)
  const reply: Relation = answeredId === wire.author_id ? 'thread' : 'reply'
  const relation: Relation =
    shown === undefined ? (answered ? reply : 'original') : shown.type === 'retweeted' ? 'repost' : 'quote'

  const innerId = shown?.id
  const innerWire = innerId === undefined ? undefined : lookup.post(innerId)
  const inner = innerWire && toBody(innerWire, lookup, { fallback: wire })
  const body = toBody(wire, lookup, inner === undefined ? {} : { quotedId: inner.version })
  const history = wire.edit_history_tweet_ids ?? wire.edit_history_post_ids ?? []
  const first = history[0] ?? wire.id
  return {
    ...body,
    text: relation === 'repost' && inner ? [] : body.text,
    source: 'x',
    id: first,
    relation,
    ...(inner === undefined ? {} : { inner }),
    ...(innerId !== undefined && inner === undefined
      ? { innerMissing: asked === 'none' ? notBought : whyMissing(innerId, envelope) }
      : {}),
    ...(answered === undefined ? {} : { replyTo: answeredBy(answered.id, wire, lookup) }),
    edited: first !== wire.id,
  }
}

/** In words for people, after "cannot be shown: ". */
const notBought = 'quoted and reposted posts are not read here (X_QUOTED=none)'

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

/** Of X's own words about what is no post; they may be as long as a line. */
const detailCharsMax = 500

function failed(reason: DropReason, detail: string, envelope?: Envelope): Failed {
  return {
    kind: 'failed',
    drop: { kind: 'drop', reason, detail: detail.slice(0, detailCharsMax) },
    ...(envelope === undefined ? {} : { envelope }),
  }
}
