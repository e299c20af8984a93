/** How X is doing, as a person and `/readyz` see it. Only told, never asked: nothing is decided by it. */
import type { Clock } from '../../kit/clock.ts'
import type { SourceState } from '../source.ts'
import type { Connection } from './connection.ts'
import type { RulesReport } from './rules/sync.ts'

/** Problems named in one sentence. */
const problemsShown = 3

export class Status {
  readonly #clock: Clock
  #state: SourceState['state'] = 'idle'
  #since: number
  #detail = 'Not started.'
  #until: number | undefined
  #connection: Connection | undefined
  #lastByteAt: number | undefined
  #lastPostAt: number | undefined
  #connects = 0
  #rules: RulesReport | undefined
  #rulesFailure: string | undefined
  #catchUpTrouble: string | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.now()
  }

  say(state: SourceState['state'], detail: string, until?: number): void {
    if (state !== this.#state) this.#since = this.#clock.now()
    this.#state = state
    this.#detail = detail
    this.#until = until
  }

  connecting(): void {
    this.#connects += 1
    this.say('connecting', 'Connecting to X.')
  }

  opened(connection: Connection): void {
    this.#connection = connection
    this.say('streaming', 'Reading X.')
  }

  closed(): void {
    this.#lastByteAt = this.#connection?.lastByteAt ?? this.#lastByteAt
    this.#connection = undefined
  }

  post(at: number): void {
    this.#lastPostAt = at
  }

  rules(report: RulesReport | undefined, failure: string | undefined): void {
    this.#rules = report
    this.#rulesFailure = failure
  }

  /** Why the posts of a gap cannot be had at the moment. True if that is news. */
  catchingUp(trouble: string | undefined): boolean {
    const news = trouble !== this.#catchUpTrouble
    this.#catchUpTrouble = trouble
    return news
  }

  state(): SourceState {
    const lastByteAt = this.#connection?.lastByteAt ?? this.#lastByteAt
    return {
      name: 'x',
      state: this.#state,
      since: this.#since,
      detail: this.#detail,
      problems: this.#troubles(),
      ...(this.#until === undefined ? {} : { until: this.#until }),
      ...(lastByteAt === undefined ? {} : { lastByteAt }),
      ...(this.#lastPostAt === undefined ? {} : { lastPostAt: this.#lastPostAt }),
      connects: this.#connects,
      ...(this.#rules === undefined
        ? {}
        : { rules: { ours: this.#rules.ours, others: this.#rules.others, cap: this.#rules.cap } }),
    }
  }

  #troubles(): readonly string[] {
    const problems = this.#rules?.problems ?? []
    const shown = problems.slice(0, problemsShown)
    if (problems.length > shown.length) shown.push(`And ${problems.length - shown.length} more.`)
    if (this.#rulesFailure !== undefined && !this.#detail.includes(this.#rulesFailure)) {
      shown.push(`The rules could not be brought in step: ${this.#rulesFailure}`)
    }
    if (this.#catchUpTrouble !== undefined)
      shown.push(`What was missed cannot be fetched yet, and is asked for again: ${this.#catchUpTrouble}`)
    return shown
  }
}
