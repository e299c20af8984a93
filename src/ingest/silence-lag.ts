/** How old posts are when they come. Bounded: the last few that the stream brought. */
import type { Arrival } from '../domain/arrival.ts'
import { median } from '../domain/silence.ts'
import { silenceLatePosts, silenceLateWindowMs } from '../limits.ts'

/** Posts remembered: enough for a middle that one straggler does not move. */
const remembered = 2 * silenceLatePosts

export class Lag {
  #seen: readonly { readonly at: number; readonly lagMs: number }[] = []

  /** Only what the stream brings by itself: what is fetched is old by nature, and an edit has its first version's date. */
  met(arrivals: readonly Arrival[]): void {
    const news = arrivals.flatMap(arrival =>
      arrival.kind === 'post' && arrival.via === 'stream' && !arrival.post.edited
        ? [{ at: arrival.at, lagMs: arrival.at - arrival.post.createdAt }]
        : [],
    )
    if (news.length > 0) this.#seen = [...this.#seen, ...news].slice(-remembered)
  }

  /** In the middle, ms, of what came lately; undefined when that is too little to tell. */
  middle(now: number): number | undefined {
    const lately = this.#seen.filter(({ at }) => now - at < silenceLateWindowMs)
    return lately.length < silenceLatePosts ? undefined : median(lately.map(({ lagMs }) => lagMs))
  }
}
