/**
 * The desk's own judgement: which posts belong in which channels, by the world's truth and what was typed, and whether Slack's channels
 * hold exactly those. Pure; shares no code and no idea of matching with the service: texts are cut into words and compared, slowly.
 *
 * Where honest readings differ (a word only inside an address or a name, a channel changed in these very seconds, an edit that
 * changes what a post is about) either is right, and the pair is not counted.
 */
import { shownSpan, type World, type WorldPost, type WorldSpan } from '../world/world.ts'
import type { ProofView } from './types.ts'
import { type Expression, type Term, tokensOf, type Wants } from './wants.ts'

export type Verdict = 'yes' | 'no' | 'either'

/** A channel's wants over time, oldest first. */
export interface Ledger {
  readonly name: string
  readonly channel: string
  readonly history: readonly Wants[]
}

/** How soon a change of the wants must have reached X and back. */
const settleMs = 10_000
/** How old a post may become before its absence is a loss, counted from when the stream was last whole. */
export const lateMs = 60_000

/** Whether `post`, the first version of its kind, belongs in the channel. */
export function belongs(world: World, ledger: Ledger, post: WorldPost, writtenAt: number): Verdict {
  const { history } = ledger
  const inForce = history.filter(({ since }, i) => {
    const until = history[i + 1]?.since ?? Number.POSITIVE_INFINITY
    return since < writtenAt + settleMs && until > writtenAt - settleMs
  })
  const verdicts = new Set(inForce.map(wants => judge(world, wants, post)))
  const [only] = verdicts
  return only === undefined ? 'no' : verdicts.size === 1 ? only : 'either'
}

function judge(world: World, wants: Wants, post: WorldPost): Verdict {
  if (!wants.judged) return 'either'
  if (wants.paused || world.someone(post.authorId).state !== 'active' || post.kind === 'reply') return 'no'
  const repostOf = post.kind === 'repost' && post.innerId !== undefined ? world.lookupEver(post.innerId) : undefined
  if (wants.muted.has(post.authorId) || wants.muted.has(repostOf?.authorId ?? '')) return 'no'
  const readings = [words(world, post, false), words(world, post, true)]
  const verdicts = new Set(readings.map(reading => wanted(wants, post, reading)))
  return verdicts.size > 1 ? 'either' : verdicts.has(true) ? 'yes' : 'no'
}

function wanted(wants: Wants, post: WorldPost, reading: Reading): boolean {
  const keywords = [...wants.keywords.values()]
  const followed = wants.follows.has(post.authorId)
  if (followed && (keywords.length === 0 || keywords.some(expression => holds(expression, reading)))) return true
  return [...wants.topics.values()].some(expression => holds(expression, reading))
}

interface Reading {
  readonly tokens: readonly string[]
  readonly tags: ReadonlySet<string>
}

/** The post's words and those of what it quotes or reposts; with or without what stands in addresses and names. */
function words(world: World, post: WorldPost, everything: boolean): Reading {
  const inner = post.innerId === undefined ? undefined : world.lookupEver(post.innerId)
  const spans = [post, ...(inner === undefined ? [] : [inner])].flatMap(each => [
    // X puts the name of whom it answers before a reply.
    ...(each.replyTo === undefined ? [] : [answered(world, each.replyTo.authorId)]),
    ...each.spans,
    // Words on both sides of the border between two posts are no phrase.
    { kind: 'text', text: ' \u0000 ' } as const,
  ])
  const kept = spans.filter(span => everything || (span.kind !== 'link' && span.kind !== 'mention'))
  return {
    tokens: kept
      .map(shownSpan)
      .join('')
      .split('\u0000')
      .flatMap(text => [...tokensOf(text), '']),
    tags: new Set(spans.flatMap(span => (span.kind === 'hashtag' ? [tokensOf(span.tag).join('')] : []))),
  }
}

function answered(world: World, userId: string): WorldSpan {
  return { kind: 'mention', handle: `${world.someone(userId).handle} `, userId }
}

function holds(expression: Expression, reading: Reading): boolean {
  return expression.some(choice => choice.every(term => found(term, reading) !== term.not))
}

function found(term: Term, { tokens, tags }: Reading): boolean {
  if (term.tag) return tags.has(term.tokens.join(''))
  return tokens.some((_, start) => term.tokens.every((token, i) => tokens[start + i] === token))
}

/** A post of the world with the moment at which it was really written. */
export interface Written {
  readonly post: WorldPost
  readonly at: number
}

/** A post found in a channel: any version's id. */
export interface Found {
  readonly channel: string
  readonly postId: string
  /** It has no message of its own: that of the post it reposts names who reposted it. */
  readonly named?: boolean
}

/**
 * Compares. `wholeSince`: since when the stream has been in order, undefined while it is not; before a post is late, the stream must have
 * been whole for `lateMs`.
 */
export function prove(
  world: World,
  ledgers: readonly Ledger[],
  written: readonly Written[],
  found: readonly Found[],
  now: number,
  wholeSince: number | undefined,
  verdictOf: typeof belongs = belongs,
): ProofView {
  const copies = new Map<string, number>()
  const named = new Set<string>()
  for (const each of found) {
    const key = `${each.channel} ${world.lookupEver(each.postId)?.history[0] ?? each.postId}`
    if (each.named) named.add(key)
    else copies.set(key, (copies.get(key) ?? 0) + 1)
  }
  const proof = { belong: 0, there: 0, underway: 0, missing: 0, twice: 0, astray: 0 }
  for (const { first, versions, at } of firstVersions(written)) {
    for (const ledger of ledgers) {
      const key = `${ledger.channel} ${first.id}`
      const count = copies.get(key) ?? (named.has(key) ? 1 : 0)
      proof.twice += Math.max(0, count - 1)
      const verdicts = new Set(versions.map(version => verdictOf(world, ledger, version, at)))
      if (verdicts.size > 1 || verdicts.has('either')) continue
      if (verdicts.has('no')) {
        proof.astray += count
        continue
      }
      proof.belong += 1
      const late = wholeSince !== undefined && now - Math.max(at, wholeSince) > lateMs
      if (count > 0) proof.there += 1
      else if (late) proof.missing += 1
      else proof.underway += 1
    }
  }
  const unjudged = ledgers.filter(ledger => ledger.history.at(-1)?.judged === false).map(ledger => ledger.name)
  return { ...proof, unjudged }
}

/** `belongs` that remembers: a verdict changes only while the wants around the moment of writing still may. */
export function remembering(now: () => number): typeof belongs {
  const known = new Map<string, Verdict>()
  return (world, ledger, post, writtenAt) => {
    const key = `${ledger.channel} ${post.id}`
    const verdict = known.get(key) ?? belongs(world, ledger, post, writtenAt)
    if (now() - writtenAt > settleMs) known.set(key, verdict)
    return verdict
  }
}

/** Versions gathered under the first one: an edit is the same post. */
function firstVersions(
  written: readonly Written[],
): readonly { readonly first: WorldPost; readonly versions: readonly WorldPost[]; readonly at: number }[] {
  const groups = new Map<string, { first: WorldPost; versions: WorldPost[]; at: number }>()
  for (const { post, at } of written) {
    const group = groups.get(post.history[0] ?? post.id)
    if (group === undefined) groups.set(post.history[0] ?? post.id, { first: post, versions: [post], at })
    else group.versions.push(post)
  }
  return [...groups.values()]
}
