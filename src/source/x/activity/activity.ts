/**
 * Hears from X which posts their authors have deleted: subscriptions to `post.delete` for everybody who is followed, and the stream that
 * tells. docs.x.com/x-api/activity/introduction
 *
 *   no access  X answers 403 or 404: asked again once a day
 *   held       nothing may be read now: no connection; subscriptions stay as they are
 *   listening  while anybody is followed; reconnected by the ladder that the stream of posts uses (reconnect.ts)
 *
 * What is deleted while there is no connection is never told: X has no backfill here (`backfill_minutes` is a 400 for self-serve apps). The
 * re-check of posts (ingest/recheck.ts) finds it where it is on. Posts that a topic brought are by people nobody follows, and not heard of.
 *
 * Price: X's page of prices says that a deletion is not billed, its introduction to the API that it is billed as a post, $0.005. Counted here
 * as not billed; `GET /2/usage/tweets` would tell.
 */

import { doubling, jittered } from '../../../kit/backoff.ts'
import type { Clock } from '../../../kit/clock.ts'
import type { Random } from '../../../kit/random.ts'
import { xActivityCheckMs, xActivityProbeMs } from '../../../limits.ts'
import type { Wanted } from '../../source.ts'
import { address, withToken, type XClient } from '../client.ts'
import { type Connection, connect } from '../connection.ts'
import type { XError } from '../errors.ts'
import { allowedAt, connecting, ended, freshLadder, type Ladder, reprobeMs } from '../reconnect.ts'
import { deletedPost } from './schema.ts'
import { inOrder, syncSubscriptions } from './subscriptions.ts'

const retryFirstMs = 5000
const retryMaxMs = 320_000

export interface ActivityDeps {
  readonly client: XClient
  readonly clock: Clock
  readonly random: Random
  /** As for the stream of posts. */
  readonly limits: { readonly headersMs: number; readonly stallMs: number; readonly lineBytesMax: number }
  /** One plain sentence or more about what cannot be heard now; undefined when all is well. Called at each change. */
  readonly onProblem: (sentence: string | undefined) => void
}

/**
 * Listens until the signal aborts; never throws for anything X does. `onDeleted` gets the id that X names, which may be that of any
 * version of the post. The same post may be told more than once.
 */
export async function runActivity(
  deps: ActivityDeps,
  wanted: Wanted,
  onDeleted: (postId: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const listening = new Listening(deps, wanted, onDeleted, signal)
  await listening.run()
}

/** What may be wrong, each said on its own. */
type Trouble = 'access' | 'subscriptions' | 'room' | 'stream'

class Listening {
  readonly #deps: ActivityDeps
  readonly #wanted: Wanted
  readonly #onDeleted: (postId: string) => void
  readonly #signal: AbortSignal
  readonly #troubles = new Map<Trouble, string>()
  #said: string | undefined
  /** Accounts whose deletions X tells. */
  #heard = 0
  /** Epoch ms: no access until then. */
  #deniedUntil = 0
  /** Account id → why X does not tell of it, and since when that is remembered. */
  readonly #refused = new Map<string, string>()
  #refusedSince: number
  #failures = 0
  #ladder: Ladder = freshLadder
  #connection: Connection | undefined
  #bell = Promise.withResolvers<void>()

  constructor(deps: ActivityDeps, wanted: Wanted, onDeleted: (postId: string) => void, signal: AbortSignal) {
    this.#deps = deps
    this.#wanted = wanted
    this.#onDeleted = onDeleted
    this.#signal = signal
    this.#refusedSince = deps.clock.now()
  }

  async run(): Promise<void> {
    if (this.#signal.aborted) return
    const wake = () => this.#ring()
    this.#signal.addEventListener('abort', wake, { once: true })
    await Promise.all([this.#keep(), this.#listen()])
  }

  /** Subscriptions follow the wishes. */
  async #keep(): Promise<void> {
    const { clock } = this.#deps
    while (!this.#signal.aborted) {
      const waiting = new AbortController()
      const abort = () => waiting.abort()
      this.#signal.addEventListener('abort', abort, { once: true })
      // Asked for before the wishes are read, so that no change falls between.
      const change = this.#wanted.changed(waiting.signal)
      const waitMs = await this.#pass()
      if (!this.#mayListen()) {
        this.#connection?.close('nothing is to be heard')
        this.#say('stream', undefined)
      }
      this.#ring()
      await Promise.race([change, clock.sleep(waitMs, waiting.signal)])
      waiting.abort()
      this.#signal.removeEventListener('abort', abort)
    }
  }

  /** Returns after how long the next pass is due if nothing changes. */
  async #pass(): Promise<number> {
    const { client, clock } = this.#deps
    const now = clock.now()
    if (this.#deniedUntil > now) return this.#deniedUntil - now
    if (this.#wanted.held() !== undefined) return xActivityCheckMs
    if (now - this.#refusedSince >= xActivityProbeMs) {
      this.#refused.clear()
      this.#refusedSince = now
    }
    const accounts = inOrder(this.#wanted.current(), this.#wanted.rates())
    const { heard, left, error } = await syncSubscriptions(client, accounts, this.#refused, this.#signal)
    if (this.#signal.aborted) return 0
    if (error !== undefined) return this.#failed(error, heard)
    this.#heard = heard
    this.#failures = 0
    this.#say('access', undefined)
    this.#say('subscriptions', refusals(accounts, this.#refused))
    const noRoom = `X has no room for the deletions of ${left} of the accounts that are followed: those who post least.`
    this.#say('room', left > 0 ? noRoom : undefined)
    return xActivityCheckMs
  }

  #failed(error: XError, heard: number): number {
    const { clock, random } = this.#deps
    if (isDenial(error)) return this.#deny(error)
    this.#heard = Math.max(this.#heard, heard)
    this.#failures += 1
    this.#say('subscriptions', `X could not be told whose deletions are wanted: ${error.why}`)
    if (error.kind === 'no-credits' || error.kind === 'usage-cap') return jittered(reprobeMs, random)
    const waitMs = doubling(this.#failures, retryFirstMs, retryMaxMs, random)
    return Math.max(waitMs, (error.retryAt ?? 0) - clock.now())
  }

  /** Returns for how long. */
  #deny(error: XError): number {
    this.#heard = 0
    this.#deniedUntil = this.#deps.clock.now() + xActivityProbeMs
    this.#troubles.clear()
    this.#say(
      'access',
      `Deletions are not heard of: this app has no access to X's Activity API, which is asked again in a day; set X_ACTIVITY=off to leave it. ${error.why}`,
    )
    return xActivityProbeMs
  }

  async #listen(): Promise<void> {
    while (!this.#signal.aborted) {
      if (this.#mayListen()) await this.#listenOnce()
      else await this.#bell.promise
    }
  }

  #mayListen(): boolean {
    const denied = this.#deniedUntil > this.#deps.clock.now()
    return this.#heard > 0 && !denied && this.#wanted.held() === undefined && !this.#signal.aborted
  }

  async #listenOnce(): Promise<void> {
    const { client, clock, random, limits } = this.#deps
    await this.#sleepUntil(allowedAt(this.#ladder, clock.now(), random))
    const url = address(client.apiUrl, '/2/activity/stream')
    const answer = await withToken(client.bearer, this.#signal, token => {
      this.#ladder = connecting(this.#ladder, clock.now())
      return connect({ url, token, ...limits, clock }, this.#signal)
    })
    if (this.#signal.aborted) return
    if (!answer.ok && isDenial(answer.error)) {
      this.#deny(answer.error)
      this.#ring()
      return
    }
    if (!answer.ok && this.#mayListen())
      this.#say('stream', `Deletions are not heard of at the moment. ${reason(answer.error)}`)
    const ending = answer.ok
      ? ({ kind: 'dropped', openedAt: answer.value.openedAt, why: await this.#hear(answer.value) } as const)
      : ({ kind: 'failed', error: answer.error } as const)
    if (answer.ok && !this.#mayListen()) return
    const step = ended(this.#ladder, ending, clock.now(), random)
    this.#ladder = step.ladder
    await this.#sleepUntil(step.next.until)
  }

  /** Reads to the connection's end; returns why it ended. */
  async #hear(connection: Connection): Promise<string> {
    this.#say('stream', undefined)
    this.#connection = connection
    // What was wanted when it was asked for may not be any more.
    if (!this.#mayListen()) connection.close('nothing is to be heard')
    for (;;) {
      const event = await connection.next()
      if (event.kind === 'end') {
        this.#connection = undefined
        return event.why
      }
      const postId = event.kind === 'line' ? deletedPost(event.text) : undefined
      if (postId !== undefined) this.#onDeleted(postId)
    }
  }

  async #sleepUntil(at: number): Promise<void> {
    const { clock } = this.#deps
    if (at > clock.now()) await clock.sleep(at - clock.now(), this.#signal)
  }

  #say(trouble: Trouble, sentence: string | undefined): void {
    if (sentence === undefined) this.#troubles.delete(trouble)
    else this.#troubles.set(trouble, sentence)
    const all = this.#troubles.size === 0 ? undefined : [...this.#troubles.values()].join(' ')
    if (all === this.#said) return
    this.#said = all
    this.#deps.onProblem(all)
  }

  #ring(): void {
    this.#bell.resolve()
    this.#bell = Promise.withResolvers<void>()
  }
}

const isDenial = (error: XError) => error.kind === 'forbidden' || error.kind === 'not-found'

function reason(error: XError): string {
  if (error.kind !== 'too-many-connections') return error.why
  return 'X allows an app two connections for this (429), and both are in use. Is something else running with the same app?'
}

function refusals(accounts: readonly string[], refused: ReadonlyMap<string, string>): string | undefined {
  const [first, ...more] = accounts.flatMap(id => refused.get(id) ?? [])
  if (first === undefined) return undefined
  const of = more.length === 0 ? 'one account' : `${more.length + 1} accounts`
  return `X does not tell of the deletions of ${of} that are followed: "${first}"`
}
