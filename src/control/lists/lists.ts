/**
 * What people configured in a channel, as a file says it: names instead of accounts, and nothing that Birdwire found out by itself. Pure:
 * from a route to its lists, and from what somebody changed in a file to the route that follows from it.
 */
import type { Account } from '../../domain/account.ts'
import { parse } from '../../domain/filter/parse.ts'
import { keyOf } from '../../domain/filter/print.ts'
import type { Route } from '../../domain/route.ts'

/** An account as a file names it. With the id nobody has to be asked who it is. */
export interface Named {
  readonly handle: string
  readonly id?: string
}

/** How a file writes one: the handle, and the id in brackets. X allows handles of 15 characters, and a few old ones are longer. */
export const nameForm = /^@?([A-Za-z0-9_]{1,30})(?:\s*\((\d{1,20})\))?$/

type Settings = Pick<
  Route,
  'kinds' | 'languages' | 'reading' | 'deletions' | 'pace' | 'together' | 'links' | 'identity' | 'locked' | 'paused'
>

/** Expressions are in their printed form. */
export interface Lists extends Settings {
  readonly follow: readonly Named[]
  readonly mute: readonly Named[]
  readonly keywords: readonly string[]
  readonly block: readonly string[]
  readonly topics: readonly string[]
}

/** What a file has no business with is left out: the old bot's folders know names and keywords only. */
export type SomeLists = Partial<Lists>

export function listsOf(route: Route): Lists {
  const { kinds, languages, reading, deletions, pace, together, links, identity, locked, paused } = route
  return {
    follow: route.follows.map(named),
    mute: route.muted.map(named),
    keywords: route.keywords,
    block: route.blocks,
    topics: route.topics,
    ...{ kinds, languages, reading, deletions, pace, together, links, identity, locked, paused },
  }
}

const named = ({ handle, id }: Account): Named => ({ handle, id })

/** By id where both say it, else by handle in any letter case. */
export function sameAccount(a: Named, b: Named): boolean {
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id
  return a.handle.toLowerCase() === b.handle.toLowerCase()
}

/** By what they look for, not by how they are spelled. */
export function sameTerm(a: string, b: string): boolean {
  return a === b || termKey(a) === termKey(b)
}

function termKey(text: string): string {
  const parsed = parse(text)
  return parsed.ok ? keyOf(parsed.filter) : text
}

/**
 * The route when what somebody changed in a file is changed in it. `base`: what the file said when it and the route were last the same;
 * where it is not known, the file is right in all that it says. What others have changed in the route meanwhile stays.
 * `account` finds who a name is; it must know all names that are new.
 */
export function merged(
  route: Route,
  base: SomeLists | undefined,
  file: SomeLists,
  account: (name: Named) => Account,
): Route {
  const accounts = (now: readonly Account[], before: readonly Named[] | undefined, after: readonly Named[]) =>
    mergedList(now, before ?? now.map(named), after, sameAccount, account)
  const terms = (now: readonly string[], before: readonly string[] | undefined, after: readonly string[]) =>
    mergedList(now, before ?? now, after, sameTerm, text => text)
  return {
    ...route,
    ...settingsOf(base, file),
    follows: file.follow === undefined ? route.follows : accounts(route.follows, base?.follow, file.follow),
    muted: file.mute === undefined ? route.muted : accounts(route.muted, base?.mute, file.mute),
    keywords: file.keywords === undefined ? route.keywords : terms(route.keywords, base?.keywords, file.keywords),
    blocks: file.block === undefined ? route.blocks : terms(route.blocks, base?.block, file.block),
    topics: file.topics === undefined ? route.topics : terms(route.topics, base?.topics, file.topics),
  }
}

/** Those that the file changed. */
function settingsOf(base: SomeLists | undefined, file: SomeLists): Partial<Settings> {
  const { follow: _f, mute: _m, keywords: _k, block: _b, topics: _t, ...settings } = file
  if (base === undefined) return settings
  const old: SomeLists = base
  return Object.fromEntries(
    Object.entries(settings).filter(
      ([name, value]) =>
        JSON.stringify(value) !== JSON.stringify(Object.entries(old).find(([key]) => key === name)?.[1]),
    ),
  )
}

/** Without what the file took out, and with what it put in, in its order. */
function mergedList<Item extends Entry, Entry>(
  now: readonly Item[],
  before: readonly Entry[],
  after: readonly Entry[],
  same: (a: Entry, b: Entry) => boolean,
  made: (entry: Entry) => Item,
): readonly Item[] {
  const has = (list: readonly Entry[], entry: Entry) => list.some(other => same(other, entry))
  const kept = now.filter(item => !has(before, item) || has(after, item))
  const added = after.filter((entry, i) => !has(before, entry) && !has(kept, entry) && !has(after.slice(0, i), entry))
  return [...kept, ...added.map(made)]
}
