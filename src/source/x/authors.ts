/**
 * Posts with their authors' names, each bought as seldom as possible. Where X does not send an author with the post (`X_AUTHORS=cached`)
 * the name comes from memory, else from the store, else from one lookup at X ($0.010) that is remembered. A post never waits long and is
 * never lost for a name: where nobody says it in time, what the post itself says of its author must do, else it goes out without.
 */
import type { Account } from '../../domain/account.ts'
import type { Reads } from '../../domain/reads.ts'
import type { Clock } from '../../kit/clock.ts'
import { xNobodyMs, xPeopleKeptMax, xPeopleKeptMs, xPersonRetryMs, xPersonWaitMs } from '../../limits.ts'
import type { People } from '../source.ts'
import { chargedFor, nothingRead } from './charged.ts'
import type { Bought, XClient } from './client.ts'
import { toAccount, usersById } from './people.ts'
import type { Envelope } from './schema.ts'
import { authorsOf, type Failed, finish, type Parsed, parseLine, parsePage, type Reading } from './to-post.ts'

/** A line read, and what X charges for it. */
export type LineRead = Reading & { readonly reads: Reads }

export interface AuthorsOptions {
  readonly client: XClient
  /** Leaves out who was looked up longer ago than `xPersonMs`, so that they are looked up again. */
  readonly people: People
  readonly clock: Clock
  /** `always`: X sends authors with posts, nobody is looked up at X. */
  readonly mode: Bought['authors']
  /** Default `whole`. */
  readonly quoted?: Bought['quoted']
}

/** Undefined account: there is none at X. `at`: when that was learnt, epoch ms. */
interface Kept {
  readonly account: Account | undefined
  readonly at: number
}

export class Authors {
  readonly #options: AuthorsOptions
  /** By id, whoever was needed last at the end. */
  readonly #kept = new Map<string, Kept>()
  readonly #asking = new Map<string, Promise<void>>()
  /** Who is asked for together as soon as the code that runs now has said whom else it needs. */
  #next: { readonly ids: Set<string>; readonly done: Promise<void> } | undefined
  #quietUntil = 0
  #bought: string[] = []

  constructor(options: AuthorsOptions) {
    this.#options = options
  }

  /** One line of the stream; at once when everyone in it is known. Never throws or rejects. */
  read(line: string, signal: AbortSignal): LineRead | Promise<LineRead> {
    const parsed = parseLine(line, this.#known)
    const { envelope } = parsed
    const reads = (envelope?.data ? chargedFor([envelope.data], envelope)[0] : undefined) ?? nothingRead
    const unknown = this.#unknown([parsed], signal)
    if (unknown.length === 0) return this.#finish(parsed, reads)
    return this.#wait(unknown, signal).then(() => this.#finish(parsed, reads))
  }

  /** One page of a timeline or a search, in its order. Never rejects. */
  async readPage(page: Envelope, signal: AbortSignal): Promise<readonly LineRead[]> {
    const parsed = parsePage(page, this.#known)
    const reads = chargedFor(Array.isArray(page.data) ? page.data : [], page)
    const unknown = this.#unknown(parsed, signal)
    if (unknown.length > 0) await this.#wait(unknown, signal)
    return parsed.map((each, index) => this.#finish(each, reads[index] ?? nothingRead))
  }

  /** Whom X was paid for naming since the last call; undefined: nobody. */
  takeLookups(): Reads | undefined {
    if (this.#bought.length === 0) return undefined
    const users = this.#bought
    this.#bought = []
    return { ...nothingRead, users }
  }

  #finish(parsed: Parsed | Failed, reads: Reads): LineRead {
    return { ...finish(parsed, { quoted: this.#options.quoted ?? 'whole' }), reads }
  }

  readonly #known = (id: string): Account | undefined => {
    const kept = this.#kept.get(id)
    if (kept === undefined) return undefined
    this.#kept.delete(id)
    this.#kept.set(id, kept)
    return kept.account
  }

  #keep(id: string, account: Account | undefined): void {
    this.#kept.delete(id)
    this.#kept.set(id, { account, at: this.#options.clock.now() })
    if (this.#kept.size <= xPeopleKeptMax) return
    const [longest] = this.#kept.keys()
    if (longest !== undefined) this.#kept.delete(longest)
  }

  /** Who has to be waited for. Who was learnt of long ago is renewed meanwhile, for the next post. */
  #unknown(parsed: readonly (Parsed | Failed)[], signal: AbortSignal): readonly string[] {
    const now = this.#options.clock.now()
    const unknown = new Set<string>()
    const old = new Set<string>()
    for (const each of parsed) {
      if (each.kind === 'failed') continue
      for (const id of authorsOf(each)) {
        const user = each.lookup.user(id)
        const kept = this.#kept.get(id)
        if (user !== undefined) {
          if (kept?.account === undefined || kept.account.handle !== user.username) this.#keep(id, toAccount(user, now))
        } else if (kept === undefined) unknown.add(id)
        else if (now - kept.at > (kept.account === undefined ? xNobodyMs : xPeopleKeptMs)) old.add(id)
      }
    }
    for (const id of old) void this.#ask(id, signal)
    return [...unknown]
  }

  async #wait(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const done = new AbortController()
    const tooLong = this.#options.clock.sleep(xPersonWaitMs, AbortSignal.any([signal, done.signal]))
    await Promise.race([Promise.all(ids.map(id => this.#ask(id, signal))), tooLong])
    done.abort()
  }

  #ask(id: string, signal: AbortSignal): Promise<void> {
    const asking = this.#asking.get(id)
    if (asking !== undefined) return asking
    if (this.#next === undefined) {
      const ids = new Set<string>()
      const done = Promise.resolve().then(async () => {
        this.#next = undefined
        await this.#learn([...ids], signal)
        for (const each of ids) this.#asking.delete(each)
      })
      this.#next = { ids, done }
    }
    this.#next.ids.add(id)
    this.#asking.set(id, this.#next.done)
    return this.#next.done
  }

  async #learn(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const { client, people, clock, mode } = this.#options
    // Whom a store in trouble may know is not bought again: it is asked with the next post.
    const remembered = await people.known(ids).catch(() => undefined)
    if (remembered === undefined) return
    for (const account of remembered) this.#keep(account.id, account)
    const have = new Set(remembered.map(account => account.id))
    const lacking = ids.filter(id => !have.has(id))
    if (lacking.length === 0 || mode === 'always' || clock.now() < this.#quietUntil) return

    const { found, gone, error } = await usersById(client, lacking, signal)
    const accounts = found.map(user => toAccount(user, clock.now()))
    this.#bought.push(...accounts.map(account => account.id))
    for (const account of accounts) this.#keep(account.id, account)
    for (const id of gone) this.#keep(id, this.#kept.get(id)?.account)
    if (error !== undefined && error.kind !== 'aborted')
      this.#quietUntil = Math.max(clock.now() + xPersonRetryMs, error.retryAt ?? 0)
    // Memory has them; what the store does not take is bought once more after a restart.
    if (accounts.length > 0) await people.remember(accounts).catch(() => {})
  }
}
