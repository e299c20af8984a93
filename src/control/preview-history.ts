/**
 * How complete the past is that a change was tried on. X sends only what its rules let through, and nothing of those who were not followed
 * yet: such posts are in no count, and a person should know how many they may be.
 */
import type { Account } from '../domain/account.ts'
import { dayMs } from '../domain/day.ts'
import { readsWhole } from '../domain/money/rates.ts'
import type { Route } from '../domain/route.ts'
import { undoChangesMax } from '../limits.ts'
import type { AuditRow } from '../store/store.ts'
import type { ControlDeps } from './control.ts'
import { gapsAsked } from './gaps.ts'
import { code, counted, duration, listed, person, plain } from './words.ts'

/** Fewer missing posts than this share, or than so many, are within what a lifetime's average cannot say. */
const missingShare = 0.2
const missingMin = 5
const namesShown = 5

/** Sentences about what the counts leave out; empty when nothing is known to be missing. `since`: epoch ms. */
export async function leftOut(deps: ControlDeps, before: Route, after: Route, since: number): Promise<string[]> {
  const { store, source, clock } = deps
  const now = clock.now()
  const routes = (await store.routes()).filter(route => route.source === source.name)
  const flows = await store.accountFlows(source.name, since)
  const changes = await store.audit(undefined, undoChangesMax)
  const fresh = new Set(followedSince(changes, since))
  const read = new Map<string, boolean>()
  for (const route of routes)
    for (const { id } of route.follows) read.set(id, read.get(id) === true || (readsWhole(route) && !fresh.has(id)))
  const stored = new Map(flows.map(flow => [flow.id, flow.posts]))
  const followed = [...new Map([...before.follows, ...after.follows].map(account => [account.id, account])).values()]
  return [
    ...countSentence(followed, stored, read, (now - since) / dayMs),
    ...newcomers(followed, read, fresh),
    ...newTopics(before, after),
    ...(await gapSentence(deps, before.channel, since)),
    ...budgetSentence(deps),
  ]
}

/** Ids of accounts that some channel follows only since then. */
function followedSince(changes: readonly AuditRow[], since: number): string[] {
  return changes
    .filter(({ at }) => at >= since)
    .flatMap(({ before, after }) => {
      const had = new Set(before?.follows.map(({ id }) => id))
      return after.follows.filter(({ id }) => !had.has(id)).map(({ id }) => id)
    })
}

/** Where everything of an account was read, what is stored is all; elsewhere X's own figure says what there was, as far as X told one. */
function countSentence(
  followed: readonly Account[],
  stored: ReadonlyMap<string, number>,
  read: ReadonlyMap<string, boolean>,
  days: number,
): string[] {
  let seen = 0
  let written = 0
  for (const { id, postsPerDay } of followed) {
    const posts = stored.get(id) ?? 0
    seen += posts
    written += read.get(id) === true ? posts : Math.max(posts, (postsPerDay ?? 0) * days)
  }
  const missing = written - seen
  if (missing < missingMin || missing < written * missingShare) return []
  return [
    `X sent about ${Math.round(seen).toLocaleString('en')} of some ${counted(Math.round(written), 'post')} of those followed here in that time, by what X says of how much they write; what it left out is not in this count.`,
  ]
}

function newcomers(
  followed: readonly Account[],
  read: ReadonlyMap<string, boolean>,
  fresh: ReadonlySet<string>,
): string[] {
  const never = followed.filter(({ id }) => !read.has(id))
  const late = followed.filter(({ id }) => read.has(id) && fresh.has(id))
  const lines: string[] = []
  if (never.length > 0)
    lines.push(
      `${listed(never.map(person), namesShown)} ${never.length === 1 ? 'is' : 'are'} followed nowhere yet, so hardly any of what they wrote is known.`,
    )
  if (late.length > 0)
    lines.push(`Followed for less than that time, so not known from before: ${listed(late.map(person), namesShown)}.`)
  return lines
}

function newTopics(before: Route, after: Route): string[] {
  const asked = new Set(before.topics)
  const fresh = after.topics.filter(topic => !asked.has(topic))
  if (fresh.length === 0) return []
  return [
    `X was never asked for ${listed(fresh.map(code), namesShown)}: only posts that came for another reason are in this count.`,
  ]
}

async function gapSentence({ store, clock }: ControlDeps, channel: string, since: number): Promise<string[]> {
  const missing = (await store.gaps(gapsAsked)).filter(
    ({ state, to, channels }) =>
      state !== 'closed' && to > since && (channels.length === 0 || channels.includes(channel)),
  )
  if (missing.length === 0) return []
  const ms = missing.reduce((sum, { from, to }) => sum + Math.min(to, clock.now()) - Math.max(from, since), 0)
  return [`X was not wholly read for ${duration(ms)} of that time: \`/birdwire gaps\` says more.`]
}

function budgetSentence({ money }: ControlDeps): string[] {
  if (money === undefined) return []
  const { held, level } = money.standing()
  if (held !== undefined) return [`Nothing is read from X at present: ${plain(held)}`]
  return level.step === 0
    ? []
    : ["Because of the month's budget less is read from X at present: `/birdwire cost` says what was given up."]
}
