/**
 * A day of the seeded world for the bench of costs: ten channels, who they want and what they want of them, and the same posts for
 * every strategy. What belongs where is the oracle's word (sim/desk), which shares no code with the service.
 */
import { Book } from '../sim/desk/ledger.ts'
import { createWorld, type World, type WorldPost } from '../sim/world/world.ts'

export interface Channel {
  readonly id: string
  readonly name: string
  readonly follows: readonly string[]
  readonly keywords: readonly string[]
  readonly topics: readonly string[]
}

const channel = (name: string, wants: Partial<Omit<Channel, 'id' | 'name'>>): Channel => ({
  id: `C0${name.toUpperCase()}`,
  name,
  follows: [],
  keywords: [],
  topics: [],
  ...wants,
})

/** How many people of the world are followed by somebody. */
export const accounts = 60

/** The day's next post: the world's own, and after every second one somebody whom nobody follows answers or reposts. */
export function nextPost(world: World, n: number): WorldPost {
  const strangers = world
    .users()
    .filter(user => user.state === 'active')
    .slice(accounts)
  const stranger = strangers[n % strangers.length]
  const popular = world
    .recent(40)
    .filter(post => post.kind !== 'repost' && post.kind !== 'reply' && world.someone(post.authorId).state === 'active')
  const about = popular[(n * 7) % Math.max(1, popular.length)]
  if (n % 3 !== 2 || stranger === undefined || about === undefined) return world.next()
  if (n % 2 === 0) return world.post({ author: stranger.id, repost: about.id })
  return world.post({ author: stranger.id, replyTo: about.id, text: 'And what does that mean for the rest of us?' })
}

/** Sixty people over seven channels, some in two; four channels with keywords; three topics. */
export function channelsOf(world: World): readonly Channel[] {
  const all = world
    .users()
    .filter(user => user.state === 'active')
    .slice(0, accounts)
    .map(user => user.handle)
  const part = (from: number, to: number) => all.slice(from, to)
  return [
    channel('group', { follows: part(0, 12) }),
    channel('labs', { follows: part(12, 22) }),
    channel('waves', { follows: part(20, 34), keywords: ['LIGO', '"gravitational waves"', '#GW', 'ringdown'] }),
    channel('dark', { follows: part(30, 46), keywords: ['"dark matter"', 'axion', '#DarkMatter'] }),
    channel('neighbours', { follows: part(34, 48) }),
    channel('desk', { follows: part(46, 60), keywords: ['Run', 'detector', 'seminar'] }),
    channel('jobs', { follows: [...part(0, 4), ...part(54, 60)], keywords: ['Postdoc', 'position'] }),
    channel('fridges', { topics: ['"dilution fridge"', 'cryostat'] }),
    channel('floor', { topics: ['neutrino'] }),
    channel('odd', { follows: part(22, 26), topics: ['ringdown'] }),
  ]
}

export function worldOfTheDay(now: number | (() => number)): World {
  return createWorld({ seed: 60, now, neighbours: true })
}

export function typedFor({ follows, keywords, topics }: Channel): readonly string[] {
  return [
    ...(follows.length > 0 ? [`follow ${follows.join(' ')}`] : []),
    ...(keywords.length > 0 ? [`keyword add ${keywords.join(', ')}`] : []),
    ...(topics.length > 0 ? [`topic add ${topics.join(', ')}`] : []),
  ]
}

/** The oracle, told what every channel wants from before the first post on. */
export function bookOf(world: World, channels: readonly Channel[], now: () => number): Book {
  const book = new Book(world, new Map(channels.map(({ id, name }) => [id, name])), now)
  for (const one of channels) for (const text of typedFor(one)) book.typed(one.id, `/birdwire ${text}`, true)
  return book
}

/** A post that surely belongs in a channel, by its identity. */
export interface Owed {
  readonly channel: string
  readonly post: WorldPost
}

/** What surely belongs anywhere: of posts that were edited into or out of it, and where honest readings differ, nothing is said. */
export function owed(
  world: World,
  book: Book,
  channels: readonly Channel[],
  written: readonly WorldPost[],
): readonly Owed[] {
  const result: Owed[] = []
  for (const versions of Map.groupBy(written, post => post.history[0] ?? post.id).values()) {
    const [post] = versions
    if (post === undefined || world.lookup(post.id) === undefined) continue
    for (const { id } of channels) {
      const verdicts = new Set(versions.map(version => book.isFor(id, version)))
      if (verdicts.size === 1 && verdicts.has(true)) result.push({ channel: id, post })
    }
  }
  return result
}

/** The posts that had to be bought for these: each with every version that was delivered, and what it quotes or reposts. */
export function needed(world: World, delivered: ReadonlySet<string>): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const id of delivered) {
    const post = world.lookupEver(id)
    if (post === undefined) continue
    ids.add(id)
    if (post.innerId !== undefined && world.lookup(post.innerId) !== undefined) ids.add(post.innerId)
  }
  return ids
}

/** Why no endpoint of X's self-serve tier returns a post that was not on the wire; undefined where one does. docs.x.com/changelog, 4 May 2026 */
export function unreturnable(world: World, channel: Channel, post: WorldPost): string | undefined {
  const followed = channel.follows.some(handle => world.someone(handle).id === post.authorId)
  if (followed) return undefined
  if (post.kind === 'repost') return 'a repost, wanted for a topic: the search returns none'
  if (post.innerId === undefined) return undefined
  return 'a quote that matches a topic by what it quotes: the search does not look there'
}
