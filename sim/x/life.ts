/**
 * When somebody joined and how much they have written since, as X shows it on a profile. In a world that has lived for a day or more
 * people write as much as they did in it; in a younger one as their id says, some seldom and some all day.
 */
import { createRandom } from '../world/random.ts'
import type { World, WorldUser } from '../world/world.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000

interface Rates {
  /** The hour of the world in which they were counted. */
  readonly hour: number
  /** Posts a day by person; undefined in a world that is too young. */
  readonly perDay: ReadonlyMap<string, number> | undefined
}

/** Counted once an hour: a profile goes with many posts. */
const counted = new WeakMap<World, Rates>()

export function lifeOf(world: World, user: WorldUser): { readonly createdAt: number; readonly posts: number } {
  const random = createRandom(`life:${user.id}`)
  const createdAt = Date.UTC(random.int(2009, 2023), random.int(0, 11), random.int(1, 28), random.int(0, 23))
  // Between one in three days and sixteen a day, as many of either kind.
  const seeded = 0.3 * 50 ** random.next()
  const rate = ratesIn(world)?.get(user.id) ?? seeded
  return { createdAt, posts: Math.round((rate * Math.max(0, world.now() - createdAt)) / dayMs) }
}

function ratesIn(world: World): ReadonlyMap<string, number> | undefined {
  const hour = Math.floor(world.now() / hourMs)
  const kept = counted.get(world)
  if (kept?.hour === hour) return kept.perDay
  const perDay = count(world)
  counted.set(world, { hour, perDay })
  return perDay
}

function count(world: World): ReadonlyMap<string, number> | undefined {
  const posts = world.posts()
  const days = (world.now() - (posts[0]?.createdAt ?? world.now())) / dayMs
  if (days < 1) return undefined
  const numbers = new Map(world.users().map(({ id }) => [id, 0]))
  for (const { authorId, history } of posts)
    if (history.length === 1) numbers.set(authorId, (numbers.get(authorId) ?? 0) + 1)
  return new Map([...numbers].map(([id, number]) => [id, number / days]))
}
