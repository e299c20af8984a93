/**
 * Planning around the rules that X has refused, without knowing why: a tail that was refused is not sent again, and a set is halved down to
 * the item that X does not take. Pure.
 */
import { type Bin, readRule, ruleOf, splitAtOr } from './packing.ts'

/** What followed the items of refused rules → X's reason. A rule of several groups says nothing of any one of them. */
export function refusedTails(refused: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const tails = new Map<string, string>()
  for (const [value, why] of refused) {
    if (splitAtOr(value).length > 1) continue
    for (const [, tail] of readRule(value, () => false)) if (tail !== '') tails.set(tail, why)
  }
  return tails
}

/** Characters of a refused rule that are repeated to a person. */
const shownMax = 80

/** Said of a tail that is not sent again. */
export function softenedSentence(tail: string, why: string): string {
  const what = /^\((?!is:|lang:)/.test(tail) ? 'the keywords' : 'the condition'
  return `X refuses ${what} ${tail.slice(0, shownMax)} (${why}), so posts are read that this would have kept out.`
}

export interface AroundRefusals {
  readonly values: readonly string[]
  /** What cannot be asked for, a sentence each. */
  readonly lost: readonly string[]
}

export function aroundRefusals(bins: readonly Bin[], refused: ReadonlyMap<string, string>): AroundRefusals {
  const values = new Set<string>()
  const lost: string[] = []
  const take = (bin: Bin): void => {
    const value = ruleOf(bin)
    const why = refused.get(value)
    if (why === undefined) {
      values.add(value)
      return
    }
    const parts = [...bin].flatMap(([tail, items]) => items.map(item => [tail, item] as const))
    if (parts.length > 1) {
      const middle = Math.ceil(parts.length / 2)
      take(binOf(parts.slice(0, middle)))
      take(binOf(parts.slice(middle)))
      return
    }
    // What an account answers to itself, or does not, can be had with all the rest of it.
    const whole = /^\((from:\d+) -?to:\d+\)$/.exec(value)?.[1]
    if (whole !== undefined) take(new Map([['', [whole]]]))
    else lost.push(lostSentence(value, why))
  }
  bins.forEach(take)
  return { values: [...values], lost }
}

function binOf(parts: readonly (readonly [tail: string, item: string])[]): Bin {
  const bin = new Map<string, string[]>()
  for (const [tail, item] of parts) bin.set(tail, [...(bin.get(tail) ?? []), item])
  return bin
}

function lostSentence(value: string, why: string): string {
  return value.startsWith('from:')
    ? `X refuses to stream ${value} (${why}), so the posts of this account do not come.`
    : `X refuses the topic ${value} (${why}).`
}
