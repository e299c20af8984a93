/**
 * Faults that a simulator commits on purpose: scheduled by a test, taken by the simulator, counted when they fire.
 *
 * The simulator asks `take(kind)` at each place where that kind of fault could happen; each question is one *chance* of
 * that kind. A fault is scheduled for the nth chance from now on, for the next chances about one subject, or at random
 * from a seed. A test that schedules faults ends with `assertAllFired()`: a fault that never fired proves nothing.
 * It knows nothing of X or Slack; each simulator names its own kinds.
 */
import { createRandom, type Random } from './world/random.ts'

/** What the simulator may need to know beyond the kind: a status, a number of seconds, a body. */
export type FaultDetail = Readonly<Record<string, string | number | boolean>>

export interface When {
  /** How many chances of this kind to let pass first (default 0: the very next one). Chances about other subjects do not count. */
  readonly after?: number
  /** On how many chances in a row it fires (default 1). */
  readonly times?: number
  /** Only chances about a matching subject: an id, a method, a channel, as the simulator gives it to `take`. */
  readonly subject?: string | RegExp
  /** Handed to the simulator when it fires. */
  readonly detail?: FaultDetail
}

/** One fault that fired. */
export interface Fault<Kind extends string> {
  readonly kind: Kind
  readonly subject: string
  readonly detail: FaultDetail
}

interface Scheduled<Kind extends string> {
  readonly kind: Kind
  skip: number
  left: number
  readonly subject: string | RegExp | undefined
  readonly detail: FaultDetail
}

export class FaultPlan<Kind extends string> {
  readonly #random: Random
  #scheduled: Scheduled<Kind>[] = []
  readonly #chances = new Map<Kind, { probability: number; detail: FaultDetail }>()
  readonly #log: Fault<Kind>[] = []
  #waiters: { readonly kind: Kind; readonly count: number; readonly resolve: () => void }[] = []

  constructor(seed: number | string = 1) {
    this.#random = createRandom(`faults:${seed}`)
  }

  /** Schedules one fault. Faults of one kind and subject wait for their turn independently of each other. */
  schedule(kind: Kind, when: When = {}): void {
    this.#scheduled.push({
      kind,
      skip: when.after ?? 0,
      left: when.times ?? 1,
      subject: when.subject,
      detail: when.detail ?? {},
    })
  }

  /** Schedules `count` faults of a kind on different chances among the next `over`, chosen by the seed. */
  scatter(kind: Kind, count: number, over: number, detail: FaultDetail = {}): void {
    if (count > over) throw new RangeError(`${count} faults do not fit into ${over} chances`)
    const places = this.#random.sample(
      Array.from({ length: over }, (_, i) => i),
      count,
    )
    for (const after of places) this.schedule(kind, { after, detail })
  }

  /** From now on every chance of this kind fires with this probability, by the seed; 0 ends it. Never pending. */
  atRandom(kind: Kind, probability: number, detail: FaultDetail = {}): void {
    if (probability > 0) this.#chances.set(kind, { probability, detail })
    else this.#chances.delete(kind)
  }

  /** The simulator's question. Answers with the fault to commit now (already counted), or undefined. */
  take(kind: Kind, subject = ''): Fault<Kind> | undefined {
    let due: Scheduled<Kind> | undefined
    for (const fault of this.#scheduled) {
      if (fault.kind !== kind || !isAbout(fault.subject, subject)) continue
      if (fault.skip > 0) fault.skip--
      else due ??= fault // A second one that is due stays due: it fires on the next chance.
    }
    if (due !== undefined) {
      due.left--
      if (due.left === 0) this.#scheduled = this.#scheduled.filter(fault => fault !== due)
      return this.#fire(kind, subject, due.detail)
    }
    const chance = this.#chances.get(kind)
    if (chance !== undefined && this.#random.chance(chance.probability)) return this.#fire(kind, subject, chance.detail)
    return undefined
  }

  #fire(kind: Kind, subject: string, detail: FaultDetail): Fault<Kind> {
    const fault = { kind, subject, detail }
    this.#log.push(fault)
    const count = this.count(kind)
    for (const waiter of this.#waiters) if (waiter.kind === kind && waiter.count <= count) waiter.resolve()
    this.#waiters = this.#waiters.filter(waiter => waiter.kind !== kind || waiter.count > count)
    return fault
  }

  /** Counts a fault that was committed by hand (a test that calls `sim.cut()`), so that one list shows all of them. */
  note(kind: Kind, subject = ''): void {
    this.#fire(kind, subject, {})
  }

  /** How many of each kind have fired; kinds that never fired are absent. */
  fired(): Partial<Record<Kind, number>> {
    const counts: Partial<Record<Kind, number>> = {}
    for (const { kind } of this.#log) counts[kind] = (counts[kind] ?? 0) + 1
    return counts
  }

  /** How many of one kind have fired. */
  count(kind: Kind): number {
    return this.#log.filter(fault => fault.kind === kind).length
  }

  /** All that fired, in order. */
  log(): readonly Fault<Kind>[] {
    return this.#log
  }

  /** What is scheduled and has not fired yet, as kinds with how many are left and after how many chances. */
  pending(): readonly { readonly kind: Kind; readonly left: number; readonly after: number }[] {
    return this.#scheduled.map(({ kind, left, skip }) => ({ kind, left, after: skip }))
  }

  /** Resolves once `count` faults of this kind have fired. */
  whenFired(kind: Kind, count = 1): Promise<void> {
    if (this.count(kind) >= count) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiters.push({ kind, count, resolve })
    return promise
  }

  /** Throws, naming them, when a scheduled fault has not fired. */
  assertAllFired(): void {
    const open = this.pending()
    if (open.length === 0) return
    const list = open.map(({ kind, left, after }) => `${kind} (${left} left, after ${after} more chances)`)
    throw new Error(`faults that never fired: ${list.join(', ')}`)
  }

  /** Forgets what is pending and what was at random. What fired stays counted. */
  clear(): void {
    this.#scheduled = []
    this.#chances.clear()
  }
}

function isAbout(wanted: string | RegExp | undefined, subject: string): boolean {
  if (wanted === undefined) return true
  return typeof wanted === 'string' ? wanted === subject : wanted.test(subject)
}
