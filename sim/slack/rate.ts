/**
 * Slack's rate limits (docs.slack.dev/apis/web-api/rate-limits): one message a second to a channel with some burst, a few hundred a minute
 * to a workspace, and a tier for every other method. Slack keeps its burst numbers to itself; those here can be set.
 */
import type { Now } from './ids.ts'

/** What a method is counted under. `post` is chat.postMessage's own rule; `special` is a method with a generous limit of its own. */
export type Tier = 'tier1' | 'tier2' | 'tier3' | 'tier4' | 'special' | 'post'

export interface RateSettings {
  /** `false` turns every limit off. */
  readonly on: boolean
  /** Messages a second to one channel, and how many at once. */
  readonly channelPerSecond: number
  readonly channelBurst: number
  /** Messages a minute to the whole workspace. */
  readonly workspacePerMinute: number
  /** Calls a minute by tier. */
  readonly perMinute: Readonly<Record<Exclude<Tier, 'post'>, number>>
  /** `unlisted` is the regime of commercially distributed apps outside the Marketplace: history 1 a minute, 15 messages. */
  readonly history: 'internal' | 'unlisted'
}

export const defaultRates: RateSettings = {
  on: true,
  channelPerSecond: 1,
  channelBurst: 5,
  workspacePerMinute: 300,
  perMinute: { tier1: 1, tier2: 20, tier3: 50, tier4: 100, special: 600 },
  history: 'internal',
}

/** Fills up evenly to `size`; a call takes one. */
class Bucket {
  readonly #perMs: number
  readonly #size: number
  #level: number
  #at: number

  constructor(perMs: number, size: number, now: number) {
    this.#perMs = perMs
    this.#size = size
    this.#level = size
    this.#at = now
  }

  /** Milliseconds until one can be taken; 0 means now. */
  wait(now: number): number {
    this.#level = Math.min(this.#size, this.#level + Math.max(0, now - this.#at) * this.#perMs)
    this.#at = now
    // A level of 0.9999999 comes of adding up fractions; without the allowance a client on exact time would be refused.
    return this.#level >= 1 - 1e-6 ? 0 : (1 - this.#level) / this.#perMs
  }

  take(): void {
    this.#level -= 1
  }
}

const limitedHistory = new Set(['conversations.history', 'conversations.replies'])

export class RateLimits {
  readonly #now: Now
  readonly #buckets = new Map<string, Bucket>()
  #settings: RateSettings

  constructor(settings: RateSettings, now: Now) {
    this.#settings = settings
    this.#now = now
  }

  get settings(): RateSettings {
    return this.#settings
  }

  /** New limits, with all buckets full again. */
  change(settings: Partial<RateSettings>): void {
    this.#settings = { ...this.#settings, ...settings }
    this.#buckets.clear()
  }

  /** Counts a call; answers the whole seconds of `Retry-After` where it is one too many. */
  take(method: string, tier: Tier, channel: string | undefined): number | undefined {
    if (!this.#settings.on) return undefined
    const now = this.#now()
    const buckets = this.#bucketsFor(method, tier, channel, now)
    const wait = Math.max(0, ...buckets.map(bucket => bucket.wait(now)))
    if (wait > 0) return Math.max(1, Math.ceil(wait / 1000))
    for (const bucket of buckets) bucket.take()
    return undefined
  }

  #bucketsFor(method: string, tier: Tier, channel: string | undefined, now: number): Bucket[] {
    const s = this.#settings
    if (tier === 'post') {
      return [
        this.#bucket(`channel ${channel ?? ''}`, s.channelPerSecond / 1000, s.channelBurst, now),
        this.#bucket('workspace', s.workspacePerMinute / 60_000, s.workspacePerMinute, now),
      ]
    }
    const perMinute = s.history === 'unlisted' && limitedHistory.has(method) ? 1 : s.perMinute[tier]
    return [this.#bucket(method, perMinute / 60_000, perMinute, now)]
  }

  #bucket(name: string, perMs: number, size: number, now: number): Bucket {
    const bucket = this.#buckets.get(name) ?? new Bucket(perMs, size, now)
    this.#buckets.set(name, bucket)
    return bucket
  }
}
