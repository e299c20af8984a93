/** A post that Birdwire does not have: what its address, its id and what is remembered of that time say about why. */

import type { Account } from '../../domain/account.ts'
import { unitPrice } from '../../domain/money/dollars.ts'
import { xRateCard } from '../../domain/rate-card.ts'
import type { Route } from '../../domain/route.ts'
import type { AuditRow } from '../../store/store.ts'
import type { Actor, ControlDeps, Offer } from '../control.ts'
import { gapLine, gapsAsked } from '../gaps.ts'
import { refusalFor, seesAll } from '../may.ts'
import { ago, code, counted, plain } from '../words.ts'
import { proposal, type Told } from './verdict.ts'

/** Somebody's question about one post that is not there. */
export interface Asked {
  readonly id: string
  /** As the address says; undefined where it does not. */
  readonly handle?: string
}

/** Changes looked through for when a channel came to want what it wants. */
const changesAsked = 1000
/** A rule's part longer than this is cut: its beginning has the account and the first words. */
const ruleCharsMax = 200
/** Rules shown; the rest is counted. */
const rulesShown = 3
/** A post this young may still be under way: X takes some seconds, search half a minute. */
const underWayMs = 60_000

export const notSeen = 'Birdwire has not seen that post.'

/** When it was written, as far as that can be told. */
export function writtenLine(deps: ControlDeps, id: string): string {
  const at = deps.source.writtenAt(id)
  return at === undefined
    ? `*Not seen*: ${notSeen}`
    : `*Not seen*: ${notSeen} By its id it was written ${ago(deps.clock.now(), at)}.`
}

/** Why a channel has not got it, in the order in which that is asked; the first reason that explains it is the last that is told. */
export async function tellUnseen(deps: ControlDeps, who: Actor, route: Route, asked: Asked): Promise<Told> {
  const account = followed(route, asked.handle)
  if (asked.handle !== undefined && account === undefined && route.topics.length === 0) {
    const { lines, offers } = proposal([`follow ${asked.handle}`])
    return { lines: [`${plain(`@${asked.handle}`)} is not followed here, and there is no topic.`, ...lines], offers }
  }
  if (route.follows.length + route.topics.length === 0)
    return only('Nothing is wanted here: nobody is followed, and there is no topic.')
  const said = (await then(deps, route, account, asked.id)) ?? now(deps, route, account)
  if (said !== undefined) return said
  const lookUp = lookUpOffer(deps, who, route, asked.id)
  // A rule may be another channel's, with its words: those are not for everybody to read.
  const mayRead = seesAll(who) || account === undefined || !(await isFollowedElsewhere(deps, route, account))
  return {
    lines: [...filtered(deps, route, account, asked.handle, mayRead), ...lookUp.lines],
    offers: lookUp.offers,
  }
}

const followed = (route: Route, handle: string | undefined): Account | undefined =>
  handle === undefined
    ? undefined
    : route.follows.find(account => account.handle.toLowerCase() === handle.toLowerCase())

/** What was different when it was written. */
async function then(
  deps: ControlDeps,
  route: Route,
  account: Account | undefined,
  id: string,
): Promise<Told | undefined> {
  const { store, source, clock } = deps
  const at = source.writtenAt(id)
  if (at === undefined) return undefined
  const rows = await store.audit(route.channel, changesAsked)
  const since = account === undefined ? undefined : followedSince(rows, account)
  if (account !== undefined && since !== undefined && at < since.at)
    return only(
      `*Before the follow*: ${plain(`@${account.handle}`)} has been followed here since ${ago(clock.now(), since.at)}, and what was written before is not brought.`,
    )
  if (rows.find(row => row.at <= at)?.after.paused === true) {
    const change = route.paused ? proposal(['resume']) : { lines: [], offers: [] }
    return {
      lines: [
        '*Paused*: this channel was paused then, and what is written in a pause is not brought in later.',
        ...change.lines,
      ],
      offers: change.offers,
    }
  }
  const gap = (await store.gaps(gapsAsked)).find(row => row.from <= at && at <= row.to && concerns(row, route.channel))
  if (gap !== undefined && gap.state !== 'closed')
    return only(
      `*In a gap*: ${gapLine(gap, clock.now())} ${gap.state === 'open' ? 'The post may still come.' : 'This post may be among what is lost.'}`,
    )
  if (clock.now() - at < underWayMs) return only('*Under way*: it is so new that it may still come.')
  return undefined
}

async function isFollowedElsewhere({ store }: ControlDeps, { channel }: Route, { id }: Account): Promise<boolean> {
  const others = (await store.routes()).filter(route => route.channel !== channel)
  return others.some(({ follows }) => follows.some(account => account.id === id))
}

/** A gap concerns all channels until it is known what was lost in it. */
const concerns = (gap: { readonly state: string; readonly channels: readonly string[] }, channel: string) =>
  gap.state !== 'lost' || gap.channels.length === 0 || gap.channels.includes(channel)

/** The newest change by which the channel came to follow the account; rows are newest first. */
function followedSince(rows: readonly AuditRow[], { id }: Account): AuditRow | undefined {
  const has = (route: Route | undefined) => route?.follows.some(account => account.id === id) === true
  return rows.find(({ before, after }) => has(after) && !has(before))
}

/** What keeps it out at present, and most likely did then. */
function now({ money, source }: ControlDeps, route: Route, account: Account | undefined): Told | undefined {
  const held = money?.standing().held
  if (held !== undefined) return only(`*Budget*: nothing is read at present. ${plain(held)}`)
  if (route.paused) return proposed('*Paused*: nothing new is matched for this channel now.', 'resume')
  if (account !== undefined && route.muted.some(({ id }) => id === account.id))
    return proposed(
      `*Muted*: ${plain(`@${account.handle}`)} is followed and muted here, so X is not asked for it.`,
      `unmute ${account.handle}`,
    )
  const { state, detail } = source.state()
  if (state === 'waiting' || state === 'blocked')
    return only(`*Not read*: X is not being read at present. ${plain(detail)}`)
  return undefined
}

/** X was read and did not send it. */
function filtered(
  deps: ControlDeps,
  route: Route,
  account: Account | undefined,
  handle: string | undefined,
  mayRead: boolean,
): readonly string[] {
  const topics = route.topics.length === 0 ? '' : ` and of ${counted(route.topics.length, 'topic')}`
  if (account === undefined) {
    const whose =
      handle === undefined ? 'The id does not say who wrote it.' : `${plain(`@${handle}`)} is not followed here.`
    return [
      `${whose} X sends this channel what it can of ${counted(route.follows.length, 'account')}${topics}, and sent nothing of this.`,
    ]
  }
  const name = plain(`@${account.handle}`)
  if (route.reading === 'complete')
    return [
      `*Not sent by X*: ${name} is followed here and read completely, so X left it out, or it was deleted at once.`,
    ]
  const asks = deps.source.asks(account.id)
  const said = `*Filtered at X*: ${name} is followed here, so X was read and did not send it`
  if (asks === undefined) return [`${said}: it matches none of what this channel asks for, or it was deleted at once.`]
  if (asks.length === 0)
    return [`*Filtered at X*: ${name} is followed here, but X is asked for nothing of theirs at present.`]
  if (!mayRead) return [`${said}: it matches none of what this channel asks for, or it was deleted at once.`]
  const rules = asks
    .slice(0, rulesShown)
    .map(rule => code(rule.length > ruleCharsMax ? `${rule.slice(0, ruleCharsMax)}…` : rule))
  const more = asks.length > rulesShown ? ` and ${asks.length - rulesShown} more` : ''
  return [`${said}. X now sends what matches ${rules.join(' or ')}${more}.`]
}

/** Only reading the post can tell more, and that costs: for those who may change the channel. */
function lookUpOffer({ money }: ControlDeps, who: Actor, route: Route, id: string): Told {
  if (money?.standing().held !== undefined) return { lines: [], offers: [] }
  if (refusalFor(who.role ?? 'member', 'change', route) !== undefined) return { lines: [], offers: [] }
  const price = unitPrice(xRateCard.micros.posts)
  const does = `why ${id} at X`
  const offer: Offer = { label: `Look it up at X (${price})`, does }
  return {
    lines: [`Only reading it can tell more: ${code(`/birdwire ${does}`)} asks X, for ${price} or a little more.`],
    offers: [offer],
  }
}

function proposed(line: string, typed: string): Told {
  const { lines, offers } = proposal([typed])
  return { lines: [line, ...lines], offers }
}

const only = (line: string): Told => ({ lines: [line], offers: [] })
