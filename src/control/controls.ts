/**
 * The one door to all controls: a verb and what follows it, typed by anybody anywhere, to an answer in words. An unknown verb is
 * answered with a suggestion; nothing that is typed makes this throw.
 */
import type { Route } from '../domain/route.ts'
import { nearest } from '../kit/similar.ts'
import { firstWord, tidy } from './args.ts'
import { type Actor, type Answer, alter, type ControlDeps, refused, routeOf, told } from './control.ts'
import { deadOf } from './dead.ts'
import { helpText } from './help.ts'
import { refusalFor } from './may.ts'
import {
  type ChannelOverview,
  channelOverview,
  type HomeOverview,
  homeOverview,
  routeAfter,
  type Sight,
} from './overview.ts'
import { holdsSecret, secretRefused } from './own-secrets.ts'
import { oldVerbs, synonyms, type Verb, verbs } from './verbs.ts'
import { code, plain } from './words.ts'

export interface Controls {
  /** What was typed after `/birdwire`. */
  run(who: Actor, channel: string, text: string): Promise<Answer>
  /** One of the old bot's commands; undefined if it is none. */
  old(command: string, who: Actor, channel: string, text: string): Promise<Answer> | undefined
  /** The posts that a message of ours shows, in its order; empty when it shows none. */
  postsIn(channel: string, ts: string): Promise<readonly ShownPost[]>
  /** What a channel wants, brings and costs. */
  channel(channel: string): Promise<ChannelOverview>
  /** What the channel wanted when that change was its newest (undefined: before any); undefined: no such change is known. */
  channelAfter(channel: string, change: string | undefined): Promise<Route | undefined>
  /** Why somebody may not change the channel; undefined: they may. */
  refusal(who: Actor, channel: string): Promise<string | undefined>
  /** Everything at a glance, as far as somebody may see it. */
  everything(sight: Sight): Promise<HomeOverview>
  /** Whether Slack ever took a message for the channel. */
  reached(channel: string): Promise<boolean>
  /** Slack told a channel's name. */
  named(channel: string, name: string): Promise<void>
  /** Slack says that nothing can be posted there any more. */
  closed(channel: string, why: string): Promise<void>
  /** The bot was invited: what waited goes on, and a channel that never heard of it is greeted. */
  invited(channel: string): Promise<void>
  /** The channel is no longer archived: what waited goes on. A channel that nobody used stays unknown. */
  unarchived(channel: string): Promise<void>
}

/** A post in a message of ours. */
export interface ShownPost {
  readonly id: string
  /** Of its author. */
  readonly handle: string
}

export function createControls(deps: ControlDeps): Controls {
  return {
    run: (who, channel, text) => run(deps, who, channel, text),
    old: (command, who, channel, text) => {
      const name = command.toLowerCase()
      const verb = Object.hasOwn(oldVerbs, name) ? oldVerbs[name] : undefined
      if (verb === undefined) return undefined
      return holdsSecret(deps, text) ? Promise.resolve(refused(secretRefused)) : allowed(deps, verb, who, channel, text)
    },
    postsIn: (channel, ts) => postsIn(deps, channel, ts),
    channel: channel => channelOverview(deps, channel),
    channelAfter: (channel, change) => routeAfter(deps, channel, change),
    refusal: async (who, channel) => refusalFor(who.role ?? 'member', 'change', await routeOf(deps, channel)),
    everything: sight => homeOverview(deps, sight),
    reached: async channel => (await deps.store.lanes()).some(lane => lane.channel === channel && lane.sent > 0),
    named: (channel, name) => deps.store.nameChannel(channel, name),
    closed: (channel, why) => closed(deps, channel, why),
    invited: channel => invited(deps, channel),
    unarchived: channel => reopened(deps, channel, 'the channel is no longer archived'),
  }
}

async function run(deps: ControlDeps, who: Actor, channel: string, text: string): Promise<Answer> {
  if (holdsSecret(deps, text)) return refused(secretRefused)
  const { word, rest } = firstWord(tidy(text))
  const verb = Object.hasOwn(synonyms, word) ? synonyms[word] : word
  const known = verb !== undefined && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  if (known !== undefined) return allowed(deps, known, who, channel, rest)
  const close = nearest(
    word,
    [...Object.keys(verbs), ...Object.keys(synonyms)].filter(name => name !== ''),
  )
  if (close === undefined) return told(`There is no command ${code(word)}.\n${helpText}`)
  const meant = code(`/birdwire ${close} ${rest}`.trim())
  return told(`There is no command ${code(word)}. Did you mean ${meant}? \`/birdwire help\` shows all of them.`)
}

/** The one place where it is asked who may: whatever door somebody came in by. */
async function allowed(deps: ControlDeps, verb: Verb, who: Actor, channel: string, args: string): Promise<Answer> {
  const need = typeof verb.needs === 'function' ? verb.needs(args) : verb.needs
  const refusal = need === 'look' ? undefined : refusalFor(who.role ?? 'member', need, await routeOf(deps, channel))
  return refusal === undefined ? verb.run(deps, who, channel, args) : refused(refusal)
}

async function postsIn({ store, source }: ControlDeps, channel: string, ts: string): Promise<readonly ShownPost[]> {
  const ids = await store.postsIn(channel, ts)
  const found = await Promise.all(ids.map(id => store.post(source.name, id)))
  return found.flatMap(stored =>
    stored === undefined ? [] : { id: stored.post.id, handle: stored.post.author.handle },
  )
}

const slack: Actor = { id: 'Slack' }
/** Who pauses the routes of a channel that Slack called gone, in the trail of changes. */
const ourselves = 'birdwire'
/** How far back the change that paused a channel is looked for. */
const changesAsked = 200

/** No line is left in the channel: it could not be posted. What waits there ends as the deliveries find out. */
async function closed(deps: ControlDeps, channel: string, why: string): Promise<void> {
  if ((await routeOf(deps, channel)) === undefined) return
  await alter(deps, slack, channel, route =>
    route.paused ? undefined : { route: { ...route, paused: true }, what: `paused, since ${why}` },
  )
}

async function invited(deps: ControlDeps, channel: string): Promise<void> {
  const [last] = await deps.store.audit(channel, 1)
  if (last === undefined) {
    await goOn(deps, channel)
    await alter(deps, slack, channel, route => ({ route, what: 'invited Birdwire', notice: greeting }))
  } else await reopened(deps, channel, 'Birdwire was invited again')
}

/**
 * What waited or died because nothing could be posted goes on, and so does the route. Only a pause that Slack or Birdwire caused ends by
 * itself: one that a person wanted is theirs to end.
 */
async function reopened(deps: ControlDeps, channel: string, since: string): Promise<void> {
  await goOn(deps, channel)
  const rows = await deps.store.audit(channel, changesAsked)
  const pausing = rows.find(({ before, after }) => after.paused && before?.paused !== true)
  if (pausing === undefined || ![slack.id, ourselves].includes(pausing.who)) return
  await alter(deps, slack, channel, route =>
    route.paused
      ? {
          route: { ...route, paused: false },
          what: `resumed, since ${since}`,
          notice: `Birdwire is back: new posts come into this channel again. ${plain('/birdwire list')} shows what is wanted here.`,
        }
      : undefined,
  )
}

/** Tries again what is held in the channel, and what died because the channel was closed to us. */
async function goOn(deps: ControlDeps, channel: string): Promise<void> {
  const now = deps.clock.now()
  let moved = await deps.store.release(channel, now)
  for (const delivery of await deadOf(deps, channel)) {
    if (delivery.reason !== 'channel-gone') continue
    moved = (await deps.store.redeliver(delivery.id, now, false)) || moved
  }
  if (moved) await deps.changed()
}

const greeting =
  'Birdwire brings posts from X into this channel. `/birdwire follow NAME` follows somebody, `/birdwire help` shows the rest.'
