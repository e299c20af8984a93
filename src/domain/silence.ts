/**
 * Whether a silence is too long to be chance. Pure: what is known of somebody's posts in, a verdict out. Posts of people are not evenly
 * spread: they come in bursts, by day, on weekdays. So two measures are used: a light one that costs at most a free question to
 * the network, and a heavy one, for what is told to people.
 */
import { dayMs } from './day.ts'

/** Posts that are known, as the store counts them. */
export interface Pace {
  readonly posts: number
  /** Epoch ms of the oldest and the newest of them. */
  readonly firstAt: number
  readonly newestAt: number
}

/** What must be so before a silence counts as unlikely. */
export interface Measure {
  /** So many posts are known, over so long. */
  readonly postsMin: number
  readonly knownMs: number
  /** It has lasted so long. */
  readonly quietMs: number
  /** Of the posts this part counts as independent of each other: the rest are a burst's. */
  readonly share: number
  /** It happens by chance at most so often. */
  readonly chance: number
}

/**
 * How likely it is that nothing comes for `quietMs` after the newest post, were nothing amiss: (1 + quiet/known)^-intervals. For posts
 * at a constant unknown rate that is exact (both times are sums of exponential intervals), so that few posts make no one sure.
 * `share` < 1 takes that part of the intervals only.
 */
export function chanceOfSilence({ posts, firstAt, newestAt }: Pace, quietMs: number, share: number): number {
  const knownMs = newestAt - firstAt
  if (posts < 2 || knownMs <= 0) return 1
  return (1 + Math.max(0, quietMs) / knownMs) ** (-(posts - 1) * share)
}

/** `from`: epoch ms; quiet before it does not count, since nothing was expected then. */
export function isUnlikely(pace: Pace, now: number, measure: Measure, from = 0): boolean {
  const quietMs = now - Math.max(pace.newestAt, from)
  return (
    pace.posts >= measure.postsMin &&
    pace.newestAt - pace.firstAt >= measure.knownMs &&
    quietMs >= measure.quietMs &&
    chanceOfSilence(pace, quietMs, measure.share) < measure.chance
  )
}

/** Posts a day while they came. */
export function perDay({ posts, firstAt, newestAt }: Pace): number {
  return newestAt > firstAt ? ((posts - 1) * dayMs) / (newestAt - firstAt) : 0
}

/** Several as one: what a whole stream brings. Undefined of none. */
export function together(paces: readonly Pace[]): Pace | undefined {
  if (paces.length === 0) return undefined
  return {
    posts: paces.reduce((sum, { posts }) => sum + posts, 0),
    firstAt: Math.min(...paces.map(({ firstAt }) => firstAt)),
    newestAt: Math.max(...paces.map(({ newestAt }) => newestAt)),
  }
}

/** The middle one; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
