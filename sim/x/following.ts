/** Whom the people of the world follow, as X shows it on their profiles. */
import { createRandom } from '../world/random.ts'
import type { World, WorldUser } from '../world/world.ts'

/** The newest first: chosen by the account's id alone, at least three people where the world has as many, and up to about half of it. */
export function followingOf(world: World, user: WorldUser): readonly WorldUser[] {
  const others = world.users().filter(other => other.id !== user.id && other.state !== 'suspended')
  const random = createRandom(`following:${user.id}`)
  const share = 0.1 + 0.4 * random.next()
  const chosen = others.filter(() => random.next() < share)
  return chosen.length >= 3 ? chosen : others.slice(0, 3)
}
