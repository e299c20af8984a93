/**
 * What is given up before a month's budget is reached, in this order: topics, then reposts, then the followed accounts, channel by channel, that
 * cost most for one delivered post. A step is taken when so much of the budget is spent *and* the month would end beyond it; it is kept until the
 * month ends. Pure.
 */
import { budgetStepsAt } from '../../limits.ts'
import type { Route } from '../route.ts'
import { stillToCome, windowBefore, windowWhile } from './projection.ts'
import { byWish, perDelivered, type Spent, wishKey } from './spent.ts'

/** 0: everything is read. 1: no topics. 2: no reposts either. 3: nor the wishes in `dropped`. */
export interface Level {
  readonly step: 0 | 1 | 2 | 3
  /** Accounts in channels (`wishKey`), in the order in which they were given up. */
  readonly dropped: readonly string[]
}

export const everything: Level = { step: 0, dropped: [] }

export interface Situation {
  /** Millionths of a dollar; the budget without what is always kept back. */
  readonly budget: number
  readonly spent: number
  readonly now: number
  /** The ledger: this month, and at least the week before now. */
  readonly rows: readonly Spent[]
  /** What the channels want, before anything is given up. */
  readonly routes: readonly Route[]
}

/** The level to be at now, coming from another one; never a lower one. */
export function levelFrom(before: Level, situation: Situation): Level {
  const { budget, spent } = situation
  let level = before
  for (const [n, share] of budgetStepsAt.entries()) {
    if (spent < share * budget || projectedAt(level, situation) <= budget) return level
    if (n === 2) {
      const dropped = dropUntilFits(level, situation)
      return level.step === 3 && dropped.length === level.dropped.length ? level : { step: 3, dropped }
    }
    if (level.step <= n) level = { ...level, step: n === 0 ? 1 : 2 }
  }
  return level
}

/** What the month will have cost if things go on at this level. What is not bought any more would cost what it did while it was. */
export function projectedAt(level: Level, situation: Situation): number {
  const { rows, routes, now, spent } = situation
  const parts = { topic: [] as Spent[], repost: [] as Spent[], rest: [] as Spent[] }
  const dropped = new Set(level.dropped)
  for (const row of rows) if (!isDropped(row, dropped)) parts[partOf(row)].push(row)
  const topics = level.step < 1 && routes.some(route => route.topics.length > 0)
  const reposts = level.step < 2 && routes.some(hasReposts)
  return (
    spent +
    (topics ? stillToCome(parts.topic, now, windowWhile(parts.topic, rows, now)) : 0) +
    (reposts ? stillToCome(parts.repost, now, windowWhile(parts.repost, rows, now)) : 0) +
    stillToCome(parts.rest, now, windowBefore(rows, now))
  )
}

/** What is asked for at this level. Routes that it leaves alone stay the same objects. */
export function restricted(routes: readonly Route[], level: Level): readonly Route[] {
  if (level.step === 0) return routes
  const dropped = new Set(level.dropped)
  return routes.map(route => {
    const follows = route.follows.filter(({ id }) => !dropped.has(wishKey(route.channel, id)))
    const noTopics = route.topics.length > 0
    const noReposts = level.step >= 2 && route.kinds.repost
    const fewer = follows.length < route.follows.length
    if (!noTopics && !noReposts && !fewer) return route
    return {
      ...route,
      topics: [],
      follows: fewer ? follows : route.follows,
      kinds: noReposts ? { ...route.kinds, repost: false } : route.kinds,
      // Read completely, reposts would be bought all the same.
      reading: noReposts ? 'cheap' : route.reading,
    }
  })
}

export const hasReposts = (route: Route): boolean => route.kinds.repost && route.follows.length > 0

function partOf(row: Spent): 'topic' | 'repost' | 'rest' {
  if (row.by === 'topic') return 'topic'
  return row.relation === 'repost' ? 'repost' : 'rest'
}

/** A post is bought as long as one channel wants its author. */
function isDropped(row: Spent, dropped: ReadonlySet<string>): boolean {
  if (dropped.size === 0 || row.by !== 'follow' || row.channels.length === 0) return false
  return row.channels.every(channel => dropped.has(wishKey(channel, row.account)))
}

/** The fewest of the worst wishes without which the month stays within the budget; all, if that does not suffice. */
function dropUntilFits(level: Level, situation: Situation): readonly string[] {
  const followed = new Set(
    situation.routes.flatMap(({ channel, follows }) => follows.map(({ id }) => wishKey(channel, id))),
  )
  const candidates = byWish(situation.rows.filter(row => row.relation !== 'repost'))
    .bills.filter(({ id }) => followed.has(id) && !level.dropped.includes(id))
    .toSorted((a, b) => (perDelivered(a) < perDelivered(b) ? 1 : perDelivered(a) > perDelivered(b) ? -1 : 0))
    .map(({ id }) => id)
  const fits = (count: number) => {
    const dropped = [...level.dropped, ...candidates.slice(0, count)]
    return projectedAt({ step: 3, dropped }, situation) <= situation.budget
  }
  let [few, many] = [0, candidates.length]
  while (few < many) {
    const middle = Math.floor((few + many) / 2)
    if (fits(middle)) many = middle
    else few = middle + 1
  }
  return [...level.dropped, ...candidates.slice(0, few)]
}
