/**
 * Following many at once: everyone in a list on X, or everyone whom an account follows. X charges for naming each of them, so the first answer
 * is the price; only the same text with that price in it (`import … for $4.12`) reads and follows them, and never more than it was agreed to cost.
 */
import type { Account } from '../domain/account.ts'
import { dollars, unitPrice } from '../domain/money/dollars.ts'
import { microsPerUsd, xRateCard } from '../domain/rate-card.ts'
import type { Route } from '../domain/route.ts'
import { followsPerChannelMax, xAccountPostsPerDay } from '../limits.ts'
import type { Group, GroupPrice } from '../source/source.ts'
import { tidy } from './args.ts'
import { type Actor, type Answer, alter, type Control, type ControlDeps, refused, routeOf } from './control.ts'
import { followEstimate } from './estimate.ts'
import { keywordRule } from './list.ts'
import { code, counted, listed, name, person, plain, signature } from './words.ts'

const monthDays = 30
/** Names shown in one line; the rest is counted. */
const namesShown = 10

const usage =
  'Which list, or whose? For example `/birdwire import https://x.com/i/lists/1234567890`, or `/birdwire import @mira_okafor following`. First you are told the price.'

/** `import <list address | @handle following> [for $N]`. */
export const importGroup: Control = async (deps, who, channel, args) => {
  const wish = readWish(args)
  if (wish === undefined) return refused(usage)
  const price = await deps.source.priceOf(wish.group, deps.signal)
  if (typeof price === 'string') return refused(plain(price))
  const shown = capital(name(price.name))
  if (price.accounts === 0) return refused(`There is nobody in ${name(price.name)}.`)
  const route = await routeOf(deps, channel)
  const room = Math.max(0, followsPerChannelMax - (route?.follows.length ?? 0))
  if (room === 0)
    return refused(`A channel can follow ${followsPerChannelMax.toLocaleString('en')} accounts, and this one does.`)
  const count = Math.min(room, price.accounts)
  const micros = count * price.microsEach
  const over = overBudget(deps, micros)
  if (over !== undefined) return refused(`${shown}: ${counted(price.accounts, 'account')}. ${over}`)
  const again = `import ${addressOf(wish.group)} for ${dollars(micros)}`
  const offer = { label: `Import ${count.toLocaleString('en')}`, does: again, style: 'primary' } as const
  if (wish.micros === undefined)
    return {
      text: [
        `${shown}: ${priceLine(price, count, micros)}`,
        ratesLine(count),
        `${code(`/birdwire ${again}`)} imports ${count === 1 ? 'it' : 'them'}.`,
      ].join('\n'),
      changed: false,
      offers: [offer],
    }
  if (micros > wish.micros)
    return {
      ...refused(
        `The price has risen since: ${priceLine(price, count, micros)} Nothing was read. ${code(`/birdwire ${again}`)} takes it.`,
      ),
      offers: [offer],
    }
  return take(deps, who, channel, wish.group, price, count)
}

/** What was typed; undefined: it names neither a list nor an account's following. */
export function readWish(args: string): { readonly group: Group; readonly micros?: number } | undefined {
  const text = tidy(args).replaceAll(/[<>]/g, '')
  const [, what = '', usd] = /^(.*?)(?:\s+for\s+\$?([\d,]+(?:\.\d{1,2})?))?$/is.exec(text) ?? []
  const group = groupIn(what.trim())
  if (group === undefined) return undefined
  return usd === undefined ? { group } : { group, micros: Math.round(Number(usd.replaceAll(',', '')) * microsPerUsd) }
}

const site = String.raw`(?:https?:\/\/)?(?:www\.|mobile\.)?(?:x|twitter)\.com`
const listAddress = new RegExp(`^${site}\\/i\\/lists\\/(\\d{1,19})(?:[/?#|].*)?$`, 'i')
const followingAddress = new RegExp(`^${site}\\/@?(\\w{1,15})\\/following(?:[/?#|].*)?$`, 'i')

function groupIn(text: string): Group | undefined {
  const list = listAddress.exec(text)?.[1] ?? /^(?:list\s+)?(\d{4,19})$/i.exec(text)?.[1]
  if (list !== undefined) return { kind: 'list', id: list }
  const said = [followingAddress, /^@?(\w{1,15})(?:'s)?\s+following$/i, /^following\s+@?(\w{1,15})$/i]
  const handle = said.map(form => form.exec(text)?.[1]).find(found => found !== undefined)
  return handle === undefined ? undefined : { kind: 'following', handle }
}

const addressOf = (group: Group): string =>
  group.kind === 'list' ? `https://x.com/i/lists/${group.id}` : `@${group.handle} following`

function priceLine(price: GroupPrice, count: number, micros: number): string {
  const charged = `X charges about ${dollars(micros)} (${unitPrice(price.microsEach)} each)`
  if (count === price.accounts)
    return `${counted(count, 'account')}. To name ${count === 1 ? 'it' : 'them'}, ${charged}.`
  return `${counted(price.accounts, 'account')}, and room for ${counted(count, 'more', 'more')} here. To name the first ${count.toLocaleString('en')}, ${charged}.`
}

/** How much they write is known only once they are named. */
function ratesLine(count: number): string {
  const micros = count * xAccountPostsPerDay * monthDays * xRateCard.micros.posts
  return `What they write comes on top, ${unitPrice(xRateCard.micros.posts)} a post; how much that is X says only with their names. At ${xAccountPostsPerDay} posts a day each, all of them read, it would be ${dollars(micros)} a month.`
}

/** Why it may not be paid now; undefined: it may. */
function overBudget({ money }: ControlDeps, micros: number): string | undefined {
  const standing = money?.standing()
  if (standing?.held !== undefined) return `Nothing is read now: ${plain(standing.held)}`
  if (standing?.budget === undefined || standing.spent + micros <= standing.budget) return undefined
  const left = dollars(Math.max(0, standing.budget - standing.spent))
  return `To name them costs ${dollars(micros)}, and of this month's budget of ${dollars(standing.budget)} only ${left} is left: nothing was read. Whoever runs Birdwire can raise \`X_BUDGET_USD\`.`
}

/** Reads at most `count` accounts and follows them, as far as there is room. */
async function take(
  deps: ControlDeps,
  who: Actor,
  channel: string,
  group: Group,
  price: GroupPrice,
  count: number,
): Promise<Answer> {
  const { accounts, protectedHandles, why } = await deps.source.members(group, price, count, deps.signal)
  const once = [...new Map(accounts.map(account => [account.id, account])).values()]
  let added: readonly Account[] = []
  let full = 0
  let after: Route | undefined
  const changed = await alter(deps, who, channel, route => {
    const there = new Set(route.follows.map(({ id }) => id))
    const fresh = once.filter(({ id }) => !there.has(id))
    added = fresh.slice(0, Math.max(0, followsPerChannelMax - route.follows.length))
    full = fresh.length - added.length
    after = { ...route, follows: [...route.follows, ...added] }
    if (added.length === 0) return undefined
    return {
      route: after,
      what: `followed ${listed(added.map(({ handle }) => `@${handle}`))} from ${price.name}`,
      notice: `${signature(who)} imported ${counted(added.length, 'account')} from ${name(price.name)}: ${listed(added.map(person), namesShown)}.`,
    }
  })
  const already = once.length - added.length - full
  const lines = [
    added.length > 0
      ? `Now following ${counted(added.length, 'account')} of ${name(price.name)}: ${listed(added.map(person), namesShown)}.`
      : 'Nobody new is followed.',
    ...(already > 0 ? [`Followed here before: ${already.toLocaleString('en')}.`] : []),
    ...(full > 0 ? [`No room for ${full.toLocaleString('en')} more.`] : []),
    ...(protectedHandles.length > 0
      ? [
          `Protected, so X gives their posts to no app: ${listed(
            protectedHandles.map(handle => plain(`@${handle}`)),
            namesShown,
          )}.`,
        ]
      : []),
    ...(why === undefined
      ? []
      : [
          `Not all could be read: ${plain(why)} The same command goes on later; who is named twice in one day (UTC) is charged once.`,
        ]),
  ]
  if (changed && after !== undefined) {
    lines.push(...(await followEstimate(deps, after, added)))
    if (after.keywords.length > 0) lines.push(`${keywordRule(after)}.`)
    if (after.paused) lines.push('This channel is paused: `/birdwire resume` lets posts come again.')
  }
  return { text: lines.join('\n'), changed }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
