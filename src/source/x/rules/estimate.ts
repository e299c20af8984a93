/**
 * How many posts a day X would charge for. Pure. Rates of accounts are observed; what part of them is of a kind or says a word is a guess,
 * good enough to choose the broadening that costs least. It never shrinks when a want is broadened.
 */
import type { Kinds } from '../../../domain/route.ts'
import { xAccountPostsPerDay, xTopicPostsPerDay } from '../../../limits.ts'
import type { Head } from './template.ts'
import type { Want } from './want.ts'

/** Of what accounts write; about a third of it is somebody else's. */
const kindShares: Readonly<Record<keyof Kinds, number>> = {
  original: 0.35,
  quote: 0.1,
  repost: 0.25,
  thread: 0.1,
  reply: 0.2,
}
/** Posts that say one keyword, that are left when one word is kept out, that are in one of the languages asked for. */
const keywordShare = 0.03
const leftByMinus = 0.97
const languageShare = 0.7

/** Posts a day of an account or a topic when it is asked for whole. */
export function rateOf(kind: Head['kind'], id: string, rates: ReadonlyMap<string, number>): number {
  return kind === 'topic' ? xTopicPostsPerDay : (rates.get(id) ?? xAccountPostsPerDay)
}

/** The part of its posts that these wants together ask for, from 0 to 1. */
export function shareOf(wants: readonly Want[]): number {
  const kinds = Object.entries(kindShares) as readonly [keyof Kinds, number][] // the very same keys
  return kinds.reduce((sum, [kind, share]) => sum + share * shareOfKind(kind, wants), 0)
}

function shareOfKind(kind: keyof Kinds, wants: readonly Want[]): number {
  const keywords = new Set<string>()
  let whole = false
  let left = 0
  for (const want of wants) {
    if (!want.kinds[kind]) continue
    const words = kind === 'repost' ? want.reposts : want.own
    whole ||= words.keywords === undefined
    for (const keyword of words.keywords ?? []) keywords.add(keyword)
    left = Math.max(left, leftByMinus ** words.minus.length * (words.languages === '' ? 1 : languageShare))
  }
  return left * (whole ? 1 : Math.min(1, keywords.size * keywordShare))
}
