/**
 * Keeps our subscriptions at the X Activity API those of the accounts whose deletions are wanted. Touches only subscriptions whose tag says
 * that they are ours; one of somebody else to the same account serves us too, and stays theirs.
 * docs.x.com/x-api/activity/introduction
 */
import type { Route } from '../../../domain/route.ts'
import { xActivitySubscriptionsMax } from '../../../limits.ts'
import type { XClient } from '../client.ts'
import type { Answer, XError } from '../errors.ts'
import {
  deleteEvent,
  subscriptionDeleted,
  subscriptionList,
  subscriptionMade,
  type WireSubscription,
} from './schema.ts'

const path = '/2/activity/subscriptions'
/** Begins the tag of each subscription of ours. X takes 1 to 200 characters. */
const tagPrefix = 'birdwire:'
/** Pages of the list; X does not say that there is more than one. */
const pagesMax = 30

export interface Synced {
  /** Accounts of whose deletions X tells us. */
  readonly heard: number
  /** Accounts for which there is no room at X. */
  readonly left: number
  /** Why not everything could be done; what had been done before stays done. */
  readonly error?: XError
}

/** Everybody who is followed, by id, those who post most first; those of whom nothing is known come last. Pure. */
export function inOrder(routes: readonly Route[], rates: ReadonlyMap<string, number>): readonly string[] {
  const ids = new Set(routes.flatMap(route => route.follows.map(account => account.id)))
  return [...ids].toSorted((a, b) => (rates.get(b) ?? 0) - (rates.get(a) ?? 0) || (a < b ? -1 : 1))
}

/**
 * One pass: deletes ours that are not wanted any more, so that there is room, then adds. `wanted` are account ids, the most important
 * first. `refused` (account id → X's reason) is remembered by the caller from pass to pass, left alone, and added to here.
 */
export async function syncSubscriptions(
  client: XClient,
  wanted: readonly string[],
  refused: Map<string, string>,
  signal: AbortSignal,
): Promise<Synced> {
  const listed = await list(client, signal)
  if (!listed.ok) return { heard: 0, left: 0, error: listed.error }
  const ours = listed.value.filter(isOurs)
  const others = listed.value.filter(each => !isOurs(each))
  const hearing = new Set(others.filter(isDeletion).map(userOf))
  const room = Math.max(0, xActivitySubscriptionsMax - others.length)
  const needed = wanted.filter(id => !hearing.has(id) && !refused.has(id))
  const chosen = new Set(needed.slice(0, room))
  const kept = new Set<string>()
  for (const each of ours) {
    const user = userOf(each)
    if (isDeletion(each) && chosen.has(user) && !kept.has(user)) kept.add(user)
    else {
      const gone = await remove(client, each.subscription_id, signal)
      if (!gone.ok) return { heard: count(wanted, hearing, kept), left: 0, error: gone.error }
    }
  }
  for (const id of chosen) {
    if (kept.has(id)) continue
    const made = await add(client, id, signal)
    if (!made.ok) {
      // One account that X keeps to itself is not the app's lack of access.
      if (made.error.kind !== 'forbidden' || kept.size + hearing.size === 0)
        return { heard: count(wanted, hearing, kept), left: 0, error: made.error }
      refused.set(id, made.error.why)
    } else if (made.value.kind === 'full') {
      const heard = count(wanted, hearing, kept)
      return { heard, left: wanted.filter(each => !refused.has(each)).length - heard }
    } else if (made.value.kind === 'refused') refused.set(id, made.value.why)
    else kept.add(id)
  }
  return { heard: count(wanted, hearing, kept), left: needed.length - chosen.size }
}

const isOurs = (each: WireSubscription) => each.tag?.startsWith(tagPrefix) ?? false
/** What goes to somebody's webhook does not come on the stream. */
const isDeletion = (each: WireSubscription) => each.event_type === deleteEvent && !each.webhook_id
const userOf = (each: WireSubscription) => each.filter.user_id ?? ''
const count = (wanted: readonly string[], ...sets: readonly ReadonlySet<string>[]) =>
  wanted.filter(id => sets.some(set => set.has(id))).length

async function list(client: XClient, signal: AbortSignal): Promise<Answer<readonly WireSubscription[]>> {
  const all: WireSubscription[] = []
  let next: string | undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const query: Record<string, string> = next === undefined ? {} : { pagination_token: next }
    const answer = await client.ask({ path, query }, subscriptionList, signal)
    if (!answer.ok) return answer
    all.push(...(answer.value.data ?? []).filter(each => each !== null))
    next = answer.value.meta?.next_token ?? undefined
    if (next === undefined) break
  }
  return { ok: true, value: all }
}

type Made = { readonly kind: 'there' | 'full' } | { readonly kind: 'refused'; readonly why: string }

/** X documents no shape for a refusal, only that a duplicate says so: what it means is read from its words. */
async function add(client: XClient, userId: string, signal: AbortSignal): Promise<Answer<Made>> {
  const json = { event_type: deleteEvent, filter: { user_id: userId }, tag: `${tagPrefix}deletions` }
  const answer = await client.ask({ method: 'POST', path, json, alsoRead: [400, 409, 422] }, subscriptionMade, signal)
  if (!answer.ok) return answer
  const { data, title, detail, errors } = answer.value
  if (data !== undefined && data !== null) return { ok: true, value: { kind: 'there' } }
  const words = [...(errors ?? []).flatMap(each => [each?.message, each?.detail, each?.title]), detail, title]
  const said = words.filter(each => typeof each === 'string').join(' ')
  if (/duplicate|already exist/i.test(said)) return { ok: true, value: { kind: 'there' } }
  if (/exceed|maximum|limit/i.test(said)) return { ok: true, value: { kind: 'full' } }
  return { ok: true, value: { kind: 'refused', why: said === '' ? 'X gives no reason.' : said.slice(0, 300) } }
}

/** One that does not exist any more is just what is wanted. */
async function remove(client: XClient, id: string, signal: AbortSignal): Promise<Answer<unknown>> {
  const request = { method: 'DELETE', path: `${path}/${encodeURIComponent(id)}`, alsoRead: [404] } as const
  return client.ask(request, subscriptionDeleted, signal)
}
