/**
 * Makes the rules at X those of the plan. Adds first and deletes afterwards, so that there is no moment at which something wanted
 * is not asked for. Touches only rules whose tag says that they are ours; a rule of somebody else with the very value we want serves us
 * too, and stays theirs. Partial success is normal at X: whatever is refused is reported, and planned around.
 * docs.x.com/x-api/posts/filtered-stream/introduction
 */
import { xRulesMax, xRulesPerRequestMax } from '../../../limits.ts'
import type { XClient } from '../client.ts'
import { type Answer, problemIs } from '../errors.ts'
import { type RulesChanged, rulesAnswer, rulesChanged, rulesCounts, type WireRule } from '../schema.ts'
import { type Plan, type PlanLimits, type Rule, tagPrefix } from './plan.ts'

const path = '/2/tweets/search/stream/rules'
/** Plans made in one go: the first, and each around what X refused of the one before; a rule of forty accounts is halved six times. */
const roundsMax = 9
/** Pages of 1,000 rules each. */
const pagesMax = 30

export interface RulesReport {
  readonly added: number
  readonly deleted: number
  /** Rules of ours, of others, and how many the app may have. */
  readonly ours: number
  readonly others: number
  readonly cap: number
  /** Obsolete rules that are still there, because what replaces them may not have taken effect yet. */
  readonly waiting: number
  /** Rules at X through which something wanted comes: without any there is nothing to stream. */
  readonly serving: number
  /** One sentence each, for a person. */
  readonly problems: readonly string[]
}

export interface Diff {
  readonly add: readonly Rule[]
  readonly remove: readonly WireRule[]
}

/** What is to be added and deleted to come from the rules there are to those that are planned. Pure. */
export function diffRules(existing: readonly WireRule[], planned: readonly Rule[]): Diff {
  const there = new Set(existing.map(rule => rule.value))
  const wanted = new Set(planned.map(rule => rule.value))
  const add = planned.filter(rule => !there.has(rule.value))
  return { add, remove: existing.filter(rule => isOurs(rule) && !wanted.has(rule.value)) }
}

function isOurs(rule: WireRule): boolean {
  return rule.tag?.startsWith(tagPrefix) ?? false
}

/**
 * One pass. `mayDelete`: every rule added earlier has taken effect by now. A pass that adds does not delete, unless it needs the room.
 * `refused` is remembered by the caller from pass to pass (X's word on each invalid rule) and added to here. An error
 * means that X could not be asked or said no to everything; what had been done before stays done.
 */
export async function syncRules(
  client: XClient,
  plan: (limits: PlanLimits) => Plan,
  { refused, mayDelete }: { readonly refused: Map<string, string>; readonly mayDelete: boolean },
  signal: AbortSignal,
): Promise<Answer<RulesReport>> {
  const listed = await listRules(client, signal)
  if (!listed.ok) return listed
  let existing = listed.value
  const others = existing.filter(rule => !isOurs(rule)).length
  const counts = await client.ask({ path: `${path}/counts` }, rulesCounts, signal)
  // The caps are a help, not a need: where X does not say them, the documented one is assumed.
  const caps = counts.ok ? counts.value.data : { cap_per_client_app: xRulesMax, cap_per_project: undefined }
  const cap = Math.min(caps.cap_per_client_app, caps.cap_per_project ?? Number.POSITIVE_INFINITY)
  let added = 0
  let deleted = 0
  for (let round = 1; ; round += 1) {
    const planned = plan({ cap: cap - others, refused })
    const diff = diffRules(existing, planned.rules)
    const adding = await addRules(client, diff.add, signal)
    if (!adding.ok) return adding
    const { added: made, overCap, duplicates } = adding.value
    added += made.length
    existing = [...existing, ...made]
    for (const [value, why] of adding.value.refused) refused.set(value, why)
    if (adding.value.refused.size > 0 && round < roundsMax) continue
    const nothingToProtect = planned.rules.length === 0
    const remove = overCap || nothingToProtect || (mayDelete && added + duplicates === 0) ? diff.remove : []
    const deleting = await deleteRules(client, remove, signal)
    if (!deleting.ok) return deleting
    deleted += deleting.value
    existing = existing.filter(rule => !remove.includes(rule))
    // There was no room for all before the deletes: now there may be.
    if (overCap && remove.length > 0 && round < roundsMax) continue
    const problems = overCap
      ? [...planned.problems, 'X has no room for all rules of this app; some posts do not come.']
      : planned.problems
    const there = new Set(existing.map(rule => rule.value))
    const serving = planned.rules.filter(rule => there.has(rule.value)).length + duplicates
    const waiting = diff.remove.length - remove.length
    return {
      ok: true,
      value: { added, deleted, ours: existing.filter(isOurs).length, others, cap, waiting, serving, problems },
    }
  }
}

async function listRules(client: XClient, signal: AbortSignal): Promise<Answer<readonly WireRule[]>> {
  const rules: WireRule[] = []
  let next: string | undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const query: Record<string, string> = next === undefined ? {} : { pagination_token: next }
    const answer = await client.ask({ path, query }, rulesAnswer, signal)
    if (!answer.ok) return answer
    rules.push(...(answer.value.data ?? []))
    next = answer.value.meta?.next_token ?? undefined
    if (next === undefined) break
  }
  return { ok: true, value: rules }
}

interface Added {
  readonly added: readonly WireRule[]
  /** Somebody else made the same rule in the meantime. */
  readonly duplicates: number
  readonly overCap: boolean
  /** Value → X's reason. */
  readonly refused: ReadonlyMap<string, string>
}

async function addRules(client: XClient, rules: readonly Rule[], signal: AbortSignal): Promise<Answer<Added>> {
  const added: WireRule[] = []
  const refused = new Map<string, string>()
  let duplicates = 0
  let overCap = false
  for (let at = 0; at < rules.length && !overCap; at += xRulesPerRequestMax) {
    let batch = rules.slice(at, at + xRulesPerRequestMax)
    while (batch.length > 0 && !overCap) {
      const answer = await client.ask(
        { method: 'POST', path, json: { add: batch }, alsoRead: [400, 422] },
        rulesChanged,
        signal,
      )
      if (!answer.ok) return answer
      const made = (answer.value.data ?? []).filter(rule => rule !== null)
      added.push(...made)
      const settled = new Set(made.map(rule => rule.value))
      for (const error of answer.value.errors ?? []) {
        overCap ||= problemIs(error?.type, 'rule-cap') || error?.title === 'RulesCapExceeded'
        const value = error?.value
        if (!value || settled.has(value) || !batch.some(rule => rule.value === value)) continue
        settled.add(value)
        if (problemIs(error.type, 'duplicate-rules') || error.title === 'DuplicateRule') duplicates += 1
        else if (!overCap) refused.set(value, reason(error))
      }
      const left = batch.filter(rule => !settled.has(rule.value))
      // An answer that settles nothing would settle nothing the next time either.
      if (left.length === batch.length && !overCap)
        return { ok: false, error: { kind: 'bad-answer', why: unsettled(answer.value) } }
      batch = left
    }
  }
  return { ok: true, value: { added, duplicates, overCap, refused } }
}

async function deleteRules(client: XClient, rules: readonly WireRule[], signal: AbortSignal): Promise<Answer<number>> {
  let deleted = 0
  for (let at = 0; at < rules.length; at += xRulesPerRequestMax) {
    const ids = rules.slice(at, at + xRulesPerRequestMax).map(rule => rule.id)
    // A rule that does not exist any more is an error at X, and just what is wanted here.
    const answer = await client.ask(
      { method: 'POST', path, json: { delete: { ids } }, alsoRead: [400] },
      rulesChanged,
      signal,
    )
    if (!answer.ok) return answer
    deleted += answer.value.meta?.summary?.deleted ?? 0
  }
  return { ok: true, value: deleted }
}

type RuleError = NonNullable<NonNullable<RulesChanged['errors']>[number]>

function reason(error: RuleError): string {
  return (error.details?.join(' ') || error.detail || error.title || 'no reason given').slice(0, 300)
}

function unsettled(answer: RulesChanged): string {
  const error = answer.errors?.find(each => each !== null)
  return `X did not take the rules and does not say which is wrong${error ? `: ${reason(error)}` : '.'}`
}
