/**
 * The processes that share a database, as each of them sees the others: who is there, how the one that reads X stands, how many deliver. Kept
 * by a word of each every few seconds. With an embedded database there is one process, and nothing is kept.
 */
import type { Finding } from '../domain/finding.ts'
import type { Clock } from '../kit/clock.ts'
import { type InsistEvent, insistence } from '../kit/insist.ts'
import { commitRetryMsMax, peerBeatMs, peerGoneMs } from '../limits.ts'
import type { SourceState } from '../source/source.ts'
import type { ProcessRow, Store } from '../store/store.ts'
import { dutiesOf, type Role } from './role.ts'

export interface PeersOptions {
  readonly store: Pick<Store, 'beat' | 'leave' | 'processes'>
  readonly clock: Clock
  readonly id: string
  readonly role: Role
  /** How what this process reads stands; undefined while it leads nothing. */
  readonly own: () => SourceState | undefined
  /** What this process knows and the others cannot see. */
  readonly ownFindings: () => readonly Finding[]
  readonly onEvent: (event: InsistEvent) => void
}

/** Nobody reads: said where otherwise the source speaks. */
const unread = (since: number, role: Role): SourceState => ({
  name: 'x',
  state: 'waiting',
  since,
  detail: dutiesOf(role).ingest
    ? 'No process reads X at the moment; this one tries to.'
    : 'No process reads X: start one with `birdwire serve --role ingest`.',
  connects: 0,
  problems: [],
})

export class Peers {
  readonly #options: PeersOptions
  readonly #startedAt: number
  #alive: readonly ProcessRow[] = []

  constructor(options: PeersOptions) {
    this.#options = options
    this.#startedAt = options.clock.now()
  }

  /** How the reading of X stands, here or in the process that does it. */
  source(): SourceState {
    const own = this.#options.own()
    if (own !== undefined) return own
    const told = this.#alive.find(({ reading }) => reading !== '')
    const state: SourceState | undefined = told === undefined ? undefined : JSON.parse(told.reading)
    return state ?? unread(this.#startedAt, this.#options.role)
  }

  /** What the others know, each sentence once. */
  findings(): readonly Finding[] {
    const others = this.#alive.filter(({ id }) => id !== this.#options.id)
    const told = others.flatMap((row): readonly Finding[] => JSON.parse(row.findings))
    return [...new Map(told.map(finding => [`${finding.name} ${finding.detail}`, finding])).values()]
  }

  /** How many deliver, this one included. */
  deliverers(): number {
    const others = this.#alive.filter(({ id, roles }) => id !== this.#options.id && dutiesOf(roles).deliver)
    return others.length + 1
  }

  /** Says that this process is there and looks who else is, until the signal aborts. Rejects only when the store is broken. */
  async run(signal: AbortSignal): Promise<void> {
    const { store, clock, id, onEvent } = this.#options
    const { insist } = insistence({ clock, retryMsMax: commitRetryMsMax, onEvent })
    while (!signal.aborted) {
      await insist(() => this.#beat(), signal)
      await clock.sleep(peerBeatMs, signal)
    }
    // Without this word the others notice a little later.
    await store.leave(id).catch(() => {})
  }

  async #beat(): Promise<void> {
    const { store, clock, id, role, own, ownFindings } = this.#options
    const state = own()
    const reading = state === undefined ? '' : JSON.stringify(state)
    const findings = JSON.stringify(ownFindings())
    await store.beat({ id, roles: role, startedAt: this.#startedAt, reading, findings }, clock.now())
    this.#alive = await store.processes(clock.now() - peerGoneMs)
  }
}
