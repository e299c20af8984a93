/**
 * Running a control without its consequences, and running it only where nothing has changed since. Both hand the very same control a store
 * whose `change` is ours, so that a preview cannot say anything else than what is done.
 */
import { emptyRoute, type Route } from '../domain/route.ts'
import type { Source } from '../source/source.ts'
import { type Actor, type Answer, type ControlDeps, routeOf } from './control.ts'
import type { Command } from './preview-command.ts'

export interface Trial {
  /** What the control would answer. */
  readonly answer: Answer
  readonly before: Route
  readonly after: Route
  /** Names that the network was to be asked for, which it charges for. */
  readonly asked: number
}

/** Commits nothing and wakes nobody. `resolve`: who answers in the network's place; default: the network itself. */
export async function tryOut(
  deps: ControlDeps,
  who: Actor,
  channel: string,
  command: Pick<Command, 'run' | 'args'>,
  resolve: Source['resolve'] = (inputs, signal) => deps.source.resolve(inputs, signal),
): Promise<Trial> {
  const before = await routeOrEmpty(deps, channel)
  let after = before
  let asked = 0
  const store = overriding(deps.store, {
    routes: async () => (await deps.store.routes()).map(route => (isSame(route, before) ? after : route)),
    change: async (_key, _who, _now, decide) => {
      const change = decide(after)
      if (change !== undefined) after = change.route
      return change
    },
    release: async () => (await deps.store.lanes()).some(lane => lane.channel === channel && lane.held !== undefined),
    repace: async () => undefined,
  })
  const source = overriding(deps.source, {
    resolve: async (inputs, signal) => {
      asked += inputs.length
      return resolve(inputs, signal)
    },
  })
  const trial: ControlDeps = { ...deps, store, source, changed: async () => undefined }
  const answer = await command.run(trial, who, channel, command.args)
  return { answer, before, after, asked }
}

/** Runs it if the route is still this one when it is to be changed; undefined: it is not, and nothing was done. */
export async function runIfStill(
  deps: ControlDeps,
  who: Actor,
  channel: string,
  command: Pick<Command, 'run' | 'args'>,
  expected: Route,
): Promise<Answer | undefined> {
  let moved = false
  const store = overriding(deps.store, {
    change: (key, by, now, decide) =>
      deps.store.change(key, by, now, route => {
        moved = !sameWishes(route, expected)
        return moved ? undefined : decide(route)
      }),
  })
  const answer = await command.run({ ...deps, store }, who, channel, command.args)
  return moved ? undefined : answer
}

export async function routeOrEmpty(deps: ControlDeps, channel: string): Promise<Route> {
  return (await routeOf(deps, channel)) ?? emptyRoute(deps.source.name, channel)
}

/** Whether two states of a route want the same. An account's newer name or picture is no difference. */
export function sameWishes(one: Route, other: Route): boolean {
  return wishes(one) === wishes(other)
}

function wishes(route: Route): string {
  const ids = (accounts: Route['follows']) => accounts.map(({ id }) => id)
  const whole = { ...route, follows: ids(route.follows), muted: ids(route.muted) }
  return JSON.stringify(Object.entries(whole).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const isSame = (one: Route, other: Route) => one.channel === other.channel && one.source === other.source

/** The same with some methods of its own; the others still belong to the original, whatever it is made of. */
function overriding<T extends object>(original: T, own: Partial<T>): T {
  return new Proxy(original, {
    get: (_, key) => {
      const owner = Object.hasOwn(own, key) ? own : original
      const value: unknown = Reflect.get(owner, key, owner)
      return typeof value === 'function' ? value.bind(owner) : value
    },
  })
}
