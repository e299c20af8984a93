/**
 * Which rules a post matches, as X does it: whole tokens, quoted and reposted content searched along with the post's
 * own, `is:reply` true also for a quote or repost of a reply (docs.x.com/x-api/posts/filtered-stream/integrate/operators).
 * Recent search differs in two ways: accents do not count, and quoted content is not searched.
 */
import { createRandom } from '../world/random.ts'
import type { World, WorldPost, WorldSpan, WorldUser } from '../world/world.ts'
import type { Product, RuleNode } from './grammar.ts'
import { containsNear, containsRun, tokenize } from './tokens.ts'

/** One text with its entities: the post's own or the inner post's. */
interface Content {
  readonly post: WorldPost
  readonly spans: readonly WorldSpan[]
  readonly tokens: readonly string[]
}

/** A post prepared for matching many rules. */
export interface Subject {
  readonly post: WorldPost
  readonly author: WorldUser
  readonly answered: WorldUser | undefined
  readonly inner: WorldPost | undefined
  readonly innerAuthor: WorldUser | undefined
  readonly contents: readonly Content[]
  readonly lang: string
  readonly folded: boolean
}

export function prepare(world: World, post: WorldPost, product: Product): Subject {
  const folded = product === 'search'
  const inner = post.innerId === undefined ? undefined : world.lookup(post.innerId)
  const searched = inner !== undefined && (post.kind === 'repost' || product === 'stream') ? [post, inner] : [post]
  return {
    post,
    author: world.someone(post.authorId),
    answered: post.replyTo === undefined ? undefined : world.user(post.replyTo.authorId),
    inner,
    innerAuthor: inner === undefined ? undefined : world.user(inner.authorId),
    contents: searched.map(part => content(world, part, folded)),
    lang: langOf(world, post),
    folded,
  }
}

function content(world: World, post: WorldPost, folded: boolean): Content {
  const spans = allSpans(world, post)
  // Links break the text: the random letters of a short address are not words.
  const text = spans.map(span => (span.kind === 'text' ? span.text : span.kind === 'link' ? ' ' : ` ${wordOf(span)} `))
  return { post, spans, tokens: tokenize(text.join(''), folded) }
}

/** What X has in the text: a reply to somebody else starts with that person's `@handle`. */
export function allSpans(world: World, post: WorldPost): readonly WorldSpan[] {
  if (post.kind !== 'reply' || post.replyTo === undefined) return post.spans
  const { handle, id } = world.someone(post.replyTo.authorId)
  return [{ kind: 'mention', handle, userId: id }, { kind: 'text', text: ' ' }, ...post.spans]
}

/** A repost has no text of its own: X gives it the language of what it repeats. */
export function langOf(world: World, post: WorldPost): string {
  const inner = post.kind === 'repost' && post.innerId !== undefined ? world.lookupEver(post.innerId) : undefined
  return inner?.lang ?? post.lang
}

function wordOf(span: Exclude<WorldSpan, { kind: 'text' | 'link' }>): string {
  return span.kind === 'mention' ? span.handle : span.tag
}

export function matches(tree: RuleNode, subject: Subject): boolean {
  switch (tree.kind) {
    case 'and':
      return tree.children.every(child => matches(child, subject))
    case 'or':
      return tree.children.some(child => matches(child, subject))
    case 'not':
      return !matches(tree.child, subject)
    case 'word':
    case 'emoji':
      return subject.contents.some(({ tokens }) => containsRun(tokens, tokenize(tree.text, subject.folded)))
    case 'phrase': {
      const run = tokenize(tree.text, subject.folded)
      const { within } = tree
      return subject.contents.some(({ tokens }) =>
        within === undefined ? containsRun(tokens, run) : containsNear(tokens, run, within),
      )
    }
    case 'hashtag':
    case 'cashtag':
    case 'mention':
      return someSpan(subject, span => span.kind === tree.kind && same(wordOf(span), tree.text))
    case 'operator':
      return operator(tree.name, tree.value, subject)
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function someSpan(subject: Subject, is: (span: WorldSpan) => boolean): boolean {
  return subject.contents.some(({ spans }) => spans.some(is))
}

function isUser(user: WorldUser | undefined, value: string): boolean {
  return user !== undefined && (user.id === value || same(user.handle, value.replace(/^@/, '')))
}

function operator(name: string, value: string, subject: Subject): boolean {
  const { post, author, inner } = subject
  const text = (of: string) => containsRun(tokenize(of, subject.folded), tokenize(value, subject.folded))
  switch (name) {
    case 'from':
      return isUser(author, value)
    case 'to':
      return isUser(subject.answered, value)
    case 'retweets_of':
      return post.kind === 'repost' && isUser(subject.innerAuthor, value)
    case 'retweets_of_tweet_id':
      return post.kind === 'repost' && post.innerId === value
    case 'in_reply_to_tweet_id':
      return post.replyTo?.postId === value
    case 'conversation_id':
      return post.conversationId === value
    case 'lang':
      return same(subject.lang, value)
    case 'url':
      return someSpan(subject, span => span.kind === 'link' && (text(span.url) || text(span.short)))
    case 'url_contains':
      return someSpan(subject, span => span.kind === 'link' && span.url.toLowerCase().includes(value.toLowerCase()))
    case 'followers_count':
    case 'min_followers':
      return inRange(author.followers, value, name === 'min_followers')
    case 'bio':
      return text(author.bio)
    case 'bio_name':
      return text(author.name)
    case 'sample':
      // One draw a post, so that every rule with the same percentage takes the same posts.
      return createRandom(`sample:${post.id}`).next() * 100 < Number(value)
    case 'is':
      return is(value.toLowerCase(), post, author, inner)
    case 'has':
      return has(value.toLowerCase(), subject)
    default:
      // Places, topics, card titles and the like: accepted by X, and nothing in this world carries them.
      return false
  }
}

function inRange(number: number, value: string, openEnded: boolean): boolean {
  const [low = '0', high] = value.split('..')
  if (openEnded || high === undefined) return number >= Number(low)
  return number >= Number(low) && number <= Number(high)
}

function is(what: string, post: WorldPost, author: WorldUser, inner: WorldPost | undefined): boolean {
  switch (what) {
    case 'retweet':
      return post.kind === 'repost'
    case 'quote':
      return quotes(post)
    case 'reply':
      return post.replyTo !== undefined || inner?.replyTo !== undefined
    case 'verified':
      return author.verified !== 'none'
    default:
      return false // nullcast: advertisements, of which there are none
  }
}

function has(what: string, subject: Subject): boolean {
  const media = subject.contents.flatMap(({ post }) => post.media)
  switch (what) {
    case 'hashtags':
      return someSpan(subject, span => span.kind === 'hashtag')
    case 'cashtags':
      return someSpan(subject, span => span.kind === 'cashtag')
    case 'mentions':
      return someSpan(subject, span => span.kind === 'mention')
    case 'media':
      return media.length > 0
    case 'images':
      return media.some(({ kind }) => kind === 'photo')
    case 'video_link':
    case 'videos':
      return media.some(({ kind }) => kind === 'video')
    case 'links':
      // X writes media and quoted posts into the text as links of their own.
      return media.length > 0 || subject.contents.some(({ post }) => quotes(post)) || someSpan(subject, isLink)
    default:
      return false // geo: nobody here shares a place
  }
}

function quotes(post: WorldPost): boolean {
  return post.innerId !== undefined && post.kind !== 'repost'
}

function isLink(span: WorldSpan): boolean {
  return span.kind === 'link'
}
