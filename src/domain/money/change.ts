/**
 * The one change of one channel that saves most for each delivered post it costs. Only what would really not be bought any more counts: a post that
 * another channel wants too is bought all the same. Pure.
 */
import type { Route } from '../route.ts'
import { daysBetween } from './month.ts'
import { microsOf, type Spent } from './spent.ts'

export interface Change {
  readonly kind: 'reposts-off' | 'unfollow' | 'topics' | 'cheap'
  readonly channel: string
  /** The account's id, for `unfollow`; else empty. */
  readonly account: string
  /** Millionths of a dollar in 30 days. */
  readonly saves: number
  /** Delivered posts that would not come any more in 30 days, and how many come there in all. */
  readonly loses: number
  readonly of: number
}

/** Less than this share of everything spent is not worth a change. */
const shareMin = 0.03
const monthDays = 30

/** Undefined when nothing would save much, and while only of the last day something is known. `rows`: of the days from `from` to `to`. */
export function cheapestChange(
  rows: readonly Spent[],
  routes: readonly Route[],
  from: string,
  to: string,
): Change | undefined {
  const first = rows.reduce((least, row) => (row.day < least ? row.day : least), to)
  // A few minutes of the first day are no month.
  if (first === to) return undefined
  const scale = monthDays / Math.max(1, daysBetween(first > from ? first : from, to))
  const total = microsOf(rows)
  const changes = routes.flatMap(route => changesOf(route, rows, scale))
  return changes
    .filter(({ saves }) => saves > 0 && saves >= shareMin * total * scale)
    .toSorted((a, b) => worth(b) - worth(a) || b.saves - a.saves)[0]
}

/** One post more in the divisor: what costs no post at all is ordered by what it saves. */
const worth = ({ saves, loses }: Change) => saves / (loses + 1)

function changesOf(route: Route, rows: readonly Spent[], scale: number): Change[] {
  const { channel } = route
  const of = Math.round(scale * deliveredIn(rows.filter(row => row.channels.includes(channel))))
  const only = rows.filter(row => row.channels.length === 1 && row.channels[0] === channel)
  const followed = only.filter(row => row.by === 'follow')
  const change = (kind: Change['kind'], gone: readonly Spent[], account = ''): Change => ({
    kind,
    channel,
    account,
    saves: Math.round(scale * microsOf(gone)),
    loses: Math.round(scale * deliveredIn(gone)),
    of,
  })
  const changes: Change[] = []
  if (route.kinds.repost)
    changes.push(
      change(
        'reposts-off',
        followed.filter(row => row.relation === 'repost'),
      ),
    )
  if (route.topics.length > 0)
    changes.push(
      change(
        'topics',
        only.filter(row => row.by === 'topic'),
      ),
    )
  if (route.reading === 'complete') {
    const inVain = followed.map(row => {
      const micros = row.count === 0 ? 0 : Math.round((row.micros * (row.count - row.delivered)) / row.count)
      return { ...row, micros, delivered: 0 }
    })
    changes.push(change('cheap', inVain))
  }
  // Last, so that of two that are worth the same the gentler one is named.
  for (const { id } of route.follows)
    changes.push(
      change(
        'unfollow',
        followed.filter(row => row.account === id),
        id,
      ),
    )
  return changes
}

const deliveredIn = (rows: readonly Spent[]) =>
  rows.reduce((sum, row) => sum + (row.kind === 'posts' ? row.delivered : 0), 0)
