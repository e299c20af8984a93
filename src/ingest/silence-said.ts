/**
 * What has been said of silences and is not over. The store is the memory: a line is left once for each key and channel, the key is
 * retracted when it is over. A crash between the two repeats nothing: the line about the end has a key of its own.
 */
import { type Alarm, alarmKey, alarmKeyPrefix, type Matter, matterFrom, matterOf } from '../domain/silence-alarm.ts'
import type { Store } from '../store/store.ts'

export type SaidStore = Pick<Store, 'announce' | 'retract' | 'said'>

/** Said, and not over. */
export interface Raised {
  readonly matter: Matter
  /** Epoch ms when it was said, and when it was last found to be so. */
  readonly saidAt: number
  readonly at: number
  readonly channels: ReadonlySet<string>
  /** Its facts; unknown after a restart. */
  readonly alarm?: Alarm
}

export class Said {
  readonly #store: SaidStore
  readonly #raised = new Map<string, Raised>()

  constructor(store: SaidStore) {
    this.#store = store
  }

  async load(): Promise<void> {
    for (const { key, channel, at } of await this.#store.said(alarmKeyPrefix)) {
      const matter = matterFrom(key)
      if (matter === undefined) continue
      const known = this.#raised.get(key)
      const saidAt = Math.max(at, known?.saidAt ?? 0)
      this.#raised.set(key, {
        matter,
        saidAt,
        at: saidAt,
        channels: new Set([...(known?.channels ?? []), channel]),
      })
    }
  }

  all(): readonly Raised[] {
    return [...this.#raised.values()]
  }

  find(kind: Matter['kind'], id = ''): Raised | undefined {
    return this.#raised.get(alarmKey({ kind, id }))
  }

  /** Leaves the line in each of the channels that does not have it. True if it is news in any. */
  async raise(alarm: Alarm, channels: readonly string[], text: string, now: number): Promise<boolean> {
    const matter = matterOf(alarm)
    const key = alarmKey(matter)
    const before = this.#raised.get(key)
    // What is found again is the same matter with newer facts: said already.
    const to = before === undefined ? channels : []
    const fresh = await this.#store.announce(
      to.map(channel => ({ channel, text, key })),
      now,
    )
    this.#raised.set(key, {
      matter,
      saidAt: before?.saidAt ?? now,
      at: now,
      channels: before?.channels ?? new Set(channels),
      alarm,
    })
    return fresh.length > 0
  }

  /** Leaves the line that it is over where the other one was left. */
  async end({ matter, saidAt, channels }: Raised, text: string, now: number): Promise<void> {
    const key = `silence-over:${matter.kind}:${matter.id}:${saidAt}`
    await this.#store.announce(
      [...channels].map(channel => ({ channel, text, key })),
      now,
    )
    await this.forget(matter)
  }

  /** Without a word: nobody waits for it any more. */
  async forget(matter: Matter): Promise<void> {
    await this.#store.retract(alarmKey(matter))
    this.#raised.delete(alarmKey(matter))
  }
}
