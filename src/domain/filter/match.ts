/**
 * Does a filter match a post? Pure. The words are looked for in the whole post and in the post it quotes or reposts, as X's own
 * keyword operators do (docs.x.com/x-api/posts/filtered-stream/integrate/operators); `explain.ts` says the same with reasons.
 */
import type { Doc } from './doc.ts'
import { languageOf } from './doc.ts'
import type { Filter, From, Lang, Sign, Text, Url } from './filter.ts'
import { find, fold, type Needle, needleOf, Tokens } from './text.ts'

export function match(filter: Filter, doc: Doc): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.all.every(part => match(part, doc))
    case 'or':
      return filter.any.some(branch => match(branch, doc))
    case 'not':
      return !match(filter.of, doc)
    case 'text': {
      const needle = needleFor(filter)
      return doc.bodies.some(body => find(needle, body.tokens) >= 0)
    }
    case 'hashtag':
    case 'cashtag':
    case 'mention':
      return doc.bodies.some(({ body }) => body.text.some(span => isSign(filter, span)))
    case 'url':
      return doc.bodies.some(({ body }) => body.text.some(span => isLinkTo(filter, span)))
    case 'from':
      return isFrom(filter, doc)
    case 'lang':
      return isIn(filter, doc)
    case 'has':
      return doc.bodies.some(
        // A picture is a link on X, whose `has:links` is true for both.
        ({ body }) =>
          body.media.length > 0 || (filter.what === 'links' && body.text.some(span => span.kind === 'link')),
      )
    case 'is':
      return isRelated(filter.what, doc)
  }
}

// A filter is never changed, so what was cut from its text stays true as long as it lives.
const needles = new WeakMap<Text | Url, Needle>()
const names = new WeakMap<Sign | From, string>()

/** The tokens of a term, cut once per term. */
export function needleFor(term: Text | Url): Needle {
  const known = needles.get(term)
  if (known !== undefined) return known
  const needle = needleOf(term.text)
  needles.set(term, needle)
  return needle
}

function nameFor(term: Sign | From, typed: string): string {
  const known = names.get(term)
  if (known !== undefined) return known
  const name = fold(typed)
  names.set(term, name)
  return name
}

type Span = Doc['post']['text'][number]

/** Is this span the tag or mention? Compared whole: `#cat` is not in `#cats`. */
export function isSign(term: Sign, span: Span): boolean {
  if (span.kind === 'mention') return term.kind === 'mention' && fold(span.handle) === nameFor(term, term.name)
  if (span.kind === 'hashtag' || span.kind === 'cashtag') {
    return term.kind === span.kind && fold(span.tag) === nameFor(term, term.name)
  }
  return false
}

/** Is this span a link with the words in its address? */
export function isLinkTo(term: Url, span: Span): boolean {
  return span.kind === 'link' && addresses(span).some(address => find(needleFor(term), new Tokens(address)) >= 0)
}

/** The addresses of a link: where a click goes, and what is behind the shortener. */
export function addresses(link: { readonly url: string; readonly expandedUrl?: string }): readonly string[] {
  return link.expandedUrl === undefined ? [link.url] : [link.url, link.expandedUrl]
}

function isFrom(term: From, { post: { author } }: Doc): boolean {
  return author.id === term.who || (author.handle !== '' && fold(author.handle) === nameFor(term, term.who))
}

function isIn(term: Lang, { post }: Doc): boolean {
  const lang = languageOf(post)
  if (lang === undefined) return term.lang === 'und' || post.lang?.toLowerCase() === term.lang
  return lang === term.lang || lang.startsWith(`${term.lang}-`)
}

/** A thread is a reply, to oneself; a quote or a thread may be a reply besides. */
function isRelated(what: 'repost' | 'quote' | 'reply', { post }: Doc): boolean {
  if (what !== 'reply') return post.relation === what
  return post.relation === 'reply' || post.relation === 'thread' || post.replyTo !== undefined
}
