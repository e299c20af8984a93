/** What all parts of a running service are built on. */
import type { Config } from '../config.ts'
import type { Keep } from '../ingest/retention.ts'
import type { Clock } from '../kit/clock.ts'
import type { Events } from '../obs/events.ts'
import type { Log } from '../obs/log.ts'
import type { XLimits } from '../source/x/reading.ts'
import type { Store } from '../store/store.ts'
import type { Role } from './role.ts'

export interface ServiceOptions {
  readonly log: Log
  /** The machine's own unless a test compresses time. */
  readonly clock?: Clock
  /** Pictures at private addresses are handed to Slack: only for simulated networks on this machine (I8). */
  readonly allowPrivateHosts?: boolean
  /** Waits of the X source that a test wants shorter. */
  readonly xLimits?: Partial<XLimits>
  /** For how long things are kept, where a test wants it shorter than the settings allow. */
  readonly keep?: Keep
  /** A file or folder of lists that is kept the same as what the channels want. */
  readonly lists?: string
  /** What this process does; default: all of it. Anything else needs a shared database. */
  readonly role?: Role
  /** Longest call of Slack, ms, where a test wants it shorter. */
  readonly slackTimeoutMs?: number
}

export interface Base {
  readonly config: Config
  readonly options: ServiceOptions
  readonly store: Store
  readonly clock: Clock
  readonly events: Events
  /** Aborts when the service stops. */
  readonly signal: AbortSignal
  /** For what goes on beside everything else and must not end anything: says in the log what could not be done. */
  failed(what: string): (error: unknown) => void
}
