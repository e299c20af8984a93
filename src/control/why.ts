/**
 * What became of a post, stage by stage: was it seen, does this channel want it and by which word, what did Slack say; and where it did not
 * come, the smallest change that lets such posts in.
 */
import { emptyRoute, type Route } from '../domain/route.ts'
import { whyPostsMax } from '../limits.ts'
import { handleOf, tidy } from './args.ts'
import { type Actor, type Answer, type ControlDeps, refused } from './control.ts'
import type { Need } from './may.ts'
import { postIdIn } from './post-address.ts'
import { tellAtX } from './why/at-x.ts'
import { tellSeen } from './why/seen.ts'
import { type Asked, tellUnseen, writtenLine } from './why/unseen.ts'
import type { Told } from './why/verdict.ts'
import { code, counted } from './words.ts'

/** Asks the network, which costs. */
const atX = /\s+at\s+x$/i

/** Looking is free, but for what is read at X: that is for those who may change the channel. */
export const whyNeeds = (args: string): Need => (atX.test(tidy(args)) ? 'change' : 'look')

/**
 * `args` is a post's address or id, or several, or one and `at X`. With a channel only that channel is told about, others are counted: their
 * names may be nobody's business here. Without one (the command line) all are.
 */
export async function why(deps: ControlDeps, who: Actor, channel: string | undefined, args: string): Promise<Answer> {
  const typed = tidy(args)
  const posts = askedIn(typed.replace(atX, ''))
  const [post] = posts
  if (post === undefined)
    return refused('Which post? For example `/birdwire why https://x.com/mira_okafor/status/1790000000000000000`.')
  const routes = (await deps.store.routes()).filter(({ source }) => source === deps.source.name)
  if (posts.length === 1) {
    if (atX.test(typed) && (await deps.store.post(deps.source.name, post.id)) === undefined)
      return await tellAtX(deps, channel, post.id, routes)
    const { lines, offers } = await tell(deps, who, channel, post, routes)
    return { text: lines.join('\n'), changed: false, ...(offers.length === 0 ? {} : { offers }) }
  }
  const texts: string[] = []
  for (const each of posts.slice(0, whyPostsMax)) {
    const { lines } = await tell(deps, who, channel, each, routes)
    texts.push(lines.join('\n'))
  }
  const rest = posts.length - texts.length
  if (rest > 0) texts.push(`and ${counted(rest, 'more post')}: ask about each by its address.`)
  return { text: texts.join('\n\n'), changed: false }
}

/** Each post once, in order; what is no post is left out. */
function askedIn(typed: string): readonly Asked[] {
  const asked = new Map<string, Asked>()
  for (const item of typed.split(/[\s,]+/)) {
    const bare = item.replaceAll(/^<|[|>].*$/g, '')
    const id = postIdIn(bare)
    if (id === undefined || asked.has(id)) continue
    const handle = bare.includes('/') ? handleOf(bare) : ''
    // x.com/i/status/… is an address without an author.
    asked.set(id, /^\w{1,15}$/.test(handle) && handle !== 'i' ? { id, handle } : { id })
  }
  return [...asked.values()]
}

async function tell(
  deps: ControlDeps,
  who: Actor,
  channel: string | undefined,
  asked: Asked,
  routes: readonly Route[],
): Promise<Told> {
  const found = await deps.store.post(deps.source.name, asked.id)
  if (found !== undefined) return await tellSeen(deps, channel, found, routes)
  const first = writtenLine(deps, asked.id)
  if (channel !== undefined) {
    const route = routes.find(each => each.channel === channel) ?? emptyRoute(deps.source.name, channel)
    const { lines, offers } = await tellUnseen(deps, who, route, asked)
    return { lines: [first, ...lines], offers }
  }
  const lines = [first]
  const concerned = routes.filter(route => mayWant(route, asked))
  for (const route of concerned.slice(0, whyPostsMax)) {
    const told = await tellUnseen(deps, who, route, asked)
    lines.push(...told.lines.slice(0, 1).map(line => `${code(route.channel)}: ${line}`))
  }
  const rest = concerned.length - whyPostsMax
  if (concerned.length === 0) lines.push('No channel follows its author, and none has a topic.')
  else if (rest > 0) lines.push(`and ${counted(rest, 'more channel')}.`)
  return { lines, offers: [] }
}

/** Whether the channel may want a post of which no more is known than its address. */
const mayWant = ({ follows, topics }: Route, { handle }: Asked): boolean =>
  topics.length > 0 ||
  follows.some(account => handle === undefined || account.handle.toLowerCase() === handle.toLowerCase())
