/** A verdict on a post in words, with the word that decided it shown in the text; and what would change it. */
import type { Post } from '../../domain/post.ts'
import { becauseInWords, refusalInWords, type Verdict } from '../../domain/reasons.ts'
import type { Route } from '../../domain/route.ts'
import type { ControlDeps, Offer } from '../control.ts'
import { code, listed, name } from '../words.ts'
import { smallestChange } from './change.ts'
import { hits } from './hits.ts'

/** Characters of a reason that was written down with the post; an expression in it can be long. */
const reasonCharsMax = 300
/** Keywords named of those that did not match. */
const keywordsShown = 5
/** docs.slack.dev/reference/block-kit/block-elements/button-element */
const labelCharsMax = 75

/** What stages are made of: lines, and what one may do next. */
export interface Told {
  readonly lines: readonly string[]
  readonly offers: readonly Offer[]
}

/** A verdict as it was written down with the post, or none: nothing there asks for it. */
export function writtenDown(verdict: Verdict): string | undefined {
  if (verdict.wanted) return becauseInWords(verdict.because)
  return verdict.refusal === undefined ? undefined : refusalInWords(verdict.refusal)
}

/**
 * What was written down of a post, with the word shown where the route still says the same; without a sentence's end. `route` undefined: the
 * channel wants nothing.
 */
export function reason(because: string, route: Route | undefined, post: Post, verdict: Verdict | undefined): string {
  if (route === undefined || verdict === undefined || writtenDown(verdict) !== because)
    return name(because, reasonCharsMax)
  return inDetail(route, post, verdict)
}

/** The verdict of the route as it is, without a sentence's end. */
export function inDetail(route: Route, post: Post, verdict: Verdict): string {
  if (verdict.wanted) {
    const { because } = verdict
    if (because.kind === 'topic') return withHits(`the topic ${code(because.topic)} matched`, because.topic, post)
    if (because.keyword === undefined) return becauseInWords(because)
    const followed = 'its author is followed here and the keyword'
    return withHits(`${followed} ${code(because.keyword)} matched`, because.keyword, post)
  }
  const { refusal } = verdict
  if (refusal === undefined) return 'nothing here asks for it: its author is not followed here, and no topic matches'
  if (refusal.because === 'blocked-word')
    return withHits(`${code(refusal.detail)} is blocked here`, refusal.detail, post)
  if (refusal.because === 'no-keyword')
    return `its author is followed here, but no keyword matches (${listed(route.keywords.map(code), keywordsShown)})`
  return name(refusalInWords(refusal), reasonCharsMax)
}

function withHits(said: string, expression: string, post: Post): string {
  const shown = hits(expression, post)
  return shown === '' ? said : `${said}: ${shown}`
}

/** How the channel could have had the post, in words and as a preview. Nothing where it would have it as it is, or nothing simple helps. */
export function howToHave(deps: ControlDeps, route: Route, post: Post): Told {
  return proposal((smallestChange(route, post, deps.judging) ?? []).map(({ does }) => does))
}

/** What one would type to have posts like this one from now on. */
export function proposal(typed: readonly string[]): Told {
  const [first] = typed
  if (first === undefined) return { lines: [], offers: [] }
  const all = listed(typed.map(each => code(`/birdwire ${each}`)))
  const what =
    typed.length === 1 ? 'the smallest change that lets such posts in' : 'it takes all of these to let such posts in'
  return { lines: [`*To have it*: ${what}: ${all}.`], offers: [previewOf(first)] }
}

function previewOf(does: string): Offer {
  const label = [...`Preview: ${does}`]
  return {
    label: label.length > labelCharsMax ? `${label.slice(0, labelCharsMax - 1).join('')}…` : label.join(''),
    does: `preview ${does}`,
  }
}
