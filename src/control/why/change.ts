/**
 * What would have to be different for a post to come: the fewest changes, each as one would type it. Pure. They are found by making one, asking
 * again, and so on, since one refusal may hide another.
 */
import { prepare } from '../../domain/filter/doc.ts'
import type { Term } from '../../domain/filter/filter.ts'
import { parse } from '../../domain/filter/parse.ts'
import { print } from '../../domain/filter/print.ts'
import { type Post, plainText, type Relation } from '../../domain/post.ts'
import type { Refusal, Verdict } from '../../domain/reasons.ts'
import type { Route } from '../../domain/route.ts'
import { isCommon } from './common-words.ts'

export interface Step {
  /** What one would type after `/birdwire`. */
  readonly does: string
  /** The route after it. */
  readonly route: Route
}

/** More changes than this are another channel. */
const stepsMax = 12

/** Empty when the post is wanted as it is; undefined when nothing simple lets it in. */
export function smallestChange(
  route: Route,
  post: Post,
  judging: (route: Route) => (post: Post) => Verdict,
): readonly Step[] | undefined {
  const steps: Step[] = []
  let at = route
  while (steps.length <= stepsMax) {
    const verdict = judging(at)(post)
    if (verdict.wanted) return steps
    const step = verdict.refusal === undefined ? asking(at, post) : lifting(at, post, verdict.refusal)
    if (step === undefined) return undefined
    steps.push(step)
    at = step.route
  }
  return undefined
}

/** Nothing in the route asks for the post: its author would have to be followed. */
function asking(route: Route, { author, source }: Post): Step | undefined {
  const { id, handle, name } = author
  if (handle === '') return undefined
  return { does: `follow ${handle}`, route: { ...route, follows: [...route.follows, { source, id, handle, name }] } }
}

function lifting(route: Route, post: Post, refusal: Refusal): Step | undefined {
  switch (refusal.because) {
    case 'paused':
      return { does: 'resume', route: { ...route, paused: false } }
    case 'no-keyword': {
      const keyword = keywordFor(post)
      return { does: `keyword add ${keyword}`, route: { ...route, keywords: [...route.keywords, keyword] } }
    }
    case 'kind-off':
      return {
        does: `options ${kindTyped[refusal.detail]} on`,
        route: { ...route, kinds: { ...route.kinds, [refusal.detail]: true } },
      }
    case 'muted': {
      const account = route.muted.find(({ id }) => id === refusal.detail)
      if (account === undefined) return undefined
      return { does: `unmute ${account.handle}`, route: { ...route, muted: without(route.muted, account) } }
    }
    case 'blocked-word': {
      const typed = blockTyped(refusal.detail)
      if (typed === undefined) return undefined
      return { does: `keyword remove ${typed}`, route: { ...route, blocks: without(route.blocks, refusal.detail) } }
    }
    case 'language': {
      const typed = /^[a-z]{2,3}$/.test(refusal.detail)
      const languages = typed ? [...route.languages, refusal.detail].toSorted() : []
      return { does: `options language ${typed ? languages.join(',') : 'any'}`, route: { ...route, languages } }
    }
  }
}

const kindTyped: Readonly<Record<Relation, string>> = {
  original: 'originals',
  quote: 'quotes',
  repost: 'reposts',
  thread: 'threads',
  reply: 'replies',
}

const without = <T>(all: readonly T[], one: T): readonly T[] => all.filter(each => each !== one)

/** As a person types a block: with its minus. Typed, an OR is a block for each side: one block that is an OR came from elsewhere, and is out of reach. */
function blockTyped(block: string): string | undefined {
  const parsed = parse(block)
  if (!parsed.ok || parsed.filter.kind === 'or' || parsed.filter.kind === 'not') return undefined
  return parsed.filter.kind === 'and' ? `-(${block})` : `-${block}`
}

/**
 * A keyword that lets this post in and says what it is about: its first tag, else its longest word that is not in every text, else its author.
 */
export function keywordFor(post: Post): string {
  const bodies = [post, ...(post.inner === undefined ? [] : [post.inner])]
  const tags = bodies
    .flatMap(({ text }) => text)
    .flatMap((span): Term[] =>
      span.kind === 'hashtag' || span.kind === 'cashtag' ? [{ kind: span.kind, name: span.tag }] : [],
    )
  const words = wordsOf(post).map((text): Term => ({ kind: 'text', text }))
  const { handle, id } = post.author
  const found = [...tags, ...words].map(print).find(text => canBeTyped(text))
  return found ?? `from:${handle === '' ? id : handle}`
}

/** A keyword that can be typed reads as what was meant. */
function canBeTyped(text: string): boolean {
  const parsed = parse(text)
  return parsed.ok && print(parsed.filter) === text && !text.includes(',')
}

/** Shorter ones are in too many texts to choose by. */
const wordCharsMin = 4

/** Longest first, of equals the first in the text; as written. In scripts without blanks words are characters, and none is chosen. */
function wordsOf(post: Post): readonly string[] {
  const words = prepare(post).bodies.flatMap(({ body, tokens }) => {
    const text = plainText(body)
    return Array.from({ length: tokens.count }, (_, at) => {
      const { start, end } = tokens.place(at, at)
      return text.slice(start, end)
    })
  })
  return [...new Set(words)]
    .filter(
      word =>
        [...word].length >= wordCharsMin &&
        /^[\p{L}\p{M}\p{N}]+$/u.test(word) &&
        /\p{L}/u.test(word) &&
        !isCommon(word),
    )
    .toSorted((a, b) => [...b].length - [...a].length)
}
