/** Asks the network for accounts that are silent: a handful a time, nobody more often than need be. Remembers what it said. */
import type { Account } from '../domain/account.ts'
import type { Pace } from '../domain/silence.ts'
import type { Checked } from '../domain/silence-alarm.ts'
import type { Clock } from '../kit/clock.ts'
import { silenceAskAgainMs, silenceAskSoonMs, silenceAskUnwantedMs } from '../limits.ts'
import type { Newest, Source } from '../source/source.ts'

interface Askable {
  readonly account: Account
  readonly pace: Pace
}

interface Answered<T extends Askable> {
  readonly of: T
  readonly answer: Newest
}

/** How long an answer holds, unless something has come since. */
type Patience = 'daily' | 'soon'

export class Questions {
  readonly #source: Pick<Source, 'newest'>
  readonly #clock: Clock
  readonly #answers = new Map<
    string,
    { readonly at: number; readonly newestAt: number; readonly answer: Newest | Checked }
  >()

  constructor(source: Pick<Source, 'newest'>, clock: Clock) {
    this.#source = source
    this.#clock = clock
  }

  /** Asks for those of them that are due, who has waited longest first, at most `max`; the answers that are new. `before`: each question. */
  async ask<T extends Askable>(
    accounts: readonly T[],
    how: Patience,
    signal: AbortSignal,
    max: number,
    before: (of: T) => void,
  ): Promise<readonly Answered<T>[]> {
    this.#tidy()
    const due = accounts.filter(one => this.#isDue(one, how)).toSorted((a, b) => this.#at(a) - this.#at(b))
    const answered: Answered<T>[] = []
    for (const of of due.slice(0, max)) {
      if (signal.aborted) break
      before(of)
      const answer = await this.#source.newest(of.account, of.pace.newestAt, signal)
      this.#answers.set(of.account.id, { at: this.#clock.now(), newestAt: of.pace.newestAt, answer })
      answered.push({ of, answer })
    }
    return answered
  }

  /** What was missed turned out to be wanted by nobody. */
  unwanted(accountId: string): void {
    const known = this.#answers.get(accountId)
    if (known !== undefined) this.#answers.set(accountId, { ...known, answer: { kind: 'unwanted' } })
  }

  /** What was last said of the account; undefined when it was not asked for lately, or posts were missed. */
  last(accountId: string): Checked | undefined {
    const answer = this.#answers.get(accountId)?.answer
    return answer?.kind === 'missed' ? undefined : answer
  }

  #isDue({ account, pace }: Askable, how: Patience): boolean {
    const known = this.#answers.get(account.id)
    if (known === undefined || known.newestAt < pace.newestAt) return true
    return this.#clock.now() - known.at >= patience(known.answer, how)
  }

  #at({ account }: Askable): number {
    return this.#answers.get(account.id)?.at ?? 0
  }

  /** Answers that every question is due after say nothing any more. */
  #tidy(): void {
    const now = this.#clock.now()
    for (const [id, { at }] of this.#answers) if (now - at > 2 * silenceAskUnwantedMs) this.#answers.delete(id)
  }
}

/** Only posts cost something, and those that nobody wants are bought in vain. */
function patience({ kind }: Newest | Checked, how: Patience): number {
  if (kind === 'unwanted') return silenceAskUnwantedMs
  return how === 'soon' || kind === 'failed' ? silenceAskSoonMs : silenceAskAgainMs
}
