/**
 * What each channel wants over time, kept from what was typed and done, and what follows for a post: the oracle's view, by the simulators' own
 * reading of words (sim/desk). Pure but for what it is told.
 *
 * Where the honest answer depends on moments nobody can know (a rule on its way to X, a change while a gap was being fetched) it is `either`.
 */
import { belongs, type Verdict } from '../../sim/desk/oracle.ts'
import { afterCommand, nothing, type Wants } from '../../sim/desk/wants.ts'
import type { World, WorldPost } from '../../sim/world/world.ts'

/** A change is in force everywhere within this time. */
const settleMs = 15_000
/** A rule that X was slow to take may be in force only so much later: longer than the checks between two rounds of rules (15 min). */
const rulesLateMs = 35 * 60_000

/** When it came to be known. */
export interface Arrived {
  /** Epoch ms: written. */
  readonly at: number
  /** Wholly written to a stream, when. */
  readonly wireAt: number | undefined
  /** Surely through by then: everything was in order. */
  readonly through: number
}

export class Wishes {
  readonly #world: World
  /** By channel, oldest first. */
  readonly #wants = new Map<string, Wants[]>()
  /** By channel, the wants before each change that was not taken back. */
  readonly #changes = new Map<string, Wants[]>()

  constructor(world: World) {
    this.#world = world
  }

  /** A command was typed, and changed something. */
  changed(channel: string, text: string, now: number): void {
    const history = this.#wants.get(channel) ?? [nothing]
    const changes = this.#changes.get(channel) ?? []
    const before = history.at(-1) ?? nothing
    const undoing = text === 'undo'
    const undone = undoing ? changes.pop() : undefined
    if (!undoing) changes.push(before)
    this.#changes.set(channel, changes)
    const after = undoing
      ? { ...(undone ?? before), since: now, judged: undone !== undefined && before.judged }
      : text.startsWith('pace ') // says when, not what
        ? before
        : afterCommand(before, `/birdwire ${text}`, name => this.#world.user(name), now)
    if (after !== before) this.#wants.set(channel, [...history, { ...after, since: now }])
  }

  follows(channel: string, userId: string): boolean {
    return this.#wants.get(channel)?.at(-1)?.follows.has(userId) ?? false
  }

  /** Whether a version of a post belongs there. */
  verdict(channel: string, post: WorldPost, { at, wireAt, through }: Arrived): Verdict {
    const [from, to] = wireAt === undefined ? [at - rulesLateMs, through] : [at - settleMs, wireAt + settleMs]
    const history = this.#wants.get(channel) ?? []
    const inForce = history.filter(
      ({ since }, n) => since <= to && (history[n + 1]?.since ?? Number.POSITIVE_INFINITY) >= from,
    )
    const begins = inForce[0] !== undefined && inForce[0].since > from ? [nothing] : []
    const verdicts = new Set(
      [...begins, ...inForce].map(wants =>
        belongs(this.#world, { name: channel, channel, history: [{ ...wants, since: 0 }] }, post, at),
      ),
    )
    const [only] = verdicts
    return only === undefined ? 'no' : verdicts.size === 1 ? only : 'either'
  }

  /** Whether it wants something of anyone: what search does not find of that is nobody's fault. */
  hasTopics(channel: string): boolean {
    return (this.#wants.get(channel) ?? []).some(({ topics }) => topics.size > 0)
  }

  /** Channels where nothing can be judged any more. */
  unjudged(): readonly string[] {
    return [...this.#wants].flatMap(([channel, history]) => (history.at(-1)?.judged === false ? [channel] : []))
  }
}
