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

/** What was added under an entry that is the same as this one, the first if there are more; so a long list is compared with a long list in no time. */
export interface Register<Entry, T> {
  add(entry: Entry, value: T): void
  find(entry: Entry): T | undefined
}

/** The same by id where both say it, else by handle in any letter case. */
export function accounts<T>(): Register<Named, T> {
  const byId = new Map<string, T>()
  const byHandle = new Map<string, T>()
  const withoutId = new Map<string, T>()
  const first = (map: Map<string, T>, key: string, value: T) => map.has(key) || map.set(key, value)
  return {
    add({ handle, id }, value) {
      const key = handle.toLowerCase()
      first(byHandle, key, value)
      if (id === undefined) first(withoutId, key, value)
      else first(byId, id, value)
    },
    find({ handle, id }) {
      const key = handle.toLowerCase()
      return id === undefined ? byHandle.get(key) : (byId.get(id) ?? withoutId.get(key))
    },
  }
}

/** The same by what they look for, not by how they are spelled. */
export function terms<T>(): Register<string, T> {
  const byKey = new Map<string, T>()
  return {
    add(text, value) {
      const key = termKey(text)
      if (!byKey.has(key)) byKey.set(key, value)
    },
    find: text => byKey.get(termKey(text)),
  }
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
  const people = (now: readonly Account[], before: readonly Named[] | undefined, after: readonly Named[]) =>
    mergedList(now, before ?? now.map(named), after, accounts, account)
  const texts = (now: readonly string[], before: readonly string[] | undefined, after: readonly string[]) =>
    mergedList(now, before ?? now, after, terms, text => text)
  return {
    ...route,
    ...settingsOf(base, file),
    follows: file.follow === undefined ? route.follows : people(route.follows, base?.follow, file.follow),
    muted: file.mute === undefined ? route.muted : people(route.muted, base?.mute, file.mute),
    keywords: file.keywords === undefined ? route.keywords : texts(route.keywords, base?.keywords, file.keywords),
    blocks: file.block === undefined ? route.blocks : texts(route.blocks, base?.block, file.block),
    topics: file.topics === undefined ? route.topics : texts(route.topics, base?.topics, file.topics),
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
  register: () => Register<Entry, true>,
  made: (entry: Entry) => Item,
): readonly Item[] {
  const holding = (list: readonly Entry[]) => {
    const held = register()
    for (const entry of list) held.add(entry, true)
    return (entry: Entry) => held.find(entry) === true
  }
  const [wasThere, stays] = [holding(before), holding(after)]
  const kept = now.filter(item => !wasThere(item) || stays(item))
  const isKept = holding(kept)
  const seen = register()
  const added = after.filter(entry => {
    const fresh = !wasThere(entry) && !isKept(entry) && seen.find(entry) !== true
    seen.add(entry, true)
    return fresh
  })
  return [...kept, ...added.map(made)]
}
