/** What channels are told when the budget makes Birdwire read less, and when that is over: one line each, with the numbers and the way out. Pure. */
import type { Account } from '../domain/account.ts'
import { dollars } from '../domain/money/dollars.ts'
import { hasReposts, type Level } from '../domain/money/levels.ts'
import { dayName, monthName, monthOf } from '../domain/money/month.ts'
import { wishKey } from '../domain/money/spent.ts'
import type { Route } from '../domain/route.ts'
import type { Announcement } from '../store/store.ts'

/** Handles named in one line; the rest is counted. */
const handlesShown = 10

/** Money in millionths of a dollar. */
export interface Numbers {
  readonly spent: number
  readonly projected: number
  readonly budget: number
  /** What is always kept back of it. */
  readonly kept: number
  readonly now: number
}

const wayOut = 'To go on at once, raise `X_BUDGET_USD` and restart; `/birdwire cost` shows where the money goes.'

/** What to say where, coming from one level to another. Only channels that lose something are told. */
export function stepLines(from: Level, to: Level, routes: readonly Route[], numbers: Numbers): readonly Announcement[] {
  const { spent, projected, budget, kept, now } = numbers
  const month = monthOf(now)
  const bound = projected > budget ? '' : `, while ${dollars(kept)} is kept for what is on its way when reading stops`
  const why = `${dollars(spent)} of this month's ${dollars(budget)} for X is spent, and at this pace it would be ${dollars(projected)}${bound}. So until ${dayName(month.endsAt)} (UTC)`
  const line = (route: Route, step: string, what: string): Announcement => ({
    channel: route.channel,
    text: `${why} ${what}. ${wayOut}`,
    key: keyOf(numbers, step),
  })
  return routes.flatMap(route => {
    const lines: Announcement[] = []
    const topics = from.step < 1 && to.step >= 1 && route.topics.length > 0
    const reposts = from.step < 2 && to.step >= 2 && hasReposts(route)
    if (topics) lines.push(line(route, 'topics', 'the topics of this channel are not read'))
    if (reposts) lines.push(line(route, 'reposts', 'reposts do not come into this channel'))
    const gone = route.follows.filter(({ id }) => to.dropped.includes(wishKey(route.channel, id)))
    const before = route.follows.filter(({ id }) => from.dropped.includes(wishKey(route.channel, id)))
    const fresh = gone.filter(account => !before.includes(account))
    if (fresh.length > 0)
      lines.push(
        line(
          route,
          `routes:${gone.length}`,
          `these accounts, which cost most for each post, are not read: ${handles(fresh)}`,
        ),
      )
    return lines
  })
}

/** The sentence why nothing is read. */
export function heldSentence({ spent, budget, kept, now }: Omit<Numbers, 'projected'>): string {
  if (kept >= budget)
    return `A budget of ${dollars(budget)} a month is too little to read X: ${dollars(kept)} is always kept for what is on its way when reading stops. Nothing is read until X_BUDGET_USD is raised to ${dollars(2 * kept)} or more.`
  const left = Math.max(0, budget - spent)
  const rest = left > 0 ? `, and the last ${dollars(left)} is kept for what is already on its way` : ''
  return `${dollars(spent)} of this month's ${dollars(budget)} for X is spent${rest}. Nothing is read until ${dayName(monthOf(now).endsAt)} (UTC), or until X_BUDGET_USD is raised.`
}

export function heldLines(routes: readonly Route[], numbers: Omit<Numbers, 'projected'>): readonly Announcement[] {
  const text = `${heldSentence(numbers).replace('X_BUDGET_USD', '`X_BUDGET_USD`')} What is posted meanwhile is caught up then as far as X allows and the budget reaches. \`/birdwire cost\` shows where the money went.`
  return routes.filter(wantsSomething).map(({ channel }) => ({ channel, text, key: keyOf(numbers, 'held') }))
}

/** For the channels that were told of a level: it is over. */
export function overLines(
  channels: Iterable<string>,
  numbers: Pick<Numbers, 'now' | 'budget'>,
): readonly Announcement[] {
  const { now, budget } = numbers
  const text = `A new budget of ${dollars(budget)} for ${monthName(now)}: everything that is wanted here is read again.`
  return [...channels].map(channel => ({ channel, text, key: keyOf(numbers, 'over') }))
}

const wantsSomething = (route: Route): boolean => route.follows.length + route.topics.length > 0

/** Another month or another budget may say it again. */
const keyOf = ({ now, budget }: Pick<Numbers, 'now' | 'budget'>, step: string) =>
  `budget:${monthOf(now).key}:${budget}:${step}`

/** A handle on X is letters, digits and underscores; anything else is left out, since it stands in mrkdwn. */
function handles(accounts: readonly Account[]): string {
  const shown = accounts.slice(0, handlesShown).map(({ handle }) => `\`@${handle.replaceAll(/\W/g, '')}\``)
  const more = accounts.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
