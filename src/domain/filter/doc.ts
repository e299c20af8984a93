/**
 * A post made ready for filters: its own text and that of the quoted or reposted post, folded and cut into tokens once, however
 * many filters then look at it. Links are left out of the words: on the network the text has a shortener's address there, and
 * `url:` is what looks at links.
 */
import type { Post, PostBody } from '../post.ts'
import { Tokens } from './text.ts'

export interface DocBody {
  readonly where: 'post' | 'inner'
  readonly body: PostBody
  /** Places in it are places in `plainText(body)`. */
  readonly tokens: Tokens
}

export interface Doc {
  readonly post: Post
  /** The post, then the quoted or reposted one if it is there. */
  readonly bodies: readonly DocBody[]
}

export function prepare(post: Post): Doc {
  const own: DocBody = { where: 'post', body: post, tokens: new Tokens(searchable(post)) }
  if (post.inner === undefined) return { post, bodies: [own] }
  return { post, bodies: [own, { where: 'inner', body: post.inner, tokens: new Tokens(searchable(post.inner)) }] }
}

/** The shown text with blanks in place of links, so that places stay true. */
function searchable(body: PostBody): string {
  return body.text.map(span => (span.kind === 'link' ? ' '.repeat(span.text.length) : span.text)).join('')
}

const nameless = /^(und|zxx|art|q[a-t][a-z])$/

/**
 * The language of a post's words, lower-case BCP 47; undefined when there is none to speak of: not known, or a code for posts of
 * tags, mentions, links or pictures only (docs.x.com: `und`, `zxx`, `art`, `qam`, `qht`, …). A repost speaks the language of what it reposts.
 */
export function languageOf(post: Post): string | undefined {
  const lang = (post.lang ?? (post.relation === 'repost' ? post.inner?.lang : undefined))?.toLowerCase()
  return lang === undefined || nameless.test(lang) ? undefined : lang
}
