/**
 * Times of day on the clocks of a place: when is it 9:00 there next, and does a moment lie between 22:00 and 7:00 there. Pure, with a
 * memory: it is asked of every post in every channel, and the answer is the same until that time has come. Daylight
 * saving is croner's: a time that a day skips comes at the end of what is skipped, one that a day has twice comes the first time only, so that
 * each time of day comes exactly once a day. github.com/Hexagon/croner
 */
import { Cron } from 'croner'
import { wallTimesMax } from '../limits.ts'

/** `HH:MM`, 00:00 to 23:59. */
const wallTime = /^([01]\d|2[0-3]):([0-5]\d)$/

/** Whether a text is a time of day as the others here take it. */
export function isWallTime(text: string): boolean {
  return wallTime.test(text)
}

/** The name of a zone as the IANA database spells it ("europe/berlin" → "Europe/Berlin"); undefined when there is no such zone. */
export function zoneNamed(typed: string): string | undefined {
  const known = zones().find(zone => zone.toLowerCase() === typed.toLowerCase())
  if (known !== undefined) return known
  // Older names, which are zones too but in no list; offsets ("+02:00") know nothing of summer and are none.
  if (!/^[a-z][\w+-]*(?:\/[\w+-]+)*$/i.test(typed)) return undefined
  try {
    return new Intl.DateTimeFormat('en', { timeZone: typed }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}

/** All zones that have a name of their own. */
export function zones(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')]
}

/** From `from` on, and before `next`, the next one is `next`. Epoch ms. */
interface Wait {
  from: number
  readonly next: number
}

/** By time and zone, the waits that were asked for last. */
const waits = new Map<string, Wait[]>()

/** Epoch ms: the next moment after `after` at which clocks in `zone` show `time`. Throws when either is none. */
export function nextWallTime(time: string, zone: string, after: number): number {
  const key = `${time} ${zone}`
  const known = waits.get(key) ?? []
  const within = known.find(({ from, next }) => from <= after && after < next)
  if (within !== undefined) return within.next
  const next = worked(time, zone, after)
  const same = known.find(wait => wait.next === next)
  if (same !== undefined) same.from = after
  else {
    if (waits.size >= wallTimesMax) waits.clear()
    waits.set(key, [{ from: after, next }, ...known].slice(0, waitsMax))
  }
  return next
}

/** A digest in quiet hours asks of one time for today and for tomorrow, and clocks of tests stand where they like. */
const waitsMax = 4

function worked(time: string, zone: string, after: number): number {
  const [, hour, minute] = wallTime.exec(time) ?? []
  if (hour === undefined || minute === undefined) throw new Error(`"${time}" is not a time of day (HH:MM)`)
  const next = new Cron(`0 ${Number(minute)} ${Number(hour)} * * *`, { timezone: zone, paused: true }).nextRun(
    new Date(after),
  )
  if (next === null) throw new Error(`${time} never comes in ${zone}`)
  return next.getTime()
}

/**
 * Where `moment` lies between two times of day: when that span ends, epoch ms; else undefined. Its first moment belongs to it, its end does not. It
 * may go over midnight; from a time to the same time is no span.
 */
export function endOfSpan(
  { from, to }: { readonly from: string; readonly to: string },
  zone: string,
  moment: number,
): number | undefined {
  const end = nextWallTime(to, zone, moment)
  return end < nextWallTime(from, zone, moment) ? end : undefined
}
