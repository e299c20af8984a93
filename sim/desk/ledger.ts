/**
 * The desk's book of what each channel wants, kept from the commands that were typed and answered, and the world's posts with the moment
 * at which each was really written. What the oracle judges by.
 */
import type { World, WorldPost } from '../world/world.ts'
import { type Found, type Ledger, prove, remembering, type Written } from './oracle.ts'
import type { ProofView } from './types.ts'
import { afterCommand, describe, nothing, type Wants } from './wants.ts'

/** Posts that stand before the oracle; older ones were judged long ago. A demo left alone for a day must not slow down. */
const judgedMax = 3000

export class Book {
  readonly #world: World
  readonly #now: () => number
  readonly #wants = new Map<string, Wants[]>()
  readonly #names: ReadonlyMap<string, string>
  readonly #verdictOf
  #written: Written[] = []
  #total = 0

  /** `names`: the channels by id. */
  constructor(world: World, names: ReadonlyMap<string, string>, now: () => number) {
    this.#world = world
    this.#names = names
    this.#now = now
    this.#verdictOf = remembering(now)
  }

  wrote(post: WorldPost): void {
    this.#total += 1
    this.#written.push({ post, at: this.#now() })
    if (this.#written.length > judgedMax) this.#written = this.#written.slice(-judgedMax)
  }

  /** Posts written while the desk watched. */
  get total(): number {
    return this.#total
  }

  /** When a version was written, if the desk saw it; and the post. */
  find(postId: string): Written | undefined {
    return this.#written.findLast(({ post }) => post.id === postId)
  }

  /** A command was typed and answered. `settled`: its effect is known to be in force, so that no time is left out for it. */
  typed(channel: string, command: string, settled: boolean): void {
    const history = this.#wants.get(channel) ?? [nothing]
    const before = history.at(-1) ?? nothing
    const after = afterCommand(before, command, name => this.#world.user(name), this.#now())
    if (after === before) return
    this.#wants.set(channel, settled ? [{ ...after, since: 0 }] : [...history, after])
  }

  /** What comes into a channel, in one line. */
  wants(channel: string): string {
    return describe(this.#wants.get(channel)?.at(-1) ?? nothing)
  }

  /** True when the channel surely wants, or surely does not want, what was just written. */
  isFor(channel: string, post: WorldPost): boolean | undefined {
    const at = this.find(post.id)?.at ?? this.#now()
    const verdict = this.#verdictOf(this.#world, this.#ledger(channel), post, at)
    return verdict === 'either' ? undefined : verdict === 'yes'
  }

  prove(found: readonly Found[], wholeSince: number | undefined): ProofView {
    const ledgers = [...this.#names.keys()].map(channel => this.#ledger(channel))
    const known = new Set(this.#written.map(({ post }) => post.history[0]))
    const judged = found.filter(({ postId }) => known.has(this.#world.lookupEver(postId)?.history[0] ?? postId))
    return prove(this.#world, ledgers, this.#written, judged, this.#now(), wholeSince, this.#verdictOf)
  }

  #ledger(channel: string): Ledger {
    const history = this.#wants.get(channel) ?? [nothing]
    return { channel, name: this.#names.get(channel) ?? channel, history }
  }
}
