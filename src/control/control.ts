/**
 * What every control has in common. A control is one thing a person may do; it is the same from Slack, the command line and
 * a file. It answers in plain words, never throws for anything a person types, and leaves a trace of every change: who, when,
 * what, before and after, and one line in the channel.
 */
import type { Finding } from '../domain/finding.ts'
import type { Standing } from '../domain/money/standing.ts'
import type { Route } from '../domain/route.ts'
import type { Clock } from '../kit/clock.ts'
import type { Source, SourceState } from '../source/source.ts'
import type { Change, Store } from '../store/store.ts'

/** Who acts. `id` is a Slack user id, or "import", "command line", "Slack"; `name` is how people know them. */
export interface Actor {
  readonly id: string
  readonly name?: string
}

/** The answer for the person who asked: mrkdwn of ours, foreign text in it escaped. `changed`: something is different now. */
export interface Answer {
  readonly text: string
  readonly changed: boolean
}

export interface ControlDeps {
  readonly store: Store
  readonly source: Source
  readonly clock: Clock
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
}

/** `args` is what was typed after the verb, as typed. */
export type Control = (deps: ControlDeps, who: Actor, channel: string, args: string) => Promise<Answer>

export const told = (text: string): Answer => ({ text, changed: false })

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
  const change = await deps.store.change({ source: deps.source.name, channel }, who.id, deps.clock.now(), decide)
  if (change === undefined) return false
  await deps.changed()
  return true
}
