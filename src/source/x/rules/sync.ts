/**
 * Makes the rules at X those of the plan. Adds first and deletes afterwards, so that there is no moment at which something wanted
 * is not asked for. Touches only rules whose tag says that they are ours; a rule of somebody else with the very value we want serves us
 * too, and stays theirs. Partial success is normal at X: whatever is refused is reported, and planned around.
 * docs.x.com/x-api/posts/filtered-stream/introduction
 */
import { crashPoint } from '../../../kit/crash-point.ts'
import { xRuleCharsMax, xRuleCharsSteps, xRulesMax, xRulesPerRequestMax } from '../../../limits.ts'
import type { XClient } from '../client.ts'
import { type Answer, problemIs, type XError } from '../errors.ts'
import { type RulesChanged, rulesAnswer, rulesChanged, rulesCounts, type WireRule } from '../schema.ts'
import { type Estimate, type Plan, type PlanLimits, type Rule, tagPrefix } from './plan.ts'

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
  /** Rules are at X that may not have taken effect yet: added in this pass, perhaps in one before it that failed, or just now by somebody else. */
  readonly fresh: boolean
  /** Rules had to be deleted, for want of room, before what replaces them has taken effect. */
  readonly early: boolean
  /** Rules that were there after the last pass, are needed, and are there no more: somebody has deleted them. */
  readonly vanished: number
  /** One sentence each, for a person. */
  readonly problems: readonly string[]
  /** What these rules buy, and what reading completely would. */
  readonly estimate: Estimate
}

/** What is remembered from pass to pass. */
export interface RulesMemory {
  /** X's word on each rule that it has refused, by value. */
  readonly refused: Map<string, string>
  /** Characters that X lets a rule have, as far as it has complained. */
  charsMax: number
  /** Rules that this app may have: X's last word, or the documented number. */
  cap: number
  /** Values of the rules that were there and needed after the last pass. */
  standing: ReadonlySet<string>
  /** Values that X called duplicates in the last pass, though it does not list them. */
  duplicates: ReadonlySet<string>
  /** Since the last pass that succeeded X was asked to add rules, or to delete them early: that is so even if its answer got lost. */
  mayHaveAdded: boolean
  deletedEarly: boolean
}

export function freshMemory(): RulesMemory {
  return {
    refused: new Map(),
    charsMax: xRuleCharsMax,
    cap: xRulesMax,
    standing: new Set(),
    duplicates: new Set(),
    mayHaveAdded: false,
    deletedEarly: false,
  }
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
 * `memory` is kept by the caller from pass to pass and changed here. An error means that X could not be asked or said no to everything;
 * what had been done before stays done.
 */
export async function syncRules(
  client: XClient,
  plan: (limits: Omit<PlanLimits, 'rates'>) => Plan,
  { memory, mayDelete }: { readonly memory: RulesMemory; readonly mayDelete: boolean },
  signal: AbortSignal,
): Promise<Answer<RulesReport>> {
  const listed = await listRules(client, signal)
  if (!listed.ok) return listed
  let existing = listed.value
  const { refused } = memory
  let fresh = memory.mayHaveAdded
  const duplicates = new Set<string>()
  const before = new Set(existing.map(rule => rule.value))
  const missing = [...memory.standing].filter(value => !before.has(value))
  const others = existing.filter(rule => !isOurs(rule)).length
  const counts = await client.ask({ path: `${path}/counts` }, rulesCounts, signal)
  // The caps are a help, not a need: where X does not say them, what it said last is assumed.
  if (counts.ok) {
    const { cap_per_client_app: app, cap_per_project: project } = counts.value.data
    memory.cap = Math.min(app, project ?? app)
  }
  const { cap } = memory
  let added = 0
  let deleted = 0
  for (let round = 1; ; round += 1) {
    const planned = plan({
      cap: cap - others,
      charsMax: memory.charsMax,
      refused,
      existing: existing.filter(isOurs).map(rule => rule.value),
    })
    const diff = diffRules(existing, planned.rules)
    if (diff.add.length > 0) memory.mayHaveAdded = true
    const adding = await addRules(client, diff.add, signal)
    if (!adding.ok) return adding
    const { added: made, capError } = adding.value
    if (made.length > 0) crashPoint('mid-rules')
    if (capError !== undefined && diff.remove.length === 0) return { ok: false, error: capError }
    const overCap = adding.value.overCap || capError !== undefined
    added += made.length
    for (const value of adding.value.duplicates) duplicates.add(value)
    fresh ||= added > 0 || [...duplicates].some(value => !memory.duplicates.has(value))
    existing = [...existing, ...made]
    for (const [value, why] of adding.value.refused) refused.set(value, why)
    const shorter = shorterThan(adding.value.tooLong)
    if (shorter !== undefined && shorter < memory.charsMax) memory.charsMax = shorter
    for (const value of adding.value.tooLong) if (shorter === undefined) refused.set(value, 'X finds it too long')
    if (adding.value.refused.size + adding.value.tooLong.length > 0 && round < roundsMax) continue
    const nothingToProtect = planned.rules.length === 0
    const remove = overCap || nothingToProtect || (mayDelete && !fresh) ? diff.remove : []
    if (overCap && remove.length > 0 && !nothingToProtect) memory.deletedEarly = true
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
    const serving = planned.rules.filter(rule => there.has(rule.value) || duplicates.has(rule.value)).length
    const waiting = diff.remove.length - remove.length
    const needed = new Set(planned.rules.map(rule => rule.value))
    const vanished = missing.filter(value => needed.has(value)).length
    memory.standing = new Set([...needed].filter(value => there.has(value)))
    const early = memory.deletedEarly
    Object.assign(memory, { duplicates, mayHaveAdded: false, deletedEarly: false })
    const { estimate } = planned
    const ours = existing.filter(isOurs).length
    return {
      ok: true,
      value: { added, deleted, ours, others, cap, waiting, serving, fresh, early, vanished, problems, estimate },
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
  /** Values of rules that X does not list and has: somebody else made the same in the meantime. */
  readonly duplicates: readonly string[]
  readonly overCap: boolean
  /** The same, where X refuses the whole request for it. */
  readonly capError: XError | undefined
  /** Value → X's reason. */
  readonly refused: ReadonlyMap<string, string>
  /** Values that X refused for their length. */
  readonly tooLong: readonly string[]
}

/** The next shorter length to try for rules; undefined where there is none. */
function shorterThan(values: readonly string[]): number | undefined {
  const shortest = Math.min(...values.map(value => value.length))
  return values.length === 0 ? undefined : xRuleCharsSteps.find(step => step < shortest)
}

/** X's problem for it, and what it says where it takes it for invalid syntax. */
function isTooLong(error: RuleError): boolean {
  return problemIs(error.type, 'rule-length') || /\blength\b|too long|number of characters/i.test(reason(error))
}

async function addRules(client: XClient, rules: readonly Rule[], signal: AbortSignal): Promise<Answer<Added>> {
  const added: WireRule[] = []
  const refused = new Map<string, string>()
  const tooLong: string[] = []
  const duplicates: string[] = []
  let capError: XError | undefined
  let overCap = false
  for (let at = 0; at < rules.length && !overCap; at += xRulesPerRequestMax) {
    let batch = rules.slice(at, at + xRulesPerRequestMax)
    while (batch.length > 0 && !overCap) {
      const answer = await client.ask(
        { method: 'POST', path, json: { add: batch }, alsoRead: [400, 422] },
        rulesChanged,
        signal,
      )
      if (!answer.ok && answer.error.kind === 'rule-cap') {
        overCap = true
        capError = answer.error
        break
      }
      if (!answer.ok) return answer
      const made = (answer.value.data ?? []).filter(rule => rule !== null)
      added.push(...made)
      const settled = new Set(made.map(rule => rule.value))
      for (const error of answer.value.errors ?? []) {
        overCap ||= problemIs(error?.type, 'rule-cap') || error?.title === 'RulesCapExceeded'
        const value = error?.value
        if (!value || settled.has(value) || !batch.some(rule => rule.value === value)) continue
        settled.add(value)
        if (problemIs(error.type, 'duplicate-rules') || error.title === 'DuplicateRule') duplicates.push(value)
        else if (isTooLong(error)) tooLong.push(value)
        else if (!overCap) refused.set(value, reason(error))
      }
      const left = batch.filter(rule => !settled.has(rule.value))
      // An answer that settles nothing would settle nothing the next time either.
      if (left.length === batch.length && !overCap)
        return { ok: false, error: { kind: 'bad-answer', why: unsettled(answer.value) } }
      batch = left
    }
  }
  return { ok: true, value: { added, duplicates, overCap, capError, refused, tooLong } }
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
