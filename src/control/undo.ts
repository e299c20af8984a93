/**
 * `undo [id]`: takes back one change of this channel and leaves all others alone. Where a later change touched the same account, expression or
 * setting nothing is done: it would be lost. An undo is a change like any other, with its line in the channel, and may be undone.
 */
import { emptyRoute, type Route } from '../domain/route.ts'
import { followsPerChannelMax, termsPerChannelMax, undoChangesMax } from '../limits.ts'
import type { AuditRow } from '../store/store.ts'
import { tidy } from './args.ts'
import { type Actor, type Answer, alter, type Control, type ControlDeps, refused } from './control.ts'
import { changeInWords, changesMeant, described, shortId, signatureOf, undoerOf } from './log.ts'
import { refusalFor } from './may.ts'
import { routeOrEmpty, sameWishes } from './preview-trial.ts'
import { takenBack, touched } from './undo-pieces.ts'
import { ago, code, signature } from './words.ts'

/** How often it is looked anew when others change the channel at the same time. */
const triesMax = 3
/** Characters of an id: longer is none, and said no further. */
const idCharsShown = 36

export const undo: Control = async (deps, who, channel, args) => {
  for (let tries = 0; tries < triesMax; tries++) {
    // The route is read before the changes: what is changed after that is noticed when it is to be written.
    const route = await routeOrEmpty(deps, channel)
    const rows = (await deps.store.audit(channel, undoChangesMax)).filter(
      ({ after }) => after.source === deps.source.name,
    )
    const row = await changeMeant(deps, channel, tidy(args), rows)
    if (typeof row === 'string') return refused(row)
    const after = await withoutIt(deps, who, row, rows, route)
    if (typeof after === 'string') return refused(after)
    const done = await takeBack(deps, who, channel, row, rows, route, after)
    if (done !== undefined) return done
  }
  return refused('Others are changing this channel at this moment: please try again.')
}

/** The change, or the sentence that says why there is none. */
async function changeMeant(
  { store }: ControlDeps,
  channel: string,
  typed: string,
  rows: readonly AuditRow[],
): Promise<AuditRow | string> {
  const way = '`/birdwire log` shows the changes here with their ids.'
  if (typed === '') {
    const newest = rows.find(row => row.undoes === undefined && row.undoneBy === undefined && touchedBy(row).size > 0)
    return newest ?? 'There is no change here to take back.'
  }
  const [row, ...others] = changesMeant(typed, rows)
  if (others.length > 0) return `Several changes end in ${code(typed)}: please type more of it. ${way}`
  if (row !== undefined) return row
  const older = await store.auditRow(typed.toLowerCase())
  return older?.channel === channel
    ? `That is not among the newest ${undoChangesMax} changes of this channel any more: please change it by hand.`
    : `There is no change ${code(typed.slice(0, idCharsShown))} of this channel. ${way}`
}

/** The route without that change, or why not. */
async function withoutIt(
  deps: ControlDeps,
  who: Actor,
  row: AuditRow,
  rows: readonly AuditRow[],
  route: Route,
): Promise<Route | string> {
  const said = await changeInWords(deps, who, row)
  if (row.undoneBy !== undefined) return undoneAlready(deps, who, row, rows)
  const before = await withNewNames(deps, row.before ?? emptyRoute(route.source, route.channel))
  const pieces = touched(before, row.after)
  if (pieces.size === 0) return `There is nothing to take back in that: ${said}.`
  const needsAdmin = pieces.has('locked') ? refusalFor(who.role ?? 'member', 'administer', route) : undefined
  if (needsAdmin !== undefined) return needsAdmin
  const later = laterThan(row, rows).find(other => [...touchedBy(other)].some(piece => pieces.has(piece)))
  if (later !== undefined)
    return `That cannot be taken back without losing a later change: ${await changeInWords(deps, who, later)}. Take that back first (${code(`/birdwire undo ${shortId(later.id, rows)}`)}), or change it by hand.`
  const after = takenBack(before, row.after, route)
  if (after === undefined)
    return 'That cannot be taken back: what it changed is no longer as it left it. `/birdwire list` shows how it is.'
  return tooMuch(after, route) ?? after
}

async function undoneAlready(deps: ControlDeps, who: Actor, row: AuditRow, rows: readonly AuditRow[]): Promise<string> {
  const first = rows.find(({ id }) => id === row.undoneBy)
  if (first === undefined) return 'That was taken back already.'
  const now = deps.clock.now()
  const by = `${await signatureOf(deps, who, first.who)} took that back ${ago(now, first.at)}`
  const again = rows.find(({ id }) => id === first.undoneBy)
  if (again === undefined) return `${by}, so nothing was changed.`
  return `${by}, and ${await signatureOf(deps, who, again.who)} brought it back ${ago(now, again.at)}: ${code(`/birdwire undo ${shortId(again.id, rows)}`)} takes it back again.`
}

/** Changes since, without those that were taken back since and what took them back: together they are nothing. Newest first. */
function laterThan(row: AuditRow, rows: readonly AuditRow[]): readonly AuditRow[] {
  const later = rows.slice(0, rows.indexOf(row))
  const gone = new Set<string>()
  for (const other of later) {
    const undoer = undoerOf(other, rows)
    if (undoer !== undefined) gone.add(other.id).add(undoer.id)
  }
  return later.filter(({ id }) => !gone.has(id))
}

/** Names of the pieces that a change changed. */
const touchedBy = ({ before, after }: AuditRow) => touched(before ?? emptyRoute(after.source, after.channel), after)

/** Accounts are kept by the newest name that is known of them. */
async function withNewNames({ store, source }: ControlDeps, route: Route): Promise<Route> {
  const ids = [...route.follows, ...route.muted].map(({ id }) => id)
  const known = new Map((await store.people(source.name, ids)).map(({ account }) => [account.id, account]))
  const newest = (accounts: Route['follows']) => accounts.map(account => known.get(account.id) ?? account)
  return { ...route, follows: newest(route.follows), muted: newest(route.muted) }
}

function tooMuch(after: Route, now: Route): string | undefined {
  const shelves = [
    ['follows', followsPerChannelMax],
    ['muted', followsPerChannelMax],
    ['keywords', termsPerChannelMax],
    ['topics', termsPerChannelMax],
    ['blocks', termsPerChannelMax],
  ] as const
  const full = shelves.find(([shelf, max]) => after[shelf].length > max && after[shelf].length > now[shelf].length)
  return full === undefined
    ? undefined
    : `There is no room any more for what that took away: a channel can hold ${full[1]} of a kind.`
}

/** Undefined: something changed meanwhile, and nothing was done. */
async function takeBack(
  deps: ControlDeps,
  who: Actor,
  channel: string,
  row: AuditRow,
  rows: readonly AuditRow[],
  expected: Route,
  after: Route,
): Promise<Answer | undefined> {
  const { root, depth } = rootOf(row, rows)
  const [did, done] =
    depth % 2 === 0 ? (['took back', 'Taken back'] as const) : (['brought back', 'Brought back'] as const)
  const whose = root.who === who.id ? 'their own change' : `${await signatureOf(deps, who, root.who)}'s change`
  const changed = await alter(deps, who, channel, route =>
    sameWishes(route, expected)
      ? {
          route: after,
          what: `${did}: ${root.what}`,
          notice: `${signature(who)} ${did} ${whose}: ${described(root)}.`,
          undoes: row.id,
        }
      : undefined,
  )
  return changed
    ? { text: `${done}: ${described(root)}. \`/birdwire log\` shows all changes here.`, changed }
    : undefined
}

/** The change that an undo, or the undo of one, is about in the end, and how often it was turned round. */
function rootOf(row: AuditRow, rows: readonly AuditRow[]): { readonly root: AuditRow; readonly depth: number } {
  const under = rows.find(({ id }) => id === row.undoes)
  if (under === undefined) return { root: row, depth: 0 }
  const { root, depth } = rootOf(under, rows)
  return { root, depth: depth + 1 }
}
