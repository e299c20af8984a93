/**
 * Keywords, blocks and topics: filter expressions of a channel, kept in their printed form, so that two ways to type the same thing are
 * one thing. Several in one command, separated by commas; each is answered for itself. `-word` among keywords is a block.
 */
import { isCommon } from '../domain/filter/common.ts'
import { type Filter, literals, not } from '../domain/filter/filter.ts'
import { parse } from '../domain/filter/parse.ts'
import { keyOf, print } from '../domain/filter/print.ts'
import type { Route } from '../domain/route.ts'
import { nearest } from '../kit/similar.ts'
import { filterCharsMax, termsPerChannelMax, termsPerCommandMax } from '../limits.ts'
import { expressions, firstWord, slackThing, tidy } from './args.ts'
import {
  type Actor,
  type Answer,
  alter,
  type Control,
  type ControlDeps,
  refused as nothingDone,
  routeOf,
} from './control.ts'
import { keywordEstimate } from './estimate.ts'
import { keywordRule, listKeywords, listTopics } from './list.ts'
import { code, codeBlock, counted, forTerminal, listed, plain, signature } from './words.ts'

type Shelf = 'keywords' | 'topics' | 'blocks'

interface Term {
  readonly shelf: Shelf
  /** The printed form. */
  readonly text: string
  /** The same for expressions that look for the same. */
  readonly key: string
}

const adding = ['add', 'new', 'plus']
const removing = ['remove', 'rm', 'delete', 'del', 'drop']
const showing = ['list', 'show', 'ls']
/** Expressions shown in one line of the channel; the rest is counted. */
const termsShown = 10

/** `keyword [add|remove|list] EXPRESSIONS`; without a verb it adds. */
export const keyword: Control = (deps, who, channel, args) => act(deps, who, channel, args, 'keywords')
/** `topic [add|remove|list] EXPRESSIONS`; without a verb it adds. */
export const topic: Control = (deps, who, channel, args) => act(deps, who, channel, args, 'topics')

async function act(deps: ControlDeps, who: Actor, channel: string, args: string, shelf: 'keywords' | 'topics') {
  const text = tidy(args)
  const { word, rest } = firstWord(text)
  if (text === '' || (showing.includes(word) && rest === ''))
    return shelf === 'keywords' ? listKeywords(deps, who, channel, '') : listTopics(deps, who, channel, '')
  if (adding.includes(word)) return addTerms(deps, who, channel, rest, shelf)
  if (removing.includes(word)) return removeTerms(deps, who, channel, rest, shelf)
  return addTerms(deps, who, channel, text, shelf)
}

/** Adds each expression of `text` to the channel. */
export async function addTerms(
  deps: ControlDeps,
  who: Actor,
  channel: string,
  text: string,
  shelf: 'keywords' | 'topics',
): Promise<Answer> {
  const { terms, lines, refused } = read(text, shelf)
  if (refused !== undefined) return nothingDone(refused)
  let added: readonly Term[] = []
  let already: readonly Term[] = []
  let full: readonly Term[] = []
  let before: Route | undefined
  let after: Route | undefined
  const changed = await alter(deps, who, channel, route => {
    before = route
    const there = keysOf(route)
    already = terms.filter(term => there[term.shelf].has(term.key))
    const fresh = terms.filter(term => !there[term.shelf].has(term.key))
    added = fresh.filter((term, i) => {
      const before = fresh.slice(0, i).filter(other => other.shelf === term.shelf).length
      return route[term.shelf].length + before < termsPerChannelMax
    })
    full = fresh.filter(term => !added.includes(term))
    const plus = (shelf: Shelf) => [
      ...route[shelf],
      ...added.filter(term => term.shelf === shelf).map(term => term.text),
    ]
    after = { ...route, keywords: plus('keywords'), topics: plus('topics'), blocks: plus('blocks') }
    if (added.length === 0) return undefined
    const what = `added ${described(added)}`
    return { route: after, what: plainWhat('added', added), notice: `${signature(who)} ${what}.` }
  })
  if (full.length > 0)
    lines.unshift(`No room for ${codes(full)}: a channel can hold ${termsPerChannelMax} of each kind.`)
  const problems = [...lines]
  if (already.length > 0) lines.unshift(`Already there: ${codes(already)}.`)
  if (added.length > 0) lines.unshift(`Added ${described(added)}.`)
  if (changed && before !== undefined && after !== undefined) {
    lines.push(...remarks(before, after, added))
    lines.push(...(await keywordEstimate(deps, before, after.keywords)))
  }
  return { text: lines.join('\n'), changed, ...(problems.length === 0 ? {} : { refused: problems }) }
}

/** Removes each expression of `text`, however its letters are cased. */
export async function removeTerms(
  deps: ControlDeps,
  who: Actor,
  channel: string,
  text: string,
  shelf: 'keywords' | 'topics',
): Promise<Answer> {
  const { terms, lines, refused } = read(text, shelf, true)
  if (refused !== undefined) return nothingDone(refused)
  let removed: readonly Term[] = []
  let missing: readonly Term[] = []
  let opened = false
  const before = await routeOf(deps, channel)
  const changed = await alter(deps, who, channel, route => {
    const there = keysOf(route)
    removed = terms.filter(term => there[term.shelf].has(term.key))
    missing = terms.filter(term => !there[term.shelf].has(term.key))
    if (removed.length === 0) return undefined
    const minus = (shelf: Shelf) => {
      const gone = new Set(removed.filter(term => term.shelf === shelf).map(term => term.key))
      return route[shelf].filter(text => !gone.has(keyOfText(text)))
    }
    const after = { ...route, keywords: minus('keywords'), topics: minus('topics'), blocks: minus('blocks') }
    opened = route.keywords.length > 0 && after.keywords.length === 0 && route.follows.length > 0
    const notice = `${signature(who)} removed ${described(removed)}.`
    return { route: after, what: plainWhat('removed', removed), notice }
  })
  for (const term of missing) lines.push(notThere(term, before))
  if (removed.length > 0) lines.unshift(`Removed ${described(removed)}.`)
  if (changed && opened) lines.push(`No keyword is left here. ${keywordRule({ keywords: [] })}.`)
  return { text: lines.join('\n'), changed }
}

/**
 * The expressions in a text, and a sentence for each that cannot be used. For removing, what does not parse is kept as typed: it can
 * only be compared with what is there.
 */
function read(text: string, shelf: 'keywords' | 'topics', lenient = false) {
  const terms: Term[] = []
  const lines: string[] = []
  const one = shelf === 'keywords' ? 'keyword' : 'topic'
  const pieces = expressions(text)
  if (pieces.length === 0)
    return { terms, lines, refused: `Which ${one}? For example: \`/birdwire ${one} add ibm, "dark matter"\`.` }
  if (pieces.length > termsPerCommandMax)
    return {
      terms,
      lines,
      refused: `That is ${counted(pieces.length, 'expression')}; one command takes ${termsPerCommandMax}. Nothing was changed: please split it.`,
    }
  for (const typed of pieces) {
    const read = readOne(typed, shelf)
    if (typeof read !== 'string') terms.push(...read)
    else if (lenient) terms.push({ shelf, text: typed, key: keyOfText(typed) })
    else lines.push(read)
  }
  const once = [...new Map(terms.map(term => [`${term.shelf} ${term.key}`, term])).values()]
  return { terms: once, lines, refused: undefined }
}

/** What is wrong with one expression, as plain text for a form; undefined: nothing is. */
export function termProblem(typed: string, shelf: 'keywords' | 'topics'): string | undefined {
  const meant = readOne(typed, shelf)
  if (typeof meant !== 'string') return undefined
  const parsed = parse(typed)
  // A mark under the place needs letters of one width, which a form does not have.
  const misread = !parsed.ok && slackThing(typed) === undefined && typed.length <= filterCharsMax
  return misread ? `“${typed}”: ${parsed.sentence}` : forTerminal(meant)
}

/** What one expression means on that shelf, or the sentence that says what is wrong with it. */
function readOne(typed: string, shelf: 'keywords' | 'topics'): readonly Term[] | string {
  const thing = slackThing(typed)
  if (thing !== undefined)
    return `That is ${thing}, which no post on X can contain. Type the word without the sign before it.`
  if (typed.length > filterCharsMax)
    return `${code(`${typed.slice(0, 40)}…`)} is ${typed.length} characters long; an expression can have ${filterCharsMax}.`
  const parsed = parse(typed)
  if (!parsed.ok) return pointed(typed, parsed.at, parsed.sentence)
  if (shelf === 'keywords' && isNegative(parsed.filter)) {
    const kept = not(parsed.filter)
    return (kept.kind === 'or' ? kept.any : [kept]).map(filter => termOf('blocks', filter))
  }
  const found = literals(parsed.filter)
  if (shelf === 'topics' && (found === undefined || found.some(one => one.kind === 'text' && isCommon(one.text))))
    return `${code(typed)} would bring half of X. A topic needs a word that few posts have, "a phrase", #tag or from:name, and each side of an OR needs one.`
  return [termOf(shelf, parsed.filter)]
}

const termOf = (shelf: Shelf, filter: Filter): Term => ({ shelf, text: print(filter), key: keyOf(filter) })

/** True when nothing in it asks for something: every term has a minus. */
function isNegative(filter: Filter): boolean {
  if (filter.kind === 'and') return filter.all.every(isNegative)
  if (filter.kind === 'or') return filter.any.every(isNegative)
  return filter.kind === 'not'
}

/** The expression with a mark under the place that is wrong, and why. */
function pointed(typed: string, at: number, sentence: string): string {
  return `${codeBlock([typed, `${' '.repeat(at)}^`])}\n${plain(sentence)}`
}

/** What a stored expression looks for. One that this version cannot read any more is only equal to itself. */
export function keyOfText(text: string): string {
  const parsed = parse(text)
  return parsed.ok ? keyOf(parsed.filter) : text.toLowerCase()
}

const keysOf = (route: Route): Readonly<Record<Shelf, ReadonlySet<string>>> => ({
  keywords: new Set(route.keywords.map(keyOfText)),
  topics: new Set(route.topics.map(keyOfText)),
  blocks: new Set(route.blocks.map(keyOfText)),
})
const codes = (terms: readonly Term[]) => listed(terms.map(term => code(shown(term))))

/** As a person would type it to get it: a block with its minus. */
function shown(term: Term): string {
  if (term.shelf !== 'blocks') return term.text
  const parsed = parse(term.text)
  const several = parsed.ok && (parsed.filter.kind === 'and' || parsed.filter.kind === 'or')
  return several ? `-(${term.text})` : `-${term.text}`
}

const shelfNames: readonly [Shelf, string, string][] = [
  ['keywords', 'the keyword', 'the keywords'],
  ['blocks', 'the block', 'the blocks'],
  ['topics', 'the topic', 'the topics'],
]

/** "the keyword `ibm` and the block `-giveaway`". */
function described(terms: readonly Term[]): string {
  const parts = shelfNames.flatMap(([shelf, one, many]) => {
    const own = terms.filter(term => term.shelf === shelf).map(term => code(shown(term)))
    return own.length === 0 ? [] : [`${own.length === 1 ? one : many} ${listed(own, termsShown)}`]
  })
  return listed(parts)
}

function plainWhat(verb: string, terms: readonly Term[]): string {
  const parts = shelfNames.flatMap(([shelf, one, many]) => {
    const own = terms.filter(term => term.shelf === shelf).map(shown)
    return own.length === 0 ? [] : [`${own.length === 1 ? one : many} ${listed(own)}`]
  })
  return `${verb} ${listed(parts)}`
}

function notThere(term: Term, route: Route | undefined): string {
  const stored = route?.[term.shelf] ?? []
  const close = nearest(term.text, stored)
  const one = { keywords: 'keyword', topics: 'topic', blocks: 'block' }[term.shelf]
  const hint = close === undefined ? '' : ` ${code(close)} is: did you mean that?`
  return `${code(shown(term))} is not a ${one} here.${hint}`
}

/** What somebody who just added something would otherwise wonder about. */
function remarks(before: Route, route: Route, added: readonly Term[]): string[] {
  const lines: string[] = []
  if (before.keywords.length === 0 && route.keywords.length > 0 && route.follows.length > 0)
    lines.push(`From now on: ${keywordRule(route).replace(/^O/, 'o')}.`)
  if (added.some(term => term.shelf === 'keywords') && route.follows.length === 0)
    lines.push(
      'Nobody is followed here yet: keywords choose among the posts of those you follow. For posts from anyone, `/birdwire topic add …`.',
    )
  if (route.paused) lines.push('This channel is paused: `/birdwire resume` lets posts come again.')
  return lines
}
