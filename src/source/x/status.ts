/** How X is doing, as a person and `/readyz` see it. Only told, never asked: nothing is decided by it. */
import type { Clock } from '../../kit/clock.ts'
import type { SourceState } from '../source.ts'
import type { Connection } from './connection.ts'
import type { PollPlan } from './poll-plan.ts'
import type { RulesReport } from './rules/sync.ts'

/** Problems named in one sentence. */
const problemsShown = 3

export class Status {
  readonly #clock: Clock
  readonly #mode: 'stream' | 'poll'
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
  #activity: string | undefined
  /** While X is polled. `because`: why not streamed. */
  #poll: { readonly because: string | undefined; trouble?: string | undefined } | undefined

  /** `mode`: how X is read while nothing is. */
  constructor(clock: Clock, mode: 'stream' | 'poll' = 'stream') {
    this.#clock = clock
    this.#mode = mode
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

  /** What cannot be heard of deletions; undefined when all is well. */
  activity(sentence: string | undefined): void {
    this.#activity = sentence
  }

  /** Polling begins. `because`: why the stream is not read, a sentence; undefined: nobody wants the stream. */
  polling(because: string | undefined): void {
    this.#poll = { because }
    this.say('connecting', this.#because('Polling X.', 'Polling X'))
  }

  /** The reason for not streaming has changed. */
  stillPolling(because: string): void {
    if (this.#poll === undefined) return
    const before = this.#poll.because
    this.#poll = { ...this.#poll, because }
    if (before !== undefined) this.#detail = this.#detail.replace(before, () => because)
  }

  /** A whole round is through. */
  polled({ words }: PollPlan, at: number): void {
    if (this.#poll === undefined) return
    this.#poll = { ...this.#poll, trouble: undefined }
    this.#lastByteAt = at
    this.say('streaming', this.#because(`Polling X ${words}.`, `Polling X ${words}`))
  }

  /** A round was not whole. */
  pollTrouble(why: string | undefined): void {
    if (this.#poll !== undefined) this.#poll = { ...this.#poll, trouble: why }
  }

  closed(): void {
    this.#poll = undefined
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
      mode: this.#poll === undefined ? this.#mode : 'poll',
      since: this.#since,
      detail: this.#detail,
      problems: this.#troubles(),
      ...(this.#until === undefined ? {} : { until: this.#until }),
      ...(lastByteAt === undefined ? {} : { lastByteAt }),
      ...(this.#lastPostAt === undefined ? {} : { lastPostAt: this.#lastPostAt }),
      connects: this.#connects,
      ...(this.#rules === undefined
        ? {}
        : {
            rules: { ours: this.#rules.ours, others: this.#rules.others, cap: this.#rules.cap },
            estimate: this.#rules.estimate,
          }),
    }
  }

  #troubles(): readonly string[] {
    // What has no room in the rules is polled all the same.
    const problems = this.#poll === undefined ? (this.#rules?.problems ?? []) : []
    const shown = problems.slice(0, problemsShown)
    if (problems.length > shown.length) shown.push(`And ${problems.length - shown.length} more.`)
    if (this.#rulesFailure !== undefined && !this.#detail.includes(this.#rulesFailure)) {
      shown.push(`The rules could not be brought in step: ${this.#rulesFailure}`)
    }
    if (this.#catchUpTrouble !== undefined)
      shown.push(`What was missed cannot be fetched yet, and is asked for again: ${this.#catchUpTrouble}`)
    if (this.#activity !== undefined) shown.push(this.#activity)
    if (this.#poll?.trouble !== undefined)
      shown.push(`The last round of polling was not whole, and is asked for again: ${this.#poll.trouble}`)
    return shown
  }

  #because(alone: string, begin: string): string {
    const because = this.#poll?.because
    return because === undefined ? alone : `${begin}, because the stream does not work: ${because}`
  }
}
