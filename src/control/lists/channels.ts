/** Between what files call a channel and what it is: sections with names to ids, and routes to sections. */
import { emptyRoute } from '../../domain/route.ts'
import type { ControlDeps } from '../control.ts'
import type { Wish } from './apply.ts'
import type { Entry, Problem, Section } from './format.ts'
import { listsOf, type SomeLists } from './lists.ts'

/** The id of a channel as a file calls it: an id is itself, a name stands after a `#`. Undefined: the bot sees none. Throws with a sentence when Slack does not answer. */
export type ChannelFinder = (channel: string) => Promise<string | undefined>

/** By the names that Birdwire has heard, then by what `ask` says of a name without its `#`. */
export function channelFinder(deps: ControlDeps, ask: (name: string) => Promise<string | undefined>): ChannelFinder {
  return async channel => {
    if (!channel.startsWith('#')) return channel
    const known = (await deps.store.lanes()).filter(({ name }) => `#${name}` === channel)
    // A channel that is gone may have left its name to another one.
    return known.length === 1 ? known[0]?.channel : await ask(channel.slice(1))
  }
}

/** `before`: what a channel (by id) wanted when the files became right; where `base` says nothing of it. */
export async function wishesOf(
  sections: readonly Section[],
  base: readonly Section[] | undefined,
  find: ChannelFinder,
  deps: ControlDeps,
  before: (id: string) => SomeLists | undefined = () => undefined,
): Promise<
  | { readonly ok: true; readonly wishes: readonly Wish[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }
> {
  const lanes = await deps.store.lanes()
  const problems: Problem[] = []
  const wishes: Wish[] = []
  for (const section of sections) {
    const { channel, line, file } = section
    const where = { line, channel, ...(file === undefined ? {} : { file }) }
    try {
      const id = await find(channel)
      const name = lanes.find(lane => lane.channel === id)?.name
      const known = base?.find(each => each.channel === channel || each.channel === id || each.channel === `#${name}`)
      if (id === undefined)
        problems.push({ ...where, why: `the bot sees no channel ${channel}; a private one it must be invited to` })
      else if (wishes.some(wish => wish.channel === id))
        problems.push({ ...where, why: `${channel} is in here twice; put both together` })
      else wishes.push({ ...section, channel: id, base: known?.lists ?? before(id) })
    } catch {
      problems.push({ ...where, why: `Slack could not be asked which channel ${channel} is; its id would do without` })
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, wishes }
}

/** Every channel in which anything is not as usual, in the order of their names. */
export async function entriesOf({ store, source }: ControlDeps): Promise<readonly Entry[]> {
  const names = new Map((await store.lanes()).map(({ channel, name }) => [channel, name]))
  const routes = (await store.routes()).filter(route => route.source === source.name)
  const all = [...names.values()]
  const once = (name: string) => (all.indexOf(name) === all.lastIndexOf(name) ? name : '')
  return routes
    .filter(route => JSON.stringify(route) !== JSON.stringify(emptyRoute(source.name, route.channel)))
    .map(route => ({ id: route.channel, name: once(names.get(route.channel) ?? ''), lists: listsOf(route) }))
    .toSorted((a, b) => (a.name || a.id).localeCompare(b.name || b.id))
}
