/**
 * How the service is, in sentences: what `/readyz`, the page and `status` say. Asks the store by reading from it, and
 * remembers from the deliveries' events what Slack last said of us as a whole.
 */
import type { Readiness } from '../console/types.ts'
import type { DeliverEvent } from '../deliver/events.ts'
import type { Finding } from '../domain/finding.ts'
import type { Clock } from '../kit/clock.ts'
import type { SlackIn } from '../slack/in/slack-in.ts'
import type { Source } from '../source/source.ts'
import type { Store } from '../store/store.ts'

export interface HealthDeps {
  readonly store: Pick<Store, 'nextDueAt'>
  readonly clock: Clock
  readonly source: Pick<Source, 'name' | 'state'>
  /** Absent where another process hears Slack. */
  readonly slackIn?: Pick<SlackIn, 'state'>
  /** Why nothing can be stored at the moment. */
  storeTrouble(): string | undefined
  /** What comes suspiciously little; absent where nobody watches. */
  readonly silence?: { findings(): readonly Finding[] }
  /** What the other processes on the database know. */
  readonly others?: () => readonly Finding[]
  /** What the month's budget does not allow any more, and what is not known of the spending. */
  readonly economy?: { findings(): readonly Finding[] }
}

export class Health {
  readonly #deps: HealthDeps
  #slackHeld: { readonly until: number; readonly why: string } | undefined

  constructor(deps: HealthDeps) {
    this.#deps = deps
  }

  /** Hears what happens to deliveries. */
  deliver(event: DeliverEvent): void {
    if (event.kind === 'workspace-held') this.#slackHeld = event
    if (event.kind === 'sent') this.#slackHeld = undefined
  }

  /**
   * Ready: the store is open, Slack hears, the source is read, and nothing is known to be missing. A stream that is open but empty, posts that
   * did not come and posts that come hours late are not ready; one quiet account or channel is only mentioned.
   */
  async readiness(): Promise<Readiness> {
    const parts = [...(await this.ours()), this.#source()]
    return { ready: parts.every(part => part.ok), parts }
  }

  /** All but the source: what a person who asks for the status cannot see by the source's own line. */
  async ours(): Promise<readonly Finding[]> {
    const own = [await this.#store(), this.#slack(), ...this.#watched()]
    const others = (this.#deps.others?.() ?? []).filter(
      told => !own.some(({ name, detail }) => name === told.name && detail === told.detail),
    )
    // That this one is well says nothing where another is not.
    const outdone = (finding: Finding) => finding.ok && others.some(({ name, ok }) => name === finding.name && !ok)
    return [...own.filter(finding => !outdone(finding)), ...others]
  }

  /** What another process cannot see by itself. */
  told(): readonly Finding[] {
    const refused = this.#slackRefused()
    return [...(refused === undefined ? [] : [refused]), ...this.#watched()]
  }

  #watched(): readonly Finding[] {
    return [...(this.#deps.economy?.findings() ?? []), ...(this.#deps.silence?.findings() ?? [])]
  }

  async #store(): Promise<Finding> {
    const trouble = this.#deps.storeTrouble()
    if (trouble !== undefined)
      return { name: 'store', ok: false, detail: `${sentence(trouble)} Nothing is lost: it is tried again.` }
    try {
      await this.#deps.store.nextDueAt()
      return { name: 'store', ok: true, detail: 'The database is open.' }
    } catch (error) {
      return { name: 'store', ok: false, detail: error instanceof Error ? error.message : String(error) }
    }
  }

  #slack(): Finding {
    const { state, detail } = this.#deps.slackIn?.state() ?? { state: 'ready', detail: 'Another process hears Slack.' }
    return this.#slackRefused() ?? { name: 'slack', ok: state === 'ready', detail }
  }

  #slackRefused(): Finding | undefined {
    const held = this.#slackHeld
    if (held === undefined || held.until <= this.#deps.clock.now()) return undefined
    return { name: 'slack', ok: false, detail: `Nothing is sent to Slack for now: ${sentence(held.why)}` }
  }

  #source(): Finding {
    const { name, state, detail, problems } = this.#deps.source.state()
    const ok = (state === 'streaming' || state === 'idle') && problems.length === 0
    return { name, ok, detail: [detail, ...problems].join(' ') }
  }
}

/** A reason as it came, closed with a full stop. */
function sentence(why: string): string {
  return /[.!?]$/.test(why) ? why : `${why}.`
}
