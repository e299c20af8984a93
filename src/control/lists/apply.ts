/**
 * From lists to routes, all or nothing: everything is looked up and checked first, and a single problem changes nothing. What differs is then
 * changed channel by channel, each with its trace and one line in the channel.
 */
import type { Account } from '../../domain/account.ts'
import type { Route } from '../../domain/route.ts'
import { followsPerChannelMax, termsPerChannelMax } from '../../limits.ts'
import { type Actor, alter, type ControlDeps } from '../control.ts'
import { differences } from '../options.ts'
import { code, counted, listed, person, plain, signature } from '../words.ts'
import type { Problem, Section } from './format.ts'
import { merged, type Named, type SomeLists } from './lists.ts'

/** What is to be applied to one channel: `channel` is its id here. */
export interface Wish extends Section {
  /** What the files said when they and the channel were last the same; undefined: not known, the files are right. */
  readonly base: SomeLists | undefined
}

export type Applied =
  /** `done`: what was changed, in plain words, by channel; channels in which nothing was to be changed are left out. */
  | { readonly ok: true; readonly done: readonly { readonly channel: string; readonly what: string }[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Changes shown in one line of the channel; the rest is counted. */
const shownMax = 12

export async function applyLists(deps: ControlDeps, who: Actor, wishes: readonly Wish[]): Promise<Applied> {
  const full = wishes.flatMap(tooLong)
  const { accounts, problems } = await lookedUp(deps, wishes)
  if (full.length + problems.length > 0) return { ok: false, problems: [...full, ...problems] }
  const find = (name: Named): Account => {
    const account = accounts(name)
    if (account === undefined) throw new Error(`${name.handle} was not looked up`)
    return account
  }
  const done: { channel: string; what: string }[] = []
  for (const { channel, base, lists } of wishes) {
    await alter(deps, who, channel, route => {
      const after = merged(route, base, lists, find)
      const words = changesOf(route, after)
      if (words.plain.length === 0) return undefined
      const what = listed(words.plain)
      done.push({ channel, what })
      return { route: after, what, notice: `${signature(who)} ${listed(words.marked, shownMax)}.` }
    })
  }
  return { ok: true, done }
}

/** Names that nobody here knows by handle or id are asked about at the network, which charges for each. */
async function lookedUp(deps: ControlDeps, wishes: readonly Wish[]) {
  const { store, source, signal } = deps
  const named = wishes.flatMap(wish => [
    ...(wish.lists.follow ?? []).map((name, item) => ({ name, wish, item, list: 'follow' as const })),
    ...(wish.lists.mute ?? []).map((name, item) => ({ name, wish, item, list: 'mute' as const })),
  ])
  const routes = (await store.routes()).filter(route => route.source === source.name)
  const met = routes.flatMap(route => [...route.follows, ...route.muted])
  const ids = [...new Set(named.flatMap(({ name }) => name.id ?? []))]
  const remembered = (await store.people(source.name, ids)).map(({ account }) => account)
  const byId = new Map([...remembered, ...met].map(account => [account.id, account]))
  const byHandle = new Map([...remembered, ...met].map(account => [account.handle.toLowerCase(), account]))
  const accounts = ({ handle, id }: Named): Account | undefined =>
    // With an id nobody has to be asked: the name is the handle until a post says it.
    id === undefined
      ? byHandle.get(handle.toLowerCase())
      : (byId.get(id) ?? { source: source.name, id, handle, name: handle })
  const unknown = [
    ...new Map(
      named.filter(({ name }) => accounts(name) === undefined).map(each => [each.name.handle.toLowerCase(), each]),
    ).values(),
  ]
  const problems: Problem[] = []
  const answers =
    unknown.length === 0
      ? []
      : await source.resolve(
          unknown.map(({ name }) => name.handle),
          signal,
        )
  for (const [n, { wish, item, list }] of unknown.entries()) {
    const answer = answers[n]
    if (answer?.kind === 'found') byHandle.set(unknown[n]?.name.handle.toLowerCase() ?? '', answer.account)
    else
      problems.push({
        ...fileOf(wish),
        line: wish.lineOf(list, item),
        channel: wish.channel,
        why: answer?.why.replace(/\.$/, '') ?? 'X did not answer',
      })
  }
  return { accounts, problems }
}

const fileOf = ({ file }: Section) => (file === undefined ? {} : { file })

function tooLong(wish: Wish): Problem[] {
  const { channel, line, lists } = wish
  const sizes = [
    { name: 'follow', size: lists.follow?.length ?? 0, max: followsPerChannelMax },
    ...(['keywords', 'block', 'topics'] as const).map(name => ({
      name,
      size: lists[name]?.length ?? 0,
      max: termsPerChannelMax,
    })),
  ]
  return sizes
    .filter(({ size, max }) => size > max)
    .map(({ name, size, max }) => ({
      ...fileOf(wish),
      line,
      channel,
      why: `${name} has ${counted(size, 'item')}, and a channel can hold ${counted(max, 'one')}`,
    }))
}

/** What is different, for the trace and, marked up, for the channel. */
function changesOf(
  before: Route,
  after: Route,
): { readonly plain: readonly string[]; readonly marked: readonly string[] } {
  const people = (verb: string, accounts: readonly Account[]) =>
    accounts.length === 0
      ? undefined
      : {
          plain: `${verb} ${listed(accounts.map(({ handle }) => `@${handle}`))}`,
          marked: `${verb} ${listed(accounts.map(person), shownMax)}`,
        }
  const terms = (verb: string, noun: string, texts: readonly string[]) => {
    if (texts.length === 0) return undefined
    const what = `${verb} the ${texts.length === 1 ? noun : `${noun}s`}`
    return { plain: `${what} ${listed(texts)}`, marked: `${what} ${listed(texts.map(code), shownMax)}` }
  }
  const without = <T>(list: readonly T[], other: readonly T[], key: (item: T) => string): readonly T[] => {
    const keys = new Set(other.map(key))
    return list.filter(item => !keys.has(key(item)))
  }
  const id = (account: Account) => account.id
  const itself = (text: string) => text
  const settings = differences(before, after)
  const paused =
    before.paused === after.paused ? undefined : after.paused ? 'paused the channel' : 'resumed the channel'
  const found = [
    people('followed', without(after.follows, before.follows, id)),
    people('unfollowed', without(before.follows, after.follows, id)),
    people('muted', without(after.muted, before.muted, id)),
    people('unmuted', without(before.muted, after.muted, id)),
    terms('added', 'keyword', without(after.keywords, before.keywords, itself)),
    terms('removed', 'keyword', without(before.keywords, after.keywords, itself)),
    terms('added', 'blocked word', without(after.blocks, before.blocks, itself)),
    terms('removed', 'blocked word', without(before.blocks, after.blocks, itself)),
    terms('added', 'topic', without(after.topics, before.topics, itself)),
    terms('removed', 'topic', without(before.topics, after.topics, itself)),
    settings.length === 0 ? undefined : { plain: `set ${listed(settings)}`, marked: `set ${plain(listed(settings))}` },
    paused === undefined ? undefined : { plain: paused, marked: paused },
  ].filter(each => each !== undefined)
  return { plain: found.map(each => each.plain), marked: found.map(each => each.marked) }
}
