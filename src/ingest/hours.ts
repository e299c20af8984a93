/**
 * Until when a channel's pace keeps a post back that belongs there now. Pure. In a digest channel it waits for the next digest; a digest
 * whose time lies in the quiet hours comes when those end instead. In a live channel it waits for the end of the quiet hours that the
 * moment lies in. How many messages went out in the hour is known to the store alone, when it hands out what is due.
 *
 * Quiet hours are looked at twice. Here, so that a night's posts wake nobody one by one and are known to wait when later ones look for their
 * place; and when a post is handed out (store/gather.ts), for what was due before they began.
 */
import type { Hold } from '../domain/delivery.ts'
import type { Pace } from '../domain/route.ts'
import { endOfSpan, nextWallTime } from '../kit/wall-time.ts'

/** `now`: epoch ms. Undefined: it may come at once. Throws when the pace has a zone or a time that is none. */
export function holdOf({ mode, times, zone, quiet }: Pace, now: number): Hold | undefined {
  if (mode === 'digest' && times.length > 0) {
    const moments = times.map(time => {
      const at = nextWallTime(time, zone, now)
      const silent = quiet !== undefined && endOfSpan(quiet, zone, at) !== undefined
      return silent ? nextWallTime(quiet.to, zone, now) : at
    })
    return { until: Math.min(...moments), why: 'digest' }
  }
  const until = quiet === undefined ? undefined : endOfSpan(quiet, zone, now)
  return until === undefined ? undefined : { until, why: 'quiet' }
}
