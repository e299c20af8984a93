/**
 * What all channels want → the rules to ask X for. Pure.
 *
 * X charges for each post that a rule lets through, once however many rules do. So a rule says as much as X can be told of a want, never
 * more: what it lets through is matched again here. Wants of channels that are alike share rules, a want that another one includes has none.
 * Where X has no room for all rules the wants that cost least are taken more broadly (broaden.ts).
 */
import type { Route } from '../../../domain/route.ts'
import { Asking, type Broadening, notBroadened } from './asking.ts'
import { broaden, costOf } from './broaden.ts'
import { rateOf } from './estimate.ts'
import { type Bin, packGroups } from './packing.ts'
import { aroundRefusals, refusedTails, softenedSentence } from './refusals.ts'
import type { Head } from './template.ts'
import { readTopic } from './topics.ts'
import { everything, roomIn, type Want, wantKey, wantOfFollows, wantOfTopics } from './want.ts'

/** Rules of ours are known by this beginning of their tag. */
export const tagPrefix = 'birdwire:'

export interface Rule {
  readonly value: string
  readonly tag: string
}

/** Posts a day that X would charge for, as far as rates are known; topics are not in it, for nobody knows their rate. */
export interface Estimate {
  readonly postsPerDay: number
  /** The same if every channel were read completely. */
  readonly complete: number
}

export interface Plan {
  readonly rules: readonly Rule[]
  /** What cannot be asked for or costs more than it should, one sentence each, for a person. */
  readonly problems: readonly string[]
  readonly estimate: Estimate
}

export interface PlanLimits {
  /** Rules that this app may have besides those of others. */
  readonly cap: number
  /** Characters that a rule may have. */
  readonly charsMax: number
  /** Values that X has refused, with its reason: what they asked for is asked for more broadly, or not at all, and reported. */
  readonly refused: ReadonlyMap<string, string>
  /** Posts a day by account id, as far as they are known. */
  readonly rates: ReadonlyMap<string, number>
  /** Values of the rules at X: those that still fit are kept. */
  readonly existing: readonly string[]
}

export function planRules(routes: readonly Route[], limits: PlanLimits): Plan {
  const { heads, problems } = headsOf(routes, limits)
  const accounts = heads.filter(head => head.kind === 'account')
  const asking = new Asking(roomIn(limits.charsMax).keywords, refusedTails(limits.refused))
  const { broadening, left, bins } = fitted(heads, asking, limits)
  const { values, lost } = aroundRefusals(bins, limits.refused)
  for (const [tail, why] of asking.refusals) problems.push(softenedSentence(tail, why))
  problems.push(...lost)
  if (left.length > 0) problems.push(noRoom(left, limits.cap))
  if (values.length > limits.cap)
    problems.push(`X allows this app ${limits.cap} more rules and ${values.length} are needed: some posts do not come.`)
  const missing = new Set(left)
  return {
    rules: values
      .slice(0, Math.max(0, limits.cap))
      .map(value => ({ value, tag: `${tagPrefix}${value.includes('from:') ? 'accounts' : 'topics'}` })),
    problems,
    estimate: {
      postsPerDay: costOf(
        accounts.filter(head => !missing.has(head)),
        broadening,
      ),
      complete: accounts.reduce((sum, { rate }) => sum + rate, 0),
    },
  }
}

interface Fitted {
  readonly bins: readonly Bin[]
  readonly broadening: Broadening
  /** What there is no room for. */
  readonly left: readonly Head[]
}

function fitted(heads: readonly Head[], asking: Asking, { cap, charsMax, existing }: PlanLimits): Fitted {
  const groups = asking.groups(heads, notBroadened)
  // Rules that have one group each are the easiest to read; rules at X are kept where that is possible.
  for (const mixed of [false, true]) {
    for (const there of [existing, []]) {
      const bins = packGroups(groups, { charsMax, mixed, existing: there })
      if (bins.length <= cap) return { bins, broadening: notBroadened, left: [] }
    }
  }
  const fits = (broadening: Broadening) =>
    packGroups(asking.groups(heads, broadening), { charsMax, mixed: true, existing: [] }).length <= cap
  const broadening = broaden(heads, asking, fits)
  if (broadening !== undefined)
    return { ...packed(heads, asking, broadening, { cap, charsMax, existing }), broadening, left: [] }
  return cut(heads, asking, { cap, charsMax })
}

function packed(
  heads: readonly Head[],
  asking: Asking,
  broadening: Broadening,
  { cap, charsMax, existing }: Pick<PlanLimits, 'cap' | 'charsMax' | 'existing'>,
): { readonly bins: readonly Bin[] } {
  const groups = asking.groups(heads, broadening)
  const kept = packGroups(groups, { charsMax, mixed: true, existing })
  return { bins: kept.length <= cap ? kept : packGroups(groups, { charsMax, mixed: true, existing: [] }) }
}

/** Not even bare accounts and topics fit: accounts go before topics, and those that write most before others. */
function cut(heads: readonly Head[], asking: Asking, { cap, charsMax }: Pick<PlanLimits, 'cap' | 'charsMax'>): Fitted {
  const order = [...heads].sort((a, b) => Number(a.kind === 'topic') - Number(b.kind === 'topic') || b.rate - a.rate)
  const broadening = { wants: new Map<Want, Want>(), whole: new Set(heads) }
  const pack = (count: number) =>
    packGroups(asking.groups(order.slice(0, count), broadening), { charsMax, mixed: true, existing: [] })
  let some = 0
  let tooMany = order.length
  while (tooMany - some > 1) {
    const middle = (some + tooMany) >> 1
    if (pack(middle).length <= cap) some = middle
    else tooMany = middle
  }
  return { bins: pack(some), broadening, left: order.slice(some) }
}

function headsOf(
  routes: readonly Route[],
  { charsMax, rates }: PlanLimits,
): { readonly heads: readonly Head[]; readonly problems: string[] } {
  const heads = new Map<string, { -readonly [K in keyof Head]: Head[K] } & { wants: Want[] }>()
  const known = new Map<string, Want>()
  const problems = new Set<string>()
  const room = roomIn(charsMax)
  const add = (kind: Head['kind'], id: string, inReposts: string, name: string, want: Want) => {
    const key = `${kind} ${id}\n${inReposts}`
    const same = known.get(wantKey(want)) ?? want
    known.set(wantKey(want), same)
    const head = heads.get(key)
    if (head === undefined) heads.set(key, { kind, id, inReposts, name, wants: [same], rate: rateOf(kind, id, rates) })
    else if (!head.wants.includes(same)) head.wants.push(same)
  }
  for (const route of routes) {
    const muted = new Set(route.muted.map(({ id }) => id))
    const followed = wantOfFollows(route, room)
    // Nothing of a muted author is ever wanted, be he followed or not; to read completely is to know of his posts too.
    for (const { id, handle } of route.follows)
      if (route.reading === 'complete' || !muted.has(id)) add('account', id, id, `@${handle}`, followed)
    const asked = wantOfTopics(route, room)
    for (const topic of route.topics) {
      const parts = readTopic(topic, charsMax)
      if (typeof parts === 'string') problems.add(parts)
      else
        for (const { own, inReposts } of parts) {
          if (own.length <= charsMax - room.tail) add('topic', own, inReposts, topic, asked)
          else add('topic', inReposts, inReposts, topic, everything)
        }
    }
  }
  return { heads: [...heads.values()], problems: [...problems] }
}

/** Names shown of what there is no room for. */
const namesShown = 5

function noRoom(left: readonly Head[], cap: number): string {
  const names = left.slice(0, namesShown).map(({ kind, name }) => (kind === 'topic' ? `the topic ${name}` : name))
  const more = left.length > names.length ? ` and ${left.length - names.length} more` : ''
  return `X allows this app ${cap} more rules, and there is no room in them for ${names.join(', ')}${more}: these posts do not come.`
}
