/**
 * The same day by different strategies, each at its own simulated X, whose meter counts what it would charge. A strategy that is a list of
 * rules reads the stream without a fault; ours is the real service, with a day of faults and a stop in between.
 */
import { type ClientRequest, get } from 'node:http'
import type { World, WorldPost } from '../sim/world/world.ts'
import { startX, type XFault, type XSim } from '../sim/x/server.ts'
import { postsShown } from '../test/rig/posts-shown.ts'
import { person, type ServiceRig, startServiceRig, untilTrue } from '../test/rig/service.ts'
import {
  bookOf,
  type Channel,
  channelsOf,
  needed,
  nextPost,
  owed,
  typedFor,
  unreturnable,
  worldOfTheDay,
} from './cost-day.ts'

export interface Result {
  /** What X's meter counted: posts, quoted and reposted ones among them, and people. */
  readonly posts: number
  readonly users: number
  readonly usd: number
  /** Different posts that some channel got, and messages' worth of (channel, post). */
  readonly delivered: number
  readonly pairs: number
  /** The fewest posts that had to be bought for what was delivered. */
  readonly least: number
  /** (channel, post) that belonged and is not there, in words. */
  readonly missed: readonly string[]
  /** The same where no endpoint returns it, with the reason. */
  readonly unreturnable: readonly string[]
  /** What was bought and not needed, in words. */
  readonly vain: readonly string[]
  readonly twice: number
  readonly faults: number
}

export interface Day {
  readonly posts: number
  /** Epoch ms between two posts of the world. */
  readonly everyMs: number
}

const startAt = Date.UTC(2026, 10, 18, 0, 5)

/** What X streams by these rules over the day, read without a fault and with everything that can be expanded. */
export async function byRules(
  day: Day,
  rulesOf: (channels: readonly Channel[], world: World) => readonly string[],
): Promise<Result> {
  const world = worldOfTheDay(startAt)
  const x = await startX({ world, chunks: 'lines' })
  const channels = channelsOf(world)
  const book = bookOf(world, channels, () => world.now())
  let request: ClientRequest | undefined
  try {
    const add = rulesOf(channels, world).map(value => ({ value }))
    for (let at = 0; at < add.length; at += 100) {
      const answer = await fetch(`${x.url}/2/tweets/search/stream/rules`, {
        method: 'POST',
        headers: { authorization: `Bearer ${x.bearer}`, 'content-type': 'application/json' },
        body: JSON.stringify({ add: add.slice(at, at + 100) }),
      })
      const text = await answer.text()
      if (!answer.ok || text.includes('"errors"'))
        throw new Error(`X refused the rules of a strategy: ${text.slice(0, 500)}`)
    }
    request = get(`${x.url}/2/tweets/search/stream?${everything}`, {
      headers: { authorization: `Bearer ${x.bearer}` },
    })
    request.on('response', response => response.resume())
    request.on('error', () => {})
    await x.connected()
    const written: WorldPost[] = []
    for (let n = 0; n < day.posts; n++) {
      world.advance(day.everyMs - 1000)
      const post = nextPost(world, n)
      written.push(post)
      book.wrote(post)
      await x.emit(post)
    }
    const pairs = owed(world, book, channels, written)
    const there = pairs.filter(({ post }) => post.history.length > 0 && x.wasOnWire(post.id))
    const { posts, users, usd } = x.bill.total()
    return {
      ...{ posts, users, usd, twice: 0, faults: 0, pairs: there.length },
      delivered: new Set(there.map(({ post }) => post.id)).size,
      least: needed(world, versionsOf(written, new Set(there.map(({ post }) => post.id)))).size,
      missed: pairs.filter(pair => !there.includes(pair)).map(described),
      unreturnable: [],
      vain: [],
    }
  } finally {
    request?.destroy()
    await x.close()
  }
}

/** The real service through a day of faults. `extra`: what is typed in each channel besides. */
export async function byService(day: Day, speed: number, extra: readonly string[]): Promise<Result> {
  const worldThere = worldOfTheDay(startAt)
  const channels = channelsOf(worldThere)
  await using rig = await startServiceRig({
    channels: channels.map(({ id }) => id),
    world: worldOfTheDay,
    speed,
    // A reset throws away what was not read yet: with two services in one process that takes longer than usual.
    x: { propagationMs: [0, 20_000], seed: 5, graceMs: 100 },
    slack: { images: 'accept' },
  })
  const { x, world, slack } = rig
  const book = bookOf(world, channels, () => world.now())
  for (const one of channels) for (const text of [...typedFor(one), ...extra]) await typeUntilDone(rig, one.id, text)
  await x.connected()
  await rulesAtRest(x)
  const faults = scheduleFaults(x, day.posts)
  // Whoever was looked up when people typed is paid for once, and not by the posts.
  const before = x.bill.total()
  const written: WorldPost[] = []
  const down = { from: Math.floor(day.posts * 0.6), to: Math.floor(day.posts * 0.62) }
  for (let n = 0; n < day.posts; n++) {
    if (n === down.from) await rig.service.stop()
    if (n === down.to) await rig.restart()
    const post = nextPost(world, n)
    await x.emit(post)
    written.push(post)
    book.wrote(post)
    await new Promise(resolve => setTimeout(resolve, day.everyMs / speed))
  }
  x.faults.assertAllFired()
  await x.connected()
  await untilTrue(async () => {
    const { lanes, gaps } = await rig.status()
    return lanes.every(lane => lane.pending === 0) && gaps.every(gap => gap.state !== 'open')
  })
  const pairs = owed(world, book, channels, written)
  const shown = new Map(channels.map(({ id }) => [id, counts(slack.messages(id))]))
  const copies = ({ channel, post }: { channel: string; post: WorldPost }) =>
    Math.max(...[...versionsOf(written, new Set([post.id]))].map(id => shown.get(channel)?.get(id) ?? 0))
  const there = pairs.filter(pair => copies(pair) > 0)
  const all = new Set([...shown.values()].flatMap(ids => [...ids.keys()]))
  const necessary = needed(world, versionsOf(written, all))
  const lost = pairs
    .filter(pair => !there.includes(pair))
    .map(pair => {
      const channel = channels.find(({ id }) => id === pair.channel)
      const gone = channel === undefined || x.wasOnWire(pair.post.id)
      return { pair, why: gone ? undefined : unreturnable(world, channel, pair.post) }
    })
  const after = x.bill.total()
  return {
    posts: after.posts - before.posts,
    users: after.users - before.users,
    usd: after.usd - before.usd,
    delivered: all.size,
    pairs: there.length,
    least: necessary.size,
    vain: x.bill
      .postIds()
      .filter(id => !necessary.has(id))
      .map(id => vainly(world, x, id)),
    missed: lost.filter(({ why }) => why === undefined).map(({ pair }) => described(pair)),
    unreturnable: lost.flatMap(({ pair, why }) => (why === undefined ? [] : [`${described(pair)}: ${why}`])),
    twice: pairs.filter(pair => copies(pair) > 1).length,
    faults,
  }
}

/** On a clock that runs so fast an answer of X is late now and then, and Slack is told to wait: so the control itself is asked, again where a person would. Rejects when it is refused otherwise. */
async function typeUntilDone(rig: ServiceRig, channel: string, text: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const { text: answer } = await rig.service.controls.run({ id: person }, channel, text)
    const late = /could not be asked/.test(answer)
    if (!late && /^(?:Now following|Added|Done)/.test(answer)) return
    if (!late || tries === 50) throw new Error(`/birdwire ${text} in ${channel}: ${answer}`)
  }
}

const everything = new URLSearchParams({
  'tweet.fields': 'author_id,created_at,entities,referenced_tweets,note_tweet',
  expansions: 'author_id,referenced_tweets.id,referenced_tweets.id.author_id',
}).toString()

/** How often each post's own page is linked as the page of a post that is shown. */
function counts(messages: readonly { readonly blocks?: unknown }[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const message of messages) for (const id of postsShown(message)) found.set(id, (found.get(id) ?? 0) + 1)
  return found
}

/** All versions of posts, given any version of each. */
function versionsOf(written: readonly WorldPost[], ids: ReadonlySet<string>): Set<string> {
  const identities = new Set(written.filter(post => post.history.some(id => ids.has(id))).map(post => post.history[0]))
  return new Set(written.filter(post => identities.has(post.history[0])).map(post => post.id))
}

function vainly(world: World, x: XSim, id: string): string {
  const post = world.lookupEver(id)
  return `a ${post?.kind} of ${post?.authorId}, ${x.wasOnWire(id) ? 'streamed' : 'fetched or brought along'}, ${id}`
}

function described({ channel, post }: { readonly channel: string; readonly post: WorldPost }): string {
  return `${channel}: a ${post.kind} of ${post.authorId}, ${post.id}`
}

async function rulesAtRest(x: XSim): Promise<void> {
  const text = () =>
    JSON.stringify(
      x
        .rulesInForce()
        .map(rule => rule.value)
        .toSorted(),
    )
  for (let before = ''; before === '' || before !== text() || x.rules().length !== x.rulesInForce().length; ) {
    before = text()
    await new Promise(resolve => setTimeout(resolve, 700))
  }
}

/** X drops a connection about once a day; this day it does so fourteen times, falls silent, cuts lines and answers 503. */
function scheduleFaults(x: XSim, posts: number): number {
  const kinds: readonly XFault[] = ['cut', 'operational-disconnect', 'stall', 'end', 'mid-line', 'cut', 'stall']
  const all = [...kinds, ...kinds]
  for (const [n, kind] of all.entries()) x.faults.schedule(kind, { after: Math.floor((posts * (n + 1)) / 160) })
  x.faults.schedule('connect-5xx', { after: 2, times: 2 })
  x.faults.schedule('rest-5xx', { after: 20, times: 3 })
  return all.length + 2
}
