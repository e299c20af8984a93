/**
 * What X is asked for of one account, out of the rules there: the part of each rule that is about it, which is much shorter than the rule. Pure.
 * Rules for topics ask for posts by anyone and are not told.
 */
import { readRule } from './rules/packing.ts'

/** In X's language, each once, in the order of the rules; undefined where the rules are not known. */
export function asksOf(rules: readonly string[] | undefined, accountId: string): readonly string[] | undefined {
  if (rules === undefined) return undefined
  const from = new RegExp(`^\\(?from:${accountId}(?![0-9])`)
  const parts = rules.flatMap(rule => readRule(rule, () => false).filter(([item]) => from.test(item)))
  return [...new Set(parts.map(([item, tail]) => (tail === '' ? item : `${item} ${tail}`)))]
}
