/**
 * From what a person entered into a channel's form to what they would have typed. Pure. Only what differs from what the form showed is meant:
 * what somebody else changed meanwhile stays, and where both changed the same setting neither wins unseen.
 */
import { expressions } from '../../../control/args.ts'
import { readPace } from '../../../control/pace-typed.ts'
import { accountsIn } from '../../../control/pasted.ts'
import { termProblem } from '../../../control/terms.ts'
import { forTerminal } from '../../../control/words.ts'
import { parse } from '../../../domain/filter/parse.ts'
import { keyOf } from '../../../domain/filter/print.ts'
import type { Route } from '../../../domain/route.ts'
import { namesPerCommandMax, termsPerCommandMax } from '../../../limits.ts'
import { type Entered, type Field, isWhole, kinds, listOf, shownOf, type TextField } from './fields.ts'

/** One thing to do: what one would type after `/birdwire`, and the field that asks for it. */
export interface Step {
  readonly field: Field
  readonly does: string
}

export interface Plan {
  readonly steps: readonly Step[]
  /** What cannot be, by field, in plain text; then nothing of the plan is done. */
  readonly problems: ReadonlyMap<Field, string>
  /** Settings that somebody else has changed since the form showed them. */
  readonly overtaken: ReadonlyMap<Field, string>
}

/** `shown`: what the form showed. `now`: what is set now. */
export function planOf(shown: Route, now: Route, wish: Entered): Plan {
  const problems = new Map<Field, string>()
  const overtaken = new Map<Field, string>()
  const before = shownOf(shown)
  const current = shownOf(now)
  const changed = (field: TextField): string | undefined => {
    const typed = wish.texts[field]?.trim()
    if (typed === undefined || typed === before.texts[field]) return undefined
    if (current.texts[field] !== before.texts[field] && current.texts[field] !== typed)
      overtaken.set(field, overtakenBy(current.texts[field]))
    return typed
  }

  const shelves = (['keywords', 'blocks', 'topics'] as const).map(field => ({
    field,
    ...termsOf(field, shown, wish.texts[field], problems),
  }))
  const adding = shelves.flatMap(({ field, added }) =>
    batches(added, termsPerCommandMax).map(some => ({ field, does: `${verbOf(field)} add ${some.join(', ')}` })),
  )
  const removing = shelves.flatMap(({ field, removed }) =>
    batches(removed, termsPerCommandMax).map(some => ({ field, does: `${verbOf(field)} remove ${some.join(', ')}` })),
  )
  const followed = followedOf(shown, now, wish.texts.followed)
  const follow = [...accountsIn(wish.texts.follow ?? ''), ...followed.added]
  const list = wish.texts.import?.trim() ?? ''
  const pace = paceOf(changed, problems)
  const options = optionsOf(before, current, wish, overtaken)
  const pausing = wish.paused !== undefined && wish.paused !== shown.paused && wish.paused !== now.paused
  const step = (field: Field, does: string): Step => ({ field, does })
  return {
    problems,
    overtaken,
    // What filters comes before those it filters, and what lets more in after everything else.
    steps: [
      ...(pausing && wish.paused === true ? [step('paused', 'pause')] : []),
      ...adding,
      ...options,
      ...pace,
      ...batches(follow, namesPerCommandMax).map(some => step('follow', `follow ${some.join(' ')}`)),
      ...batches(followed.removed, namesPerCommandMax).map(some => step('followed', `unfollow ${some.join(' ')}`)),
      ...removing,
      ...(list === '' ? [] : [step('import', `import ${list.replaceAll(/\s+/g, ' ')}`)]),
      ...(pausing && wish.paused === false ? [step('paused', 'resume')] : []),
    ],
  }
}

const overtakenBy = (now: string): string =>
  `Somebody else has changed this meanwhile: it is ${now === '' ? 'empty' : `“${now}”`} now. Send it again if yours is to count.`

type Shelf = 'keywords' | 'blocks' | 'topics'

const verbOf = (shelf: Shelf): string => (shelf === 'topics' ? 'topic' : 'keyword')
/** A block as it is typed. */
const asTyped = (shelf: Shelf, text: string): string =>
  shelf === 'blocks' && !text.startsWith('-') ? `-(${text})` : text
/** What an expression looks for; one that cannot be read is equal to itself. */
function keyOfText(text: string): string {
  const parsed = parse(text)
  return parsed.ok ? keyOf(parsed.filter) : text.toLowerCase()
}

function termsOf(
  shelf: Shelf,
  shown: Route,
  text: string | undefined,
  problems: Map<Field, string>,
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  if (text === undefined) return { added: [], removed: [] }
  const typed = expressions(text)
  const whole = isWhole(shelf, shown)
  const key = (one: string) => keyOfText(asTyped(shelf, one))
  const before = new Map(listOf(shelf, shown).map(one => [key(one), one]))
  const there = new Set(typed.map(key))
  const added = typed.filter(one => !before.has(key(one))).map(one => asTyped(shelf, one))
  const wrong = added.flatMap(one => termProblem(one, shelf === 'topics' ? 'topics' : 'keywords') ?? [])
  if (wrong.length > 0) problems.set(shelf, wrong.join('\n'))
  const removed = whole ? [...before].filter(([own]) => !there.has(own)).map(([, one]) => asTyped(shelf, one)) : []
  return { added, removed }
}

/** Lines taken away are unfollowed, if they still are followed; lines put there are followed. */
function followedOf(
  shown: Route,
  now: Route,
  text: string | undefined,
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  if (text === undefined || !isWhole('followed', shown)) return { added: [], removed: [] }
  const typed = accountsIn(text)
  const bare = (name: string) => name.replace(/^@/, '').toLowerCase()
  const there = new Set(typed.map(bare))
  const before = new Map(shown.follows.map(account => [account.handle.toLowerCase(), account]))
  const still = new Map(now.follows.map(account => [account.id, account]))
  return {
    added: typed.filter(name => !before.has(bare(name))),
    removed: [...before].flatMap(([handle, { id }]) => {
      const current = still.get(id)
      return there.has(handle) || current === undefined ? [] : [`@${current.handle}`]
    }),
  }
}

const paceFields = {
  times: (typed: string) => (typed === '' ? 'live' : `digest ${typed}`),
  zone: (typed: string) => `zone ${typed === '' ? 'UTC' : typed}`,
  quiet: (typed: string) => `quiet ${typed === '' ? 'off' : typed}`,
  perHour: (typed: string) => `at most ${typed === '' ? 'any' : typed}`,
} as const
const fieldsOfPace = ['times', 'zone', 'quiet', 'perHour'] as const

/** All of it in one change; each field is looked at for itself, so that what is wrong is said where it is. */
function paceOf(changed: (field: TextField) => string | undefined, problems: Map<Field, string>): readonly Step[] {
  const parts: Step[] = []
  for (const field of fieldsOfPace) {
    const typed = changed(field)
    if (typed === undefined) continue
    const does = paceFields[field](typed)
    const read = readPace(does)
    if (typeof read === 'string') problems.set(field, forTerminal(read))
    else parts.push({ field, does })
  }
  const [first] = parts
  return first === undefined ? [] : [{ field: first.field, does: `pace ${parts.map(({ does }) => does).join(' ')}` }]
}

/** What people type for a kind. */
const words = {
  original: 'originals',
  quote: 'quotes',
  repost: 'reposts',
  thread: 'threads',
  reply: 'replies',
} as const

function optionsOf(before: Entered, current: Entered, wish: Entered, overtaken: Map<Field, string>): readonly Step[] {
  const { kinds: ticked, reading } = wish
  const wanted =
    ticked === undefined ? [] : kinds.filter(kind => ticked.includes(kind) !== before.kinds?.includes(kind))
  const parts = wanted.map(kind => `${words[kind]} ${ticked?.includes(kind) === true ? 'on' : 'off'}`)
  const steps: Step[] = parts.length === 0 ? [] : [{ field: 'kinds', does: `options ${parts.join(' ')}` }]
  if (reading === undefined || reading === before.reading) return steps
  if (current.reading !== before.reading && current.reading !== reading)
    overtaken.set('reading', overtakenBy(current.reading ?? ''))
  return [...steps, { field: 'reading', does: `options reading ${reading}` }]
}

function batches(items: readonly string[], size: number): readonly (readonly string[])[] {
  const made: (readonly string[])[] = []
  for (let at = 0; at < items.length; at += size) made.push(items.slice(at, at + size))
  return made
}
