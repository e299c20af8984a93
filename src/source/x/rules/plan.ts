/**
 * What all channels want → the rules to ask X for. Pure.
 *
 * An account that some channel wants whole is asked for whole; any other account together with all the keywords that channels want from
 * it. Accounts with the same keywords share rules, and topics share rules with each other, so that no rule repeats another and no post is
 * delivered twice. Rules are only ever broader than what is wanted: the rest is matched here.
 */
import { parse } from '../../../domain/filter/parse.ts'
import type { Route } from '../../../domain/route.ts'
import { xRuleCharsMax } from '../../../limits.ts'
import { type Compiled, compile } from './compile.ts'

/** Rules of ours are known by this beginning of their tag. */
export const tagPrefix = 'birdwire:'

export interface Rule {
  readonly value: string
  readonly tag: string
}

export interface Plan {
  readonly rules: readonly Rule[]
  /** What cannot be asked for, one sentence each, for a person. */
  readonly problems: readonly string[]
}

export interface PlanLimits {
  /** Rules that this app may have besides those of others. */
  readonly cap: number
  /** Values that X has refused, with its reason: what they asked for is asked for more broadly, or not at all, and reported. */
  readonly refused: ReadonlyMap<string, string>
}

/** A part of one rule longer than this leaves too little room for the rest: its keyword is matched here instead. */
const keywordCharsMax = 600

export function planRules(routes: readonly Route[], limits: PlanLimits): Plan {
  const wanted = wantedByAccount(routes)
  const topics = planTopics(routes, limits)
  let accounts = planAccounts(wanted, limits.refused)
  if (accounts.rules.length + topics.rules.length > limits.cap) {
    accounts = planAccounts(new Map([...wanted.keys()].map(id => [id, everything])), limits.refused)
  }
  const rules = [...accounts.rules, ...topics.rules]
  const problems = [...accounts.problems, ...topics.problems]
  const over = rules.length - limits.cap
  if (over <= 0) return { rules, problems }
  const problem = `X allows this app ${limits.cap} more rules and ${rules.length} are needed: ${over} of them are not asked for, and their posts do not come.`
  return { rules: rules.slice(0, Math.max(0, limits.cap)), problems: [...problems, problem] }
}

/** Keyword rules of an account, in X's language; `everything` when all its posts are wanted. */
type Keywords = ReadonlySet<string> | typeof everything
const everything = 'everything'

function wantedByAccount(routes: readonly Route[]): ReadonlyMap<string, Keywords> {
  const wanted = new Map<string, Keywords>()
  for (const route of routes) {
    const keywords = compileKeywords(route.keywords)
    for (const { id } of route.follows) {
      const before = wanted.get(id)
      if (before === everything || keywords === everything) wanted.set(id, everything)
      else wanted.set(id, new Set([...(before ?? []), ...keywords]))
    }
  }
  return wanted
}

function compileKeywords(keywords: readonly string[]): Keywords {
  const texts = new Set<string>()
  for (const keyword of keywords) {
    const parsed = parse(keyword)
    const compiled = parsed.ok ? compile(parsed.filter, 'surely') : undefined
    if (compiled === undefined || compiled.text.length > keywordCharsMax) return everything
    texts.add(compiled.text)
  }
  return texts.size === 0 ? everything : texts
}

function planAccounts(wanted: ReadonlyMap<string, Keywords>, refused: PlanLimits['refused']): Plan {
  const problems: string[] = []
  const whole: string[] = []
  const groups = new Map<string, { readonly keywords: readonly string[]; readonly ids: string[] }>()
  for (const [id, keywords] of wanted) {
    if (keywords === everything) whole.push(id)
    else {
      const sorted = [...keywords].sort()
      const key = sorted.join('\n')
      const group = groups.get(key)
      if (group === undefined) groups.set(key, { keywords: sorted, ids: [id] })
      else group.ids.push(id)
    }
  }
  const narrowed: Rule[] = []
  for (const [, { keywords, ids }] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const values = groupRules(ids, keywords)
    const why = values.map(value => refused.get(value)).find(reason => reason !== undefined)
    if (why !== undefined) {
      whole.push(...ids)
      problems.push(
        `X refuses the keywords ${either(keywords).slice(0, 80)} (${why}), so all posts of their accounts are read.`,
      )
    } else narrowed.push(...values.map(value => ({ value, tag: `${tagPrefix}accounts+keywords` })))
  }
  const plain: Rule[] = []
  for (const set of pack(froms(whole), xRuleCharsMax).flatMap(each => halved(each, refused))) {
    const value = either(set)
    const why = refused.get(value)
    if (why === undefined) plain.push({ value, tag: `${tagPrefix}accounts` })
    else problems.push(`X refuses to stream ${value} (${why}), so the posts of this account do not come.`)
  }
  return { rules: [...plain, ...narrowed], problems }
}

/** One refused account must not take the others of its rule with it: the refused set is halved, down to single accounts. */
function halved(set: readonly string[], refused: PlanLimits['refused']): readonly (readonly string[])[] {
  if (set.length < 2 || !refused.has(either(set))) return [set]
  const middle = Math.ceil(set.length / 2)
  return [set.slice(0, middle), set.slice(middle)].flatMap(half => halved(half, refused))
}

function groupRules(ids: readonly string[], keywords: readonly string[]): readonly string[] {
  const parentheses = '() ()'.length
  return pack(keywords, keywordCharsMax)
    .map(either)
    .flatMap(any => pack(froms(ids), xRuleCharsMax - any.length - parentheses).map(set => `(${either(set)}) (${any})`))
}

function froms(ids: readonly string[]): readonly string[] {
  return [...ids].sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).map(id => `from:${id}`)
}

/** Puts parts together in sets, as many in each as fit in one rule when joined by OR. */
export function pack(parts: readonly string[], charsMax: number): readonly (readonly string[])[] {
  const sets: string[][] = []
  let chars = 0
  for (const part of parts) {
    chars += ' OR '.length + part.length
    const last = sets.at(-1)
    if (last !== undefined && chars <= charsMax) last.push(part)
    else {
      sets.push([part])
      chars = part.length
    }
  }
  return sets
}

export function either(parts: readonly string[]): string {
  return parts.join(' OR ')
}

function planTopics(routes: readonly Route[], { refused }: PlanLimits): Plan {
  const { texts, problems } = topicTexts(routes, xRuleCharsMax)
  // One refused topic must not take the others of its rule with it: then each stands alone.
  const values = pack(texts, xRuleCharsMax).flatMap(set => (refused.has(either(set)) ? set : [either(set)]))
  const lost = values
    .filter(value => refused.has(value))
    .map(value => `X refuses the topic ${value} (${refused.get(value)}).`)
  const rules = values.filter(value => !refused.has(value)).map(value => ({ value, tag: `${tagPrefix}topics` }))
  return { rules, problems: [...problems, ...lost] }
}

/** The topics of all channels in X's language, each once, sorted; also what recent search is asked with after a gap. */
export function topicTexts(
  routes: readonly Route[],
  charsMax: number,
): { readonly texts: readonly string[]; readonly problems: readonly string[] } {
  const texts = new Set<string>()
  const problems = new Set<string>()
  for (const topic of routes.flatMap(route => route.topics)) {
    const compiled = compileTopic(topic)
    if (compiled === undefined || !compiled.standalone)
      problems.add(`The topic ${topic} cannot be asked of X: it needs a word, a tag or an account.`)
    else if (compiled.text.length > charsMax) problems.add(`The topic ${topic} is too long for X.`)
    else texts.add(compiled.text)
  }
  return { texts: [...texts].sort(), problems: [...problems] }
}

function compileTopic(topic: string): Compiled | undefined {
  const parsed = parse(topic)
  return parsed.ok ? compile(parsed.filter, 'nearest') : undefined
}
