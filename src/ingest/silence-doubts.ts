/**
 * Accounts of which the network has posts that did not come, until it is known whether they should have. Only what is fetched and then goes
 * to a channel was missed; an account may as well have written replies only, which nobody wants.
 */
import type { Post } from '../domain/post.ts'
import type { Committed } from './ingest.ts'
import type { Pictured } from './silence-picture.ts'

interface Doubt {
  readonly one: Pictured
  /** Epoch ms of the question. */
  readonly askedAt: number
  /** Fetched since, and owed to a channel. */
  readonly posts: Set<string>
}

/** `posts`: so many were missed; none if they were not wanted. `one`: as it was when asked for, at `askedAt` (epoch ms). */
export interface Settled {
  readonly one: Pictured
  readonly askedAt: number
  readonly posts: number
}

export class Doubts {
  readonly #doubts = new Map<string, Doubt>()

  /** Before the question: what is found may be fetched and stored before the answer is here. */
  add(one: Pictured, askedAt: number): void {
    this.#doubts.set(one.account.id, { one, askedAt, posts: new Set() })
  }

  /** The answer was that nothing is there, or none. */
  drop(accountId: string): void {
    this.#doubts.delete(accountId)
  }

  met({ intakes, results }: Committed): void {
    if (this.#doubts.size === 0) return
    for (const [n, { arrival, deliver }] of intakes.entries()) {
      if (arrival.kind !== 'post' || arrival.via !== 'catch-up') continue
      if (deliver.length > 0 && results[n] === 'stored') this.#found(arrival.post)
    }
  }

  /** To be asked for when what was missed has been fetched: when no gap is open. */
  settle(): readonly Settled[] {
    const settled = [...this.#doubts.values()].map(doubt => ({ ...doubt, posts: doubt.posts.size }))
    this.#doubts.clear()
    return settled
  }

  #found({ id, author, createdAt }: Post): void {
    const doubt = this.#doubts.get(author.id)
    if (doubt !== undefined && createdAt <= doubt.askedAt) doubt.posts.add(id)
  }
}
