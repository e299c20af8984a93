/** A channel's pace in words, the same wherever it is said. Pure. */
import type { Pace } from '../domain/route.ts'
import { listed, plain } from './words.ts'

/** "as posts arrive", "digests at 9:00 and 17:00 (Europe/Berlin), quiet from 22:00 to 7:00, at most 6 messages an hour". */
export function paceInWords({ mode, times, zone, quiet, perHour }: Pace): string {
  const where = mode === 'digest' || quiet !== undefined ? ` (${plain(zone)})` : ''
  return [
    mode === 'live'
      ? 'as posts arrive'
      : `${times.length === 1 ? 'a digest' : 'digests'} at ${listed(times.map(timeInWords))}`,
    ...(quiet === undefined ? [] : [`quiet from ${timeInWords(quiet.from)} to ${timeInWords(quiet.to)}`]),
    ...(perHour === undefined ? [] : [`at most ${perHour} ${perHour === 1 ? 'message' : 'messages'} an hour`]),
  ]
    .join(', ')
    .concat(where)
}

/** After "messages come". */
export function comingInWords(pace: Pace): string {
  return `${pace.mode === 'digest' ? 'in ' : ''}${paceInWords(pace)}`
}

/** "9:00" for `09:00`. */
function timeInWords(time: string): string {
  return plain(time.replace(/^0(?=\d:)/, ''))
}

/** By the clocks of the channel's zone: "17:00", and the day where it is not the same one. `at`, `now`: epoch ms. */
export function momentInWords(at: number, now: number, zone: string): string {
  const format = (options: Intl.DateTimeFormatOptions, ms: number) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options }).format(ms)
  const time = format({ hour: 'numeric', minute: '2-digit', hourCycle: 'h23' }, at)
  const day = (ms: number) => format({ day: 'numeric', month: 'numeric', year: 'numeric' }, ms)
  return `${day(at) === day(now) ? '' : `${format({ weekday: 'long' }, at)}, `}${timeInWords(time)}`
}
