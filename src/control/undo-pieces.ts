/**
 * What a change of a route consists of, piece by piece: each account, each expression, each setting for itself. So that one change can be
 * taken back while all others stay. Pure.
 */
import type { Account } from '../domain/account.ts'
import { relations } from '../domain/post.ts'
import type { Pace, Route } from '../domain/route.ts'
import { keyOfText } from './terms.ts'

const people = ['follows', 'muted'] as const
const terms = ['keywords', 'topics', 'blocks'] as const
/** One setting each: of the languages, no two changes mix, since none at all means every one. */
const settings = [
  'languages',
  'reading',
  'deletions',
  'together',
  'links',
  'identity',
  'locked',
  'paused',
] as const satisfies readonly (keyof Route)[]

/**
 * Every piece of a route: its name to its state, as text. What a list does not hold has no piece. Two states of a piece are the same when
 * their texts are.
 */
function piecesOf(route: Route): ReadonlyMap<string, string> {
  const pieces = new Map<string, string>()
  for (const shelf of people) for (const { id } of route[shelf]) pieces.set(`${shelf} ${id}`, 'there')
  for (const shelf of terms) for (const text of route[shelf]) pieces.set(`${shelf} ${keyOfText(text)}`, text)
  for (const setting of settings) pieces.set(setting, JSON.stringify(route[setting]))
  for (const kind of relations) pieces.set(`kinds ${kind}`, String(route.kinds[kind]))
  const { mode, times, zone, quiet, perHour } = route.pace
  pieces.set('pace times', JSON.stringify([mode, times]))
  pieces.set('pace zone', zone)
  pieces.set('pace quiet', quiet === undefined ? '' : JSON.stringify([quiet.from, quiet.to]))
  pieces.set('pace perHour', String(perHour))
  return pieces
}

/** Names of the pieces that differ. */
export function touched(before: Route, after: Route): ReadonlySet<string> {
  const was = piecesOf(before)
  const is = piecesOf(after)
  return new Set([...was.keys(), ...is.keys()].filter(piece => was.get(piece) !== is.get(piece)))
}

/**
 * The route with the change from `before` to `after` taken back, and nothing else; undefined where a piece of it is no longer as the change
 * left it. What comes back into a list comes back to its place there.
 */
export function takenBack(before: Route, after: Route, now: Route): Route | undefined {
  const pieces = touched(before, after)
  const is = piecesOf(now)
  const left = piecesOf(after)
  if ([...pieces].some(piece => is.get(piece) !== left.get(piece))) return undefined
  const accounts = (shelf: 'follows' | 'muted') =>
    merged(before[shelf], now[shelf], pieces, account => idOf(shelf, account))
  const texts = (shelf: (typeof terms)[number]) =>
    merged(before[shelf], now[shelf], pieces, text => `${shelf} ${keyOfText(text)}`)
  const one = <K extends (typeof settings)[number]>(setting: K) => (pieces.has(setting) ? before : now)[setting]
  return {
    source: now.source,
    channel: now.channel,
    follows: accounts('follows'),
    keywords: texts('keywords'),
    topics: texts('topics'),
    blocks: texts('blocks'),
    muted: accounts('muted'),
    languages: one('languages'),
    kinds: {
      original: kind('original'),
      quote: kind('quote'),
      repost: kind('repost'),
      thread: kind('thread'),
      reply: kind('reply'),
    },
    reading: one('reading'),
    deletions: one('deletions'),
    pace: paceOf(before.pace, now.pace, pieces),
    together: one('together'),
    links: one('links'),
    identity: one('identity'),
    locked: one('locked'),
    paused: one('paused'),
  }

  function kind(of: (typeof relations)[number]): boolean {
    return (pieces.has(`kinds ${of}`) ? before : now).kinds[of]
  }
}

const idOf = (shelf: string, { id }: Account) => `${shelf} ${id}`

function paceOf(before: Pace, now: Pace, pieces: ReadonlySet<string>): Pace {
  const times = pieces.has('pace times') ? before : now
  const { quiet } = pieces.has('pace quiet') ? before : now
  const { perHour } = pieces.has('pace perHour') ? before : now
  return {
    mode: times.mode,
    times: times.times,
    zone: (pieces.has('pace zone') ? before : now).zone,
    ...(quiet === undefined ? {} : { quiet }),
    ...(perHour === undefined ? {} : { perHour }),
  }
}

/** `now`, where touched items are as in `before`: those that were there stand after what stood before them there. */
function merged<T>(
  before: readonly T[],
  now: readonly T[],
  pieces: ReadonlySet<string>,
  nameOf: (item: T) => string,
): readonly T[] {
  const list = now.filter(item => !pieces.has(nameOf(item)))
  let previous: string | undefined
  for (const item of before) {
    const own = nameOf(item)
    if (pieces.has(own)) {
      const at = previous === undefined ? -1 : list.findIndex(other => nameOf(other) === previous)
      list.splice(at + 1, 0, item)
    }
    // What was removed by others meanwhile is no neighbour any more.
    if (list.some(other => nameOf(other) === own)) previous = own
  }
  return list
}
