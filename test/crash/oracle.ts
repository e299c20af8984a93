/**
 * The judgement over one life: what Slack's channels hold, compared with the world and with what was typed and answered. By the simulators'
 * own oracle and their records of every call and every byte; shares no code with `src`.
 */
import { belongs } from '../../sim/desk/oracle.ts'
import { foundIn, postsIn } from '../../sim/desk/shown-posts.ts'
import { nothing, type Wants } from '../../sim/desk/wants.ts'
import { type CallRecord, pings, type SlackSim } from '../../sim/slack/server.ts'
import { compareIds, type World, type WorldPost } from '../../sim/world/world.ts'
import type { XSim } from '../../sim/x/server.ts'
import { channels, type Life, searched, type Typed } from './life.ts'

/** How soon a change of wants must have reached X and back. */
const settleMs = 10_000
/** What catching up may fetch of the time before a gap, and the time that the cursor may be behind. */
const overlapMs = 90_000
/** So long a delivery in trouble keeps the others of its channel waiting; then they pass it. */
const passMs = 120_000
/** One lost answer or one crash is looked into within that time; of more, the others pass as soon as it is sure that it will take longer. */
const troublesMax = 1

/** A post in a channel, or something that was typed there. */
export interface Finding {
  readonly channel: string
  readonly what: string
  /** Epoch ms, of the world. */
  readonly at: number
}

export interface Judgement {
  /** When what belongs in a channel was written: one for each pair of post and channel. */
  readonly belong: readonly number[]
  readonly missing: readonly Finding[]
  readonly twice: readonly Finding[]
  readonly astray: readonly Finding[]
  readonly outOfOrder: readonly Finding[]
  /** Pairs of first attempts whose order was compared. */
  readonly compared: number
  readonly pinging: readonly string[]
  /** A change that was made more than once or not at all although it was answered, or is not told in its channel exactly once. */
  readonly changes: readonly Finding[]
}

export interface Evidence {
  readonly life: Life
  readonly world: World
  readonly slack: SlackSim
  readonly x: XSim
  /** When a process was killed, epoch ms. */
  readonly kills: readonly number[]
}

export function judge(evidence: Evidence): Judgement {
  const { life, world, slack } = evidence
  const reposts = life.written.flatMap(({ post }) => (post.kind === 'repost' ? [post] : []))
  const result = { belong: [] as number[], missing: [] as Finding[], twice: [] as Finding[], astray: [] as Finding[] }
  const posts = Map.groupBy(life.written, ({ post }) => identity(post))
  for (const channel of Object.values(channels)) {
    const copies = new Map<string, number>()
    const named = new Set<string>()
    for (const found of slack.messages(channel).flatMap(message => foundIn(world, message, reposts))) {
      const id = identityOf(world, found.postId)
      if (found.named === true) named.add(id)
      else copies.set(id, (copies.get(id) ?? 0) + 1)
    }
    for (const [id, versions] of posts) {
      const [first] = versions
      if (first === undefined) continue
      const count = copies.get(id) ?? 0
      const finding = { channel, what: `${first.post.kind} ${id}`, at: first.at }
      if (count > 1) result.twice.push(finding)
      const there =
        count > 0 || named.has(id) || isSameAgain(life, first.post, other => copies.has(other) || named.has(other))
      const wanted = (reachMs: number) =>
        new Set(versions.flatMap(({ post }) => verdicts(world, life, channel, post, first.at, reachMs)))
      if (isOnly(wanted(overlapMs), 'no') && count > 0) result.astray.push(finding)
      if (!isOnly(wanted(settleMs), 'yes')) continue
      result.belong.push(first.at)
      if (!there && !isUnfetchable(life, channel, first.post)) result.missing.push(finding)
    }
  }
  const pinging = slack.messages().filter(message => message.botId !== undefined && pings(message).length > 0)
  return {
    ...result,
    ...order(evidence),
    pinging: pinging.map(({ text }) => text),
    changes: Object.values(channels).flatMap(channel => wrongChanges(evidence, channel)),
  }
}

const identity = (post: WorldPost) => post.history[0] ?? post.id

function identityOf(world: World, id: string): string {
  const post = world.lookupEver(id)
  return post === undefined ? id : identity(post)
}

function isOnly<T>(set: ReadonlySet<T>, one: T): boolean {
  return set.size === 1 && set.has(one)
}

/** Nobody can have it once it was missed: a deleted post, and of a topic what X's search does not find. */
function isUnfetchable(life: Life, channel: string, post: WorldPost): boolean {
  if (life.deleted.has(identity(post)) || (post.innerId !== undefined && life.deleted.has(post.innerId))) return true
  return searched.includes(channel) && (post.kind === 'repost' || post.kind === 'quote')
}

/** Somebody reposted the same post twice, which X does not let people do: one of them stands for both. */
function isSameAgain(life: Life, post: WorldPost, isThere: (id: string) => boolean): boolean {
  if (post.kind !== 'repost') return false
  const same = life.written.filter(
    ({ post: { authorId, innerId } }) => authorId === post.authorId && innerId === post.innerId,
  )
  return same.some(other => isThere(identity(other.post)))
}

/** By all wants that may have been in force when the post was read: soon, or when everything was whole again. By which of them is nobody's promise. */
function verdicts(world: World, life: Life, channel: string, post: WorldPost, at: number, reachMs: number) {
  // Not the very next moment: on a slow machine something may wait in the socket although nothing is missing.
  const readAt = life.whole.find(moment => moment > at + overlapMs) ?? Number.POSITIVE_INFINITY
  const inForce = wantsBetween(life.typed, channel, at - reachMs, readAt + reachMs)
  return inForce.map(wants => belongs(world, { name: channel, channel, history: [{ ...wants, since: 0 }] }, post, at))
}

function wantsBetween(all: readonly Typed[], channel: string, from: number, to: number): readonly Wants[] {
  const typed = all.filter(each => each.channel === channel)
  const last = (each: Typed | undefined) => each?.answeredAt ?? Number.POSITIVE_INFINITY
  const before = typed[0] === undefined || last(typed[0]) > from ? [nothing] : []
  return [...before, ...typed.filter((each, n) => each.at < to && last(typed[n + 1]) > from).map(({ after }) => after)]
}

/**
 * Each thing typed is one change, made once however often it had to be typed. The channel is told of each by one line, with a
 * button that takes that change back.
 */
function wrongChanges({ life, slack }: Evidence, channel: string): readonly Finding[] {
  const typed = life.typed.filter(each => each.channel === channel)
  const lines = slack.messages(channel).flatMap(message => {
    const change = /"value":"undo ([\w-]+)"/.exec(JSON.stringify(message.blocks ?? []))?.[1]
    return message.botId === undefined || change === undefined ? [] : [{ change, text: message.text, at: message.at }]
  })
  const wrong = [...Map.groupBy(lines, ({ change }) => change).values()]
    .filter(told => told.length > 1)
    .map(told => ({ channel, what: `told ${told.length} times: ${told[0]?.text}`, at: told[0]?.at ?? 0 }))
  // One in trouble may be passed by others, so each line belongs to whatever it can be about.
  const left = [...lines]
  for (const { text, at } of typed) {
    const place = left.findIndex(line => isAbout(line.text, text))
    if (place < 0) wrong.push({ channel, what: `${text}: never told`, at })
    else left.splice(place, 1)
  }
  wrong.push(...left.map(({ text, at }) => ({ channel, what: `told without being typed: ${text}`, at })))
  return wrong
}

/** How the line about a change begins, after who did it. */
const done: Readonly<Record<string, string>> = {
  follow: ' followed ',
  unfollow: ' unfollowed ',
  'keyword add': ' added ',
  'keyword remove': ' removed ',
  'topic add': ' added ',
  pause: ' paused ',
  resume: ' resumed ',
}

/** Whether a line in a channel tells of what was typed. */
function isAbout(line: string, typed: string): boolean {
  const [verb, how] = Object.entries(done).find(([verb]) => typed.startsWith(verb)) ?? ['', '']
  const last = typed.slice(verb.length).trim().split(' ').at(-1) ?? ''
  return line.includes(how) && line.includes(last)
}

/** What `list` answers and what was typed, where they differ. */
export function wrongList(answer: string, { follows, keywords, paused }: Wants): string | undefined {
  const heading = (name: string, count: number) => (count === 0 ? `*${name}*: none` : `*${name}* (${count})`)
  const wanted = [
    `*Followed here* (${follows.size})`,
    ...[...follows.values()].map(({ handle }) => `@${handle}`),
    heading('Keywords', keywords.size),
    ...keywords.keys(),
  ]
  const missing = wanted.filter(words => !answer.includes(words))
  if (missing.length > 0) return `list does not say ${missing.join(', ')}`
  return answer.includes('*Paused*') === paused ? undefined : `list has it ${paused ? 'not ' : ''}paused`
}

/**
 * I4, by Slack's log of calls and X's record of the wire: what came over one connection that had nothing missing is first tried in each
 * channel in the order of the wire, be it read at once or only after a crash. Edited posts may belong in a channel only since their edit.
 */
function order({ life, slack, x, world, kills }: Evidence): { compared: number; outOfOrder: readonly Finding[] } {
  const edited = new Set(life.written.filter(({ post }) => post.history.length > 1).flatMap(({ post }) => post.history))
  const places = new Map<string, { readonly n: number; readonly connection: string; readonly at: number }>()
  const connectedAt = new Map(x.connections.map(({ id, connectedAt: at }) => [id, at]))
  for (const [n, { id, connection, at }] of x.wire.entries()) {
    const from = connectedAt.get(connection) ?? Number.POSITIVE_INFINITY
    const isQuiet = life.whole.some(moment => moment > from && moment < at)
    if (isQuiet && !edited.has(id) && !places.has(id)) places.set(id, { n, connection, at })
  }
  const outOfOrder: Finding[] = []
  let compared = 0
  for (const channel of Object.values(channels).filter(id => !searched.includes(id))) {
    const first = firstCalls(slack.posts().filter(({ args }) => args['channel'] === channel))
    const tried = [...first].flatMap(([id, call]) => {
      const place = places.get(id)
      return place === undefined ? [] : [{ id, call, ...place }]
    })
    for (const inOne of Map.groupBy(tried, ({ connection }) => connection).values()) {
      const sorted = inOne.toSorted((a, b) => a.n - b.n)
      for (const [n, later] of sorted.entries()) {
        const earlier = sorted[n - 1]
        if (earlier === undefined) continue
        compared += 1
        if (later.call.n >= earlier.call.n) continue
        const troubles =
          kills.filter(at => at > earlier.at && at < later.call.at).length +
          slack.calls().filter(({ fault, at }) => fault !== undefined && at > earlier.at && at < later.call.at).length
        if (later.call.at > earlier.at + passMs || troubles > troublesMax) continue
        const post = world.lookupEver(later.id)
        outOfOrder.push({ channel, what: `${post?.kind} ${later.id} was tried before ${earlier.id}`, at: earlier.at })
      }
    }
  }
  return { compared, outOfOrder }
}

/** The first attempt at each post. */
function firstCalls(calls: readonly CallRecord[]): ReadonlyMap<string, CallRecord> {
  const first = new Map<string, CallRecord>()
  for (const call of calls) {
    const { blocks, text } = call.args
    const given: unknown = typeof blocks === 'string' ? JSON.parse(blocks) : blocks
    const shown = postsIn({
      text: typeof text === 'string' ? text : '',
      blocks: Array.isArray(given) ? given : undefined,
    })
    // Posts that come at once go in the message of the first of them, before what is between them.
    const [head] = shown.toSorted(compareIds)
    if (head !== undefined && !first.has(head)) first.set(head, call)
  }
  return first
}
