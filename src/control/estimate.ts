/**
 * What a wish will cost, said when it is made: by what was seen of an account, else by what X said of its whole life. Where nothing is known nothing is
 * said.
 */

import type { Account } from '../domain/account.ts'
import { dayMs } from '../domain/day.ts'
import { prepare } from '../domain/filter/doc.ts'
import { match } from '../domain/filter/match.ts'
import { parse } from '../domain/filter/parse.ts'
import { aboutCount, dollars } from '../domain/money/dollars.ts'
import { type Rate, rateOf, readsWhole } from '../domain/money/rates.ts'
import type { Post } from '../domain/post.ts'
import { xRateCard } from '../domain/rate-card.ts'
import type { Route } from '../domain/route.ts'
import { keywordSamplePosts, ratesDays } from '../limits.ts'
import type { ControlDeps } from './control.ts'
import { counted, listed, person } from './words.ts'

const monthDays = 30
/** Fewer posts say nothing about a keyword. */
const sampleMin = 20

/** A sentence about accounts that a channel follows now; nothing when no rate is known. `route`: after the change. */
export async function followEstimate(deps: ControlDeps, route: Route, added: readonly Account[]): Promise<string[]> {
  if (route.paused) return []
  const { store, source, clock } = deps
  const now = clock.now()
  const flows = new Map((await store.accountFlows(source.name, now - ratesDays * dayMs)).map(flow => [flow.id, flow]))
  const others = (await store.routes()).filter(other => other.source === source.name && other.channel !== route.channel)
  const wide = others.filter(other => readsWhole(other) && (other.kinds.reply || !route.kinds.reply))
  const read = new Set(wide.flatMap(({ follows }) => follows.map(({ id }) => id)))
  const paid = added.filter(({ id }) => read.has(id))
  const fresh = added.filter(({ id }) => !read.has(id))
  const rates = fresh.map(account => rateOf(account, flows.get(account.id), false, now))
  const known = rates.filter(rate => rate !== undefined)
  const lines: string[] = []
  if (known.length > 0) lines.push(rateLine(known, !readsWhole(route), known.length < fresh.length))
  if (known.length > 0 && known.length < fresh.length)
    lines.push(
      `How much is posted by ${listed(fresh.filter((_, n) => rates[n] === undefined).map(person))} is not known yet.`,
    )
  if (paid.length > 0)
    lines.push(`Read for another channel already, so at no further cost: ${listed(paid.map(person))}.`)
  return lines
}

function rateLine(rates: readonly Rate[], filtered: boolean, partly: boolean): string {
  const perDay = rates.reduce((sum, rate) => sum + rate.perDay, 0)
  const atMost = filtered ? ', at most' : ''
  const by = rates.every(({ from }) => from === 'life') ? ' by what X says of their whole time there' : ''
  const others = partly ? ' without those named below' : ''
  const count = aboutCount(perDay)
  return `${count.charAt(0).toUpperCase()}${count.slice(1)} ${perDay >= 0.95 && perDay < 1.05 ? 'post' : 'posts'} a day, ${monthly(perDay)}${atMost}${others}${by}.`
}

/** "$1.35 a month". Only the posts themselves: what they quote or repost comes on top, and is not known beforehand. */
const monthly = (perDay: number) => `${dollars(Math.round(perDay * monthDays * xRateCard.micros.posts))} a month`

/**
 * How many of the posts that came into the channel lately match its new keywords. Only where everything of those followed came until now (`before`);
 * else nobody knows what would have matched. How many that is a day is said only of posts from a day or more.
 */
export async function keywordEstimate(
  deps: ControlDeps,
  before: Route | undefined,
  keywords: readonly string[],
): Promise<string[]> {
  if (
    before === undefined ||
    before.follows.length === 0 ||
    before.keywords.length > 0 ||
    !readsWhole(before) ||
    keywords.length === 0
  )
    return []
  const posts = await postsIn(deps, before)
  if (posts.length < sampleMin) return []
  const filters = keywords.flatMap(text => {
    const parsed = parse(text)
    return parsed.ok ? [parsed.filter] : []
  })
  const matching = posts.filter(post => {
    const doc = prepare(post)
    return filters.some(filter => match(filter, doc))
  }).length
  const now = deps.clock.now()
  const oldest = posts.reduce((least, { createdAt }) => Math.min(least, createdAt), now)
  const share = `Of the last ${counted(posts.length, 'post')} of those followed here ${matching === 0 ? 'none matches' : matching === 1 ? 'one matches' : `${matching} match`}`
  const days = (now - oldest) / dayMs
  if (days < 1) return [`${share}.`]
  const perDay = matching / days
  const rate = `${share}: ${aboutCount(perDay)} a day`
  return [
    before.reading === 'complete'
      ? `${rate}. What is bought stays the same while this channel reads *complete*.`
      : `${rate}, ${monthly(perDay)} where X filters them for us.`,
  ]
}

/** Posts of those followed that lately came into the channel, newest first. */
async function postsIn(deps: ControlDeps, route: Route): Promise<readonly Post[]> {
  const { store, source, clock } = deps
  const ids = await store.shownPosts(source.name, clock.now() - ratesDays * dayMs)
  const followed = new Set(route.follows.map(({ id }) => id))
  const posts: Post[] = []
  for (const id of ids.toSorted((a, b) => b.length - a.length || (a < b ? 1 : -1)).slice(0, keywordSamplePosts)) {
    const stored = await store.post(source.name, id)
    if (stored === undefined || !followed.has(stored.post.author.id)) continue
    if (stored.deliveries.some(({ channel }) => channel === route.channel)) posts.push(stored.post)
  }
  return posts
}
