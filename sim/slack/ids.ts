/**
 * Everything that Slack numbers: message times, blocks, views, triggers, events. Message times never repeat and never go back, even when
 * the clock does; all else comes from one counter, so a run can be read again.
 */
import { createHash } from 'node:crypto'

/** Milliseconds since 1970. */
export type Now = () => number

export class Ids {
  readonly #now: Now
  #count = 0
  #lastMicros = 0

  constructor(now: Now) {
    this.#now = now
  }

  /** A message's `ts`: ten digits of seconds, a dot, six digits. It is also the message's identifier. */
  ts(): string {
    this.#lastMicros = Math.max(this.#lastMicros + 1, this.#now() * 1000)
    const seconds = Math.floor(this.#lastMicros / 1_000_000)
    return `${seconds}.${String(this.#lastMicros % 1_000_000).padStart(6, '0')}`
  }

  /** `V00000001`, `Ev0000000A`, …: a capital prefix and eight digits of base 36. */
  next(prefix: string): string {
    this.#count += 1
    return prefix + this.#count.toString(36).toUpperCase().padStart(8, '0')
  }

  /** A `block_id` as Slack generates them: five characters. */
  block(): string {
    return this.#hash('block').slice(0, 5)
  }

  /** A secret-looking part of an address or ticket. */
  nonce(): string {
    return this.#hash('nonce')
  }

  /** `trigger_id`s have three parts: two numbers and a hash. */
  trigger(): string {
    this.#count += 1
    return `${this.#now()}.${this.#count}.${this.#hash('trigger')}`
  }

  #hash(what: string): string {
    this.#count += 1
    return createHash('sha256')
      .update(`${what} ${this.#count}`)
      .digest('base64url')
      .replaceAll(/[-_]/g, 'x')
      .slice(0, 24)
  }
}
