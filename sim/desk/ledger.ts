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

/** The line about a change is in its channel within this time. */
const noticeMs = 15_000

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
    const undoing = /^\/birdwire\s+undo\b\s*(\S*)/i.exec(command)
    const next =
      undoing === null
        ? afterCommand(before, command, name => this.#world.user(name), this.#now())
        : undone(history, undoing[1] ?? '', this.#now())
    if (next === before) return
    const { change: _, ...after } = next
    this.#wants.set(channel, settled ? [{ ...after, since: 0 }] : [...history, after])
  }

  /** The channel has been told of a change, which has this name. */
  noticed(channel: string, change: string): void {
    const history = this.#wants.get(channel) ?? []
    const newest = history.at(-1)
    if (newest === undefined || this.#now() - newest.since > noticeMs) return
    const named = { ...newest, change: newest.change === undefined ? change : 'several' }
    this.#wants.set(channel, [...history.slice(0, -1), named])
  }

  /** What comes into a channel, in one line. */
  wants(channel: string): string {
    return describe(this.#wants.get(channel)?.at(-1) ?? nothing)
  }

  /** Whom the channel follows now, by id. */
  follows(channel: string): readonly string[] {
    return [...(this.#wants.get(channel)?.at(-1) ?? nothing).follows.keys()]
  }

  /** The reposts that were written while the desk watched. */
  reposts(): readonly WorldPost[] {
    return this.#written.flatMap(({ post }) => (post.kind === 'repost' ? [post] : []))
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

/** The wants after a change was taken back: those before it, where it is surely the newest; otherwise that is beyond the desk. */
function undone(history: readonly Wants[], change: string, now: number): Wants {
  const newest = history.at(-1) ?? nothing
  const before = history.at(-2)
  const isIt = newest.change !== undefined && newest.change !== 'several' && newest.change.endsWith(change)
  return before !== undefined && isIt ? { ...before, since: now } : { ...newest, since: now, judged: false }
}
