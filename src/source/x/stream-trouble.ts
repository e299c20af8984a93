/**
 * Whether X should be polled because its stream is not to be had: at once where X refuses it to this app, otherwise when it has been
 * failing for a while. Polling helps nothing where X would refuse that as well (no credits, wrong token, usage cap).
 */
import type { Clock } from '../../kit/clock.ts'
import type { Bell } from './bell.ts'
import type { XError, XErrorKind } from './errors.ts'

const everywhere: ReadonlySet<XErrorKind> = new Set(['no-credits', 'unauthorized', 'usage-cap', 'aborted'])

export class StreamTrouble {
  readonly #polls: boolean
  readonly #bell: Bell
  readonly #clock: Clock
  readonly #patienceMs: number
  #alarm: ReturnType<Bell['after']> | undefined
  #last: { readonly why: string; readonly kind: XErrorKind | undefined } | undefined

  constructor(polls: boolean, bell: Bell, clock: Clock, patienceMs: number) {
    this.#polls = polls
    this.#bell = bell
    this.#clock = clock
    this.#patienceMs = patienceMs
  }

  /** The last reason, a sentence. */
  get why(): string {
    return this.#last?.why ?? ''
  }

  get mayPoll(): boolean {
    if (!this.#polls || this.#last === undefined) return false
    const { kind } = this.#last
    if (kind !== undefined && everywhere.has(kind)) return false
    return kind === 'forbidden' || this.#alarm?.over === true
  }

  /** It could not be opened, or broke off. */
  failed(error: XError | undefined, why = error?.why ?? ''): void {
    if (!this.#polls) return
    this.#last = { why, kind: error?.kind }
    this.#alarm ??= this.#bell.after(this.#patienceMs, this.#clock)
  }

  /** It was well for a while. */
  over(): void {
    this.#last = undefined
    this.#alarm?.cancel()
    this.#alarm = undefined
  }
}
