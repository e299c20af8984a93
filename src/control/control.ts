/**
 * What every control has in common. A control is one thing a person may do; it is the same from Slack, the command line and
 * a file. It answers in plain words, never throws for anything a person types, and leaves a trace of every change: who, when,
 * what, before and after, and one line in the channel.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Hold } from '../domain/delivery.ts'
import type { Finding } from '../domain/finding.ts'
import type { Standing } from '../domain/money/standing.ts'
import type { Post } from '../domain/post.ts'
import type { Verdict } from '../domain/reasons.ts'
import type { Pace, Route } from '../domain/route.ts'
import type { Clock } from '../kit/clock.ts'
import { crashPoint } from '../kit/crash-point.ts'
import type { Source, SourceState } from '../source/source.ts'
import type { Change, Store } from '../store/store.ts'
import type { Role } from './may.ts'

/** Who acts. `id` is a Slack user id, or "import", "command line", "Slack"; `name` is how people know them. */
export interface Actor {
  readonly id: string
  readonly name?: string
  /** Absent: a member of the channel, and nothing more. */
  readonly role?: Role
}

/** The answer for the person who asked: mrkdwn of ours, foreign text in it escaped. `changed`: something is different now. */
export interface Answer {
  readonly text: string
  readonly changed: boolean
  /** What of it could not be done and why, a sentence each, as in the text: where it was asked for field by field. */
  readonly refused?: readonly string[]
  /** What may come next, as buttons where there are any. Whoever cannot press finds the same in the text. */
  readonly offers?: readonly Offer[]
}

/** Something that one can do with one press. */
export interface Offer {
  /** At most 75 characters, plain. */
  readonly label: string
  /** What one would type after `/birdwire`. */
  readonly does: string
  readonly style?: 'primary' | 'danger'
}

export interface ControlDeps {
  readonly store: Store
  readonly source: Source
  readonly clock: Clock
  /** The service's own: what somebody types must not hold one. Absent where no settings are known. */
  readonly secrets?: readonly string[]
  /** Ends lookups when the service stops. */
  readonly signal: AbortSignal
  /** Routes have changed in the store; resolves when the next post is matched against them. */
  changed(): Promise<void>
  sources(): readonly SourceState[]
  /** Whether anything tells Birdwire of deleted posts; absent where no service runs. */
  readonly deletionsHeard?: boolean
  /** How the month's spending stands; absent where no service runs. */
  readonly money?: { standing(): Standing }
  /** How the store and Slack are; only what is not well is told. Empty where no service runs. */
  findings(): Promise<readonly Finding[]>
  /** Judges posts by a route as it is or would be. Pure, and made once for many posts. */
  judging(route: Route): (post: Post) => Verdict
  /** Until when a channel's pace keeps back what comes at `now` (epoch ms); undefined: it may come at once. */
  holdOf(pace: Pace, now: number): Hold | undefined
  /** The id of a channel by its name, without `#`; undefined when the bot sees none. Throws with a sentence when Slack does not answer. */
  channelNamed?(name: string): Promise<string | undefined>
  /** How people call somebody, by their Slack user id; undefined where Slack does not say. Never rejects. */
  nameOf?(id: string): Promise<string | undefined>
  /** The address of a message in Slack; undefined while the workspace's address is not known. `thread`: the first message of its thread. */
  permalink?(channel: string, ts: string, thread?: string): string | undefined
}

/** `args` is what was typed after the verb, as typed. */
export type Control = (deps: ControlDeps, who: Actor, channel: string, args: string) => Promise<Answer>

export const told = (text: string): Answer => ({ text, changed: false })

/** Nothing was done, and why. */
export const refused = (text: string): Answer => ({ text, changed: false, refused: [text] })

/** The channel's route as it is now; undefined if it never had one. */
export async function routeOf(deps: ControlDeps, channel: string): Promise<Route | undefined> {
  const routes = await deps.store.routes()
  return routes.find(route => route.channel === channel && route.source === deps.source.name)
}

/** Commits a change with its trace and lets everybody know. False when `decide` found nothing to change. */
export async function alter(
  deps: ControlDeps,
  who: Actor,
  channel: string,
  decide: (route: Route) => Change | undefined,
): Promise<boolean> {
  const now = deps.clock.now()
  const change = await deps.store.change({ source: deps.source.name, channel }, who.id, now, route => {
    const change = decide(route)
    if (change === undefined || isDeepStrictEqual(change.route.pace, route.pace)) return change
    return { ...change, repace: { hold: deps.holdOf(change.route.pace, now) } }
  })
  if (change === undefined) return false
  crashPoint('after-change-before-answer')
  await deps.changed()
  if (change.repace !== undefined) {
    // Nobody goes by the old pace any more: what came by it since the change follows; what may come now is then to be looked for.
    await deps.store.repace(channel, change.repace.hold, now)
    await deps.changed()
  }
  return true
}
