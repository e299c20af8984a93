/**
 * Following, unfollowing, muting and unmuting: lists of accounts, one way to change them. Names are answered one by one: what worked is done,
 * what did not is said. The network is asked only about names we do not know already, since it charges for each.
 */
import type { Account } from '../domain/account.ts'
import type { Route } from '../domain/route.ts'
import { nearest } from '../kit/similar.ts'
import { followsPerChannelMax, namesPerCommandMax } from '../limits.ts'
import { handleOf, names, slackThing } from './args.ts'
import { type Actor, type Answer, alter, type Control, type ControlDeps, refused, routeOf } from './control.ts'
import { followEstimate } from './estimate.ts'
import { keywordRule } from './list.ts'
import { counted, listed, person, plain, signature } from './words.ts'

type Shelf = 'follows' | 'muted'

const wording = {
  follows: {
    verb: 'follow',
    back: 'unfollow',
    added: 'followed',
    removed: 'unfollowed',
    now: 'Now following',
    already: 'Already followed here',
    gone: 'No longer following',
    missing: 'not followed here',
  },
  muted: {
    verb: 'mute',
    back: 'unmute',
    added: 'muted',
    removed: 'unmuted',
    now: 'Muted here',
    already: 'Already muted here',
    gone: 'No longer muted',
    missing: 'not muted here',
  },
} as const

/** Names shown in one line of the channel; the rest is counted. */
const namesShown = 10

export const follow: Control = (deps, who, channel, args) => add(deps, who, channel, args, 'follows')
export const unfollow: Control = (deps, who, channel, args) => remove(deps, who, channel, args, 'follows')
export const mute: Control = (deps, who, channel, args) => add(deps, who, channel, args, 'muted')
export const unmute: Control = (deps, who, channel, args) => remove(deps, who, channel, args, 'muted')

async function add(deps: ControlDeps, who: Actor, channel: string, args: string, shelf: Shelf): Promise<Answer> {
  const words = wording[shelf]
  const wanted = names(args)
  const problem = countProblem(wanted, words.verb)
  if (problem !== undefined) return refused(problem)

  const lines: string[] = []
  const route = await routeOf(deps, channel)
  const before = route === undefined ? [] : [...route[shelf], ...route.follows, ...route.muted]
  const found: Account[] = []
  const unknown: string[] = []
  for (const item of wanted) {
    const thing = slackThing(item)
    const known = before.find(account => sameHandle(account, item))
    if (thing !== undefined) lines.push(notAnAccount(thing))
    else if (known !== undefined) found.push(known)
    else unknown.push(item)
  }
  for (const resolution of unknown.length === 0 ? [] : await deps.source.resolve(unknown, deps.signal)) {
    if (resolution.kind === 'found') found.push(resolution.account)
    else lines.push(plain(resolution.why))
  }

  let added: readonly Account[] = []
  let already: readonly Account[] = []
  let full: readonly Account[] = []
  let after: Route | undefined
  const changed = await alter(deps, who, channel, route => {
    const once = [...new Map(found.map(account => [account.id, account])).values()]
    already = once.filter(account => has(route[shelf], account))
    const fresh = once.filter(account => !has(route[shelf], account))
    const room = Math.max(0, followsPerChannelMax - route[shelf].length)
    added = fresh.slice(0, room)
    full = fresh.slice(room)
    after = { ...route, [shelf]: [...route[shelf], ...added] }
    if (added.length === 0) return undefined
    return {
      route: after,
      what: `${words.added} ${listed(added.map(account => `@${account.handle}`))}`,
      notice: `${signature(who)} ${words.added} ${listed(added.map(person), namesShown)}.`,
    }
  })
  if (full.length > 0)
    lines.unshift(
      `No room for ${listed(full.map(person), namesShown)}: a channel can hold ${counted(followsPerChannelMax, 'name')}.`,
    )
  const problems = [...lines]
  if (already.length > 0) lines.unshift(`${words.already}: ${listed(already.map(person))}.`)
  if (added.length > 0) lines.unshift(`${words.now} ${listed(added.map(person))}.`)
  if (changed && after !== undefined) {
    if (shelf === 'follows') lines.push(...(await followEstimate(deps, after, added)))
    lines.push(...remarks(after, shelf, added))
  }
  return { text: lines.join('\n'), changed, ...(problems.length === 0 ? {} : { refused: problems }) }
}

async function remove(deps: ControlDeps, who: Actor, channel: string, args: string, shelf: Shelf): Promise<Answer> {
  const words = wording[shelf]
  const wanted = names(args)
  const problem = countProblem(wanted, words.back)
  if (problem !== undefined) return refused(problem)

  const before = (await routeOf(deps, channel))?.[shelf] ?? []
  const lines: string[] = []
  const ids = new Set<string>()
  for (const item of wanted) {
    const thing = slackThing(item)
    const known = before.find(account => sameHandle(account, item) || account.id === item)
    if (thing !== undefined) lines.push(notAnAccount(thing))
    else if (known !== undefined) ids.add(known.id)
    else {
      const renamed = await renamedAmong(deps, before, item)
      if (renamed !== undefined) ids.add(renamed.id)
      else lines.push(notThere(item, before, words.missing))
    }
  }

  let removed: readonly Account[] = []
  const changed = await alter(deps, who, channel, route => {
    removed = route[shelf].filter(account => ids.has(account.id))
    if (removed.length === 0) return undefined
    return {
      route: { ...route, [shelf]: route[shelf].filter(account => !ids.has(account.id)) },
      what: `${words.removed} ${listed(removed.map(account => `@${account.handle}`))}`,
      notice: `${signature(who)} ${words.removed} ${listed(removed.map(person), namesShown)}.`,
    }
  })
  const problems = [...lines]
  if (removed.length > 0) lines.unshift(`${words.gone}: ${listed(removed.map(person))}.`)
  else if (ids.size > 0) lines.unshift('Somebody else has just removed that.')
  return { text: lines.join('\n'), changed, ...(problems.length === 0 ? {} : { refused: problems }) }
}

/**
 * The account somebody typed by a handle that is newer than the one we know. A near miss is not looked up: it is a slip, and the
 * answer will say so.
 */
async function renamedAmong(deps: ControlDeps, known: readonly Account[], typed: string): Promise<Account | undefined> {
  if (known.length === 0 || near(typed, known) !== undefined) return undefined
  const [resolution] = await deps.source.resolve([typed], deps.signal)
  return resolution?.kind === 'found' ? known.find(account => account.id === resolution.account.id) : undefined
}

function notThere(typed: string, known: readonly Account[], missing: string): string {
  const close = near(typed, known)
  const hint = close === undefined ? '' : ` ${plain(`@${close}`)} is: did you mean that?`
  return `${plain(`@${handleOf(typed)}`)} is ${missing}.${hint}`
}

const near = (typed: string, known: readonly Account[]) =>
  nearest(
    handleOf(typed),
    known.map(account => account.handle),
  )

const has = (accounts: readonly Account[], account: Account) => accounts.some(other => other.id === account.id)

const sameHandle = (account: Account, typed: string) => account.handle.toLowerCase() === handleOf(typed).toLowerCase()

const notAnAccount = (thing: string) =>
  `That is ${thing}, not an account on X. Type the name as it is on X, without the @.`

function countProblem(wanted: readonly string[], verb: string): string | undefined {
  if (wanted.length === 0) return `Whom? For example: \`/birdwire ${verb} mira_okafor tomas_lind\`.`
  if (wanted.length <= namesPerCommandMax) return undefined
  return `That is ${counted(wanted.length, 'name')}; one command takes ${namesPerCommandMax}. Nothing was changed: please split it.`
}

/** What somebody who just added a name would otherwise wonder about. */
function remarks(route: Route, shelf: Shelf, added: readonly Account[]): string[] {
  const lines: string[] = []
  if (shelf === 'muted') {
    const still = added.filter(account => has(route.follows, account))
    if (still.length > 0)
      lines.push(`Still followed, but nothing of theirs comes until unmuted: ${listed(still.map(person))}.`)
    return lines
  }
  const silent = added.filter(account => has(route.muted, account))
  if (silent.length > 0) lines.push(`Muted here, so nothing of theirs comes: ${listed(silent.map(person))}.`)
  if (route.keywords.length > 0) lines.push(`${keywordRule(route)}: \`/birdwire list\` shows.`)
  if (route.paused) lines.push('This channel is paused: `/birdwire resume` lets posts come again.')
  return lines
}
