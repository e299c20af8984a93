/** Whether Slack's channels hold exactly what belongs there. Shares no code with the service: the world, the wire and Slack's messages are the evidence. */
import { foundIn } from '../../sim/desk/shown-posts.ts'
import { pings, type SlackSim } from '../../sim/slack/server.ts'
import { shownText, type World, type WorldPost } from '../../sim/world/world.ts'
import type { XSim } from '../../sim/x/server.ts'
import { postsShown } from '../rig/posts-shown.ts'
import { archived, channels, paced } from './plan.ts'
import type { Arrived, Wishes } from './wishes.ts'

/** A version of a post, with when it was written and when it was surely through. */
export interface Written {
  readonly post: WorldPost
  readonly at: number
  through: number | undefined
}

/** A post in a channel, or not in it. */
export interface Pair {
  readonly channel: string
  /** Its first version. */
  readonly post: string
  /** For people: who wrote what, when. */
  readonly says: string
}

export interface Verdicts {
  /** Pairs of post and channel. */
  belong: number
  there: number
  /** The honest answer is unknown. */
  either: number
  readonly missing: Pair[]
  readonly twice: Pair[]
  readonly astray: Pair[]
  readonly pinging: string[]
}

export interface Evidence {
  readonly world: World
  readonly x: XSim
  readonly slack: SlackSim
  readonly wishes: Wishes
  /** First written wholly to a stream, by version. */
  readonly wire: ReadonlyMap<string, number>
  /** When the service was killed: what was on the wire just before may not have been read. */
  readonly kills: readonly number[]
  /** When the archived channel went. */
  readonly archivedAt: number
}

/** What came so shortly before a kill may not have been committed. */
const unreadMs = 10_000

/** What is not through yet is `either`. Messages and posts older than these (epoch ms) are left out; what a post shows, or is an edit of, must be in the messages. */
export function judge(
  evidence: Omit<Evidence, 'x'>,
  written: readonly Written[],
  since: { readonly posts: number; readonly messages: number },
  where: readonly string[] = channels,
): Verdicts {
  const { world, slack, wishes, wire, kills, archivedAt } = evidence
  const verdicts: Verdicts = { belong: 0, there: 0, either: 0, missing: [], twice: [], astray: [], pinging: [] }
  const reposts = written.flatMap(({ post }) => (post.kind === 'repost' ? [post] : []))
  const groups = [...Map.groupBy(written, ({ post }) => identityOf(post)).values()]
  for (const channel of where) {
    const messages = slack.messages(channel).filter(({ at }) => at >= since.messages)
    verdicts.pinging.push(
      ...messages.filter(message => pings(message).length > 0).map(({ text }) => `${channel}: ${text}`),
    )
    const copies = new Map<string, number>()
    const named = new Set<string>()
    for (const found of messages.flatMap(message => foundIn(world, message, reposts))) {
      const identity = world.lookupEver(found.postId)?.history[0] ?? found.postId
      if (found.named) named.add(identity)
      else copies.set(identity, (copies.get(identity) ?? 0) + 1)
    }
    for (const versions of groups) {
      const [first] = versions
      if (first === undefined) continue
      const identity = identityOf(first.post)
      const count = copies.get(identity) ?? (named.has(identity) ? 1 : 0)
      const pair = () => ({ channel, post: identity, says: described(evidence, first) })
      if (count > 1) verdicts.twice.push(pair())
      if (first.at < since.posts) continue
      const verdict = verdictOn(channel, versions)
      if (verdict === 'either') verdicts.either += 1
      // A line that counts who reposted a post does not tell whom it counts.
      if (verdict === 'no' && copies.has(identity)) verdicts.astray.push(pair())
      if (verdict !== 'yes') continue
      verdicts.belong += 1
      if (count > 0) verdicts.there += 1
      else verdicts.missing.push(pair())
    }
  }
  return verdicts

  function verdictOn(channel: string, versions: readonly Written[]): 'yes' | 'no' | 'either' {
    const [first] = versions
    const { post } = first ?? {}
    if (post === undefined || isGone(post)) return 'either'
    // Neither search nor anything else returns these for a topic.
    const isUnsearchable = post.kind === 'repost' || post.kind === 'quote'
    if (isUnsearchable && !wasRead(wire.get(post.id)) && wishes.hasTopics(channel)) return 'either'
    const each = new Set(
      versions.map(({ post: version, at, through }): 'yes' | 'no' | 'either' => {
        if (through === undefined) return 'either'
        const arrived: Arrived = { at, wireAt: wire.get(version.id), through }
        return wishes.verdict(channel, version, arrived)
      }),
    )
    const [only = 'either'] = each
    const verdict = each.size === 1 ? only : 'either'
    return channel === archived && verdict === 'yes' && (first?.through ?? archivedAt) >= archivedAt
      ? 'either'
      : verdict
  }

  function wasRead(wireAt: number | undefined): boolean {
    return wireAt !== undefined && !kills.some(at => at >= wireAt && at - wireAt < unreadMs)
  }

  /** Deleted by its author, or what it shows was. */
  function isGone(post: WorldPost): boolean {
    return (
      world.lookup(post.id) === undefined || (post.innerId !== undefined && world.lookup(post.innerId) === undefined)
    )
  }
}

const identityOf = (post: WorldPost) => post.history[0] ?? post.id

function described({ world, wire }: Pick<Evidence, 'world' | 'wire'>, { post, at }: Written): string {
  const inner = post.innerId === undefined ? undefined : world.lookupEver(post.innerId)
  const about =
    inner === undefined ? '' : ` [${inner.id} by ${world.someone(inner.authorId).handle}: ${shownText(inner)}]`
  return `${new Date(at).toISOString()} ${post.kind} ${post.id} by ${world.someone(post.authorId).handle}: ${shownText(post)}${about}${wire.has(post.id) ? '' : ', not on the wire'}`
}

/** Around a reconnect, ms: longer than what catching up overlaps and holds back. */
const turnMs = 60_000

/**
 * I4, by Slack's own log of calls and X's own record of the wire: posts that came over a quiet stretch of the stream are first tried in each
 * channel in that order. Left out: what was edited, replies in threads and messages of several (both wait for others), channels with a pace.
 */
export function order(
  { slack, x, wire }: Evidence,
  written: readonly Written[],
): { compared: number; wrong: string[] } {
  const edited = new Set(written.flatMap(({ post }) => (post.history.length > 1 ? post.history : [])))
  const turns = x.connections.flatMap(({ connectedAt, disconnectedAt = Number.POSITIVE_INFINITY }) => [
    connectedAt,
    disconnectedAt,
  ])
  const place = new Map([...wire].map(([id, at], n) => [id, { n, at }]))
  const wrong: string[] = []
  let compared = 0
  for (const channel of channels.filter(id => id !== paced)) {
    const tried = new Set<string>()
    let last = -1
    for (const { args } of slack.posts().filter(call => call.args['channel'] === channel)) {
      const [id = '', ...others] = postsShown(args)
      const at = place.get(id)
      if (others.length > 0 || at === undefined || tried.has(id)) continue
      tried.add(id)
      if (args['thread_ts'] !== undefined || edited.has(id) || turns.some(turn => Math.abs(turn - at.at) <= turnMs))
        continue
      compared += 1
      if (at.n < last) wrong.push(`${channel}: ${id} was tried after a later one`)
      last = Math.max(last, at.n)
    }
  }
  return { compared, wrong }
}
