/** What reading X costs: this month so far and to its end, by channel and by account, and the one change that would save most for each post it costs. */
import { utcDay } from '../domain/day.ts'
import { type Change, cheapestChange } from '../domain/money/change.ts'
import { dollars, unitPrice } from '../domain/money/dollars.ts'
import { everything, projectedAt } from '../domain/money/levels.ts'
import { dayName, dayPlus, monthName, monthOf } from '../domain/money/month.ts'
import { projected } from '../domain/money/projection.ts'
import { accountOf, type Bill, byAccount, byChannel, microsOf, type Spent } from '../domain/money/spent.ts'
import type { Standing } from '../domain/money/standing.ts'
import { xRateCard } from '../domain/rate-card.ts'
import type { Route } from '../domain/route.ts'
import { answerCharsMax, ratesDays } from '../limits.ts'
import type { Usage } from '../store/store.ts'
import { type Control, type ControlDeps, told } from './control.ts'
import { seesAll } from './may.ts'
import { code, codeBlock, counted, listed, plain } from './words.ts'

/** Lines of the table. */
const channelsShown = 10
const accountsShown = 10
/** Characters of a name in the table. */
const nameCharsMax = 24

/**
 * What was spent in all is everybody's to know. Which other channels there are and whom they read is not: administrators see that, others see
 * this channel.
 */
export const cost: Control = async (deps, who, channel) => {
  const { store, source, clock } = deps
  const now = clock.now()
  const month = monthOf(now)
  const today = utcDay(now)
  const before = dayPlus(today, -ratesDays)
  const [all, routes, usage] = await Promise.all([
    store.spending(before < month.from ? before : month.from, today),
    store.routes(),
    store.usage(source.name, month.from, today),
  ])
  const rows = all.filter(row => row.source === source.name)
  const ofMonth = rows.filter(({ day }) => day >= month.from)
  const wanted = routes.filter(route => route.source === source.name && !route.paused)
  const everywhere = seesAll(who)
  const shown = everywhere ? ofMonth : ofMonth.filter(row => row.channels.includes(channel))
  const standing = standingOf(deps, ofMonth)
  const channels = byChannel(shown).bills
  const accounts = byAccount(shown).bills
  const names = await namesFor(deps, routes, accounts.slice(0, accountsShown))
  const change = cheapestChange(
    rows.filter(({ day }) => day > before),
    everywhere ? wanted : wanted.filter(route => route.channel === channel),
    dayPlus(before, 1),
    today,
  )
  const here = channels.filter(({ id }) => id === channel)
  const others = everywhere ? channels.filter(({ id }) => id !== channel) : []
  const lines = [
    spentLine(standing, rows, wanted, now),
    ...(standing.held === undefined ? [] : [`*Held*: ${plain(standing.held)}`]),
    ...levelLine(standing, now),
    ...table([...here, ...others], accounts, names),
    ...partsLine(ofMonth, standing),
    usageLine(usage, ofMonth, standing),
    `Prices: ${unitPrice(xRateCard.micros.posts)} a post and ${unitPrice(xRateCard.micros.users)} a person as X had them on ${xRateCard.asOf}; each is charged once a day (UTC).`,
    ...(change === undefined ? [] : [changeLine(change, names)]),
  ]
  const text = lines.join('\n')
  return told(text.length <= answerCharsMax ? text : `${text.slice(0, answerCharsMax - 1)}…`)
}

interface Names {
  channel(id: string): string
  account(id: string): string
}

/** How the month stands, never less than the ledger's rows of it. */
export function standingOf(deps: ControlDeps, ofMonth: readonly Spent[]): Standing {
  const known = deps.money?.standing() ?? { spent: 0, unaccounted: 0, level: everything }
  return { ...known, spent: Math.max(known.spent, microsOf(ofMonth) + known.unaccounted) }
}

async function namesFor(deps: ControlDeps, routes: readonly Route[], accounts: readonly Bill[]): Promise<Names> {
  const lanes = new Map((await deps.store.lanes()).map(({ channel, name }) => [channel, name]))
  const followed = routes.flatMap(({ follows }) => follows.map(({ id, handle }) => [id, handle] as const))
  const handles = new Map(followed)
  const missing = accounts.map(({ id }) => id).filter(id => !handles.has(id))
  const met = missing.length === 0 ? [] : await deps.store.people(deps.source.name, missing)
  for (const { account } of met) handles.set(account.id, account.handle)
  return {
    channel: id => {
      const name = lanes.get(id) ?? ''
      return name === '' ? id : `#${name.replace(/^#/, '')}`
    },
    account: id => {
      const handle = handles.get(id) ?? ''
      return handle === '' ? id : `@${handle}`
    },
  }
}

/** What is spent this month, and what it will be at its end. `rows`: of the month and of the days before it by which one goes. */
export function spentLine(standing: Standing, rows: readonly Spent[], routes: readonly Route[], now: number): string {
  const { spent, budget, level, held } = standing
  const { endsAt } = monthOf(now)
  const head = `*X in ${monthName(now)}*: ${dollars(spent)} spent`
  const bound = budget === undefined ? 'No budget is set (`X_BUDGET_USD`).' : `Budget ${dollars(budget)}.`
  if (held !== undefined || rows.length === 0) return `${head}. ${bound}`
  // On the first day a few minutes, and people looked up once for all, stand for a month.
  const basis = rows.some(({ day }) => day < utcDay(now)) ? ' at this pace' : ', a guess: no full day is known yet'
  const end =
    level.step === 0 || budget === undefined
      ? projected(rows, spent, now)
      : projectedAt(level, { budget, spent, now, rows, routes })
  return `${head}, about ${dollars(end)} by ${dayName(endsAt - 1)}${basis}. ${bound}`
}

function levelLine({ level, held }: Standing, now: number): string[] {
  if (level.step === 0 || held !== undefined) return []
  // A wish is an account in a channel; an account that two channels want is one.
  const dropped = new Set(level.dropped.map(accountOf)).size
  const accounts = dropped === 0 ? [] : [counted(dropped, 'account')]
  const given = [...['topics', 'reposts'].slice(0, level.step), ...accounts]
  return [
    `*Reading less*: to stay within the budget, ${listed(given)} are not read until ${dayName(monthOf(now).endsAt)} (UTC). Raise \`X_BUDGET_USD\` and restart to go on at once.`,
  ]
}

/** Channels, the asker's first, then accounts; nothing when nothing was bought. */
function table(channels: readonly Bill[], accounts: readonly Bill[], names: Names): string[] {
  if (channels.length + accounts.length === 0) return ['Nothing was bought for any channel yet.']
  const parts = [
    section('channel', channels, channelsShown, names.channel),
    section('account', accounts, accountsShown, names.account),
  ]
  return [codeBlock(parts.filter(lines => lines.length > 0).flatMap((lines, n) => (n === 0 ? lines : ['', ...lines])))]
}

function section(title: string, bills: readonly Bill[], max: number, name: (id: string) => string): string[] {
  if (bills.length === 0) return []
  const row = (first: string, ...rest: readonly string[]) => {
    const cut = first.length > nameCharsMax ? `${first.slice(0, nameCharsMax - 1)}…` : first
    return [cut.padEnd(nameCharsMax), ...rest.map(cell => cell.padStart(10))].join(' ')
  }
  const shown = bills.slice(0, max)
  const rest = bills.slice(max)
  const lines = shown.map(({ id, bought, delivered, micros }) =>
    row(name(id), cents(micros), bought.toLocaleString('en'), delivered.toLocaleString('en')),
  )
  const sum = (of: (bill: Bill) => number) => rest.reduce((total, bill) => total + of(bill), 0)
  const others = row(
    `${rest.length} more`,
    cents(sum(({ micros }) => micros)),
    sum(({ bought }) => bought).toLocaleString('en'),
    sum(({ delivered }) => delivered).toLocaleString('en'),
  )
  return [row(title, 'spent', 'bought', 'delivered'), ...lines, ...(rest.length === 0 ? [] : [others])]
}

/** In a column everything has cents. */
const cents = (micros: number) => (micros > 0 && micros < 10_000 ? '<$0.01' : dollars(micros))

/** What is not plain reading, and what belongs to no channel. */
function partsLine(rows: readonly Spent[], { unaccounted }: Standing): string[] {
  const of = (via: readonly string[]) => microsOf(rows.filter(row => via.includes(row.via)))
  const parts = [
    ['looking people up', of(['lookup'])],
    ['closing gaps', of(['catch-up'])],
    ['checks', of(['check'])],
    ['posts that X counted and Birdwire did not', unaccounted],
  ] as const
  const some = parts.filter(([, micros]) => micros > 0).map(([what, micros]) => `${what} ${dollars(micros)}`)
  return some.length === 0 ? [] : [`Of this: ${listed(some)}.`]
}

function usageLine(usage: readonly Usage[], rows: readonly Spent[], { usageTrouble }: Standing): string {
  const trouble = usageTrouble === undefined ? '' : ` X's own count cannot be had now: ${plain(usageTrouble)}`
  if (usage.length === 0) return trouble === '' ? "X's own count is not known yet." : trouble.trim()
  const days = new Set(usage.map(({ day }) => day))
  const ours = rows.filter(row => row.kind !== 'users' && days.has(row.day)).reduce((sum, row) => sum + row.count, 0)
  const theirs = usage.reduce((sum, { posts }) => sum + posts, 0)
  const span = days.size === 1 ? `on ${[...days][0]}` : `on ${days.size} days`
  return `X itself counted ${counted(theirs, 'post')} ${span}, Birdwire ${ours.toLocaleString('en')}.${trouble}`
}

function changeLine(change: Change, names: Names): string {
  const { kind, channel, account, saves, loses, of } = change
  const where = code(names.channel(channel))
  const saved = `about ${dollars(saves)} a month`
  const price =
    loses === 0
      ? 'cost no post'
      : `cost about ${loses.toLocaleString('en')} of the ${counted(of, 'post')} a month there`
  switch (kind) {
    case 'reposts-off':
      return `*Cheapest change*: \`/birdwire options reposts off\` in ${where} would save ${saved} and ${price}.`
    case 'unfollow':
      return `*Cheapest change*: ${code(`/birdwire unfollow ${names.account(account).replace(/^@/, '')}`)} in ${where} would save ${saved} and ${price}.`
    case 'cheap':
      return `*Cheapest change*: \`/birdwire options reading cheap\` in ${where} would save up to ${dollars(saves)} a month and ${price}.`
    case 'topics':
      return `*Cheapest change*: the topics in ${where} cost ${saved} for about ${counted(loses, 'post')}; one more word or \`lang:en\` in them makes them cheaper.`
  }
}
