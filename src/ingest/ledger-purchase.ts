/** What was paid for an arrival, and for whom. Pure. */
import type { Arrival } from '../domain/arrival.ts'
import type { SourceName } from '../domain/post.ts'
import type { Purchase, Reads } from '../domain/reads.ts'
import type { MatchResult } from './match.ts'

/**
 * Undefined when nothing was paid. `follows`: whether any channel follows the account; it tells why a post was bought that no channel got, since
 * whoever refuses does not.
 */
export function purchaseOf(
  source: SourceName,
  arrival: Arrival,
  matched: MatchResult,
  follows: (account: string) => boolean,
): Purchase | undefined {
  if (!('reads' in arrival) || arrival.reads === undefined || isEmpty(arrival.reads)) return undefined
  const { at, reads } = arrival
  if (arrival.kind !== 'post') {
    const via = arrival.kind === 'read' ? arrival.via : 'stream'
    return { source, at, via, reads, relation: '', by: '', account: '', channels: [], delivered: 0 }
  }
  const { deliver, rejected } = matched
  const { relation, author } = arrival.post
  const channels = (deliver.length > 0 ? deliver : rejected).map(({ channel }) => channel)
  const forFollow = deliver.length > 0 ? deliver.some(({ because }) => because.kind === 'follow') : follows(author.id)
  return {
    source,
    at,
    via: arrival.via,
    reads,
    relation,
    by: channels.length === 0 ? '' : forFollow ? 'follow' : 'topic',
    account: author.id,
    channels: [...new Set(channels)].toSorted(),
    delivered: deliver.length,
  }
}

const isEmpty = ({ posts, inner, users }: Reads) => posts.length + inner.length + users.length === 0
