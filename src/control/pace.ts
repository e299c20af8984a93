/** When a channel's messages come: as posts arrive, in digests, not in quiet hours, not too many an hour. Without arguments it shows that. */
import { emptyRoute, livePace, type Pace, type Route } from '../domain/route.ts'
import { alter, type Control, type ControlDeps, routeOf, told } from './control.ts'
import { type PaceWish, paceUsage, readPace } from './pace-typed.ts'
import { comingInWords, momentInWords, paceInWords } from './pace-words.ts'
import { duration, listed, signature } from './words.ts'

export const pace: Control = async (deps, who, channel, args) => {
  const wish = readPace(args)
  if (typeof wish === 'string') return told(wish)
  if (Object.keys(wish).length === 0) {
    const route = (await routeOf(deps, channel)) ?? emptyRoute(deps.source.name, channel)
    return told([...shown(deps, route), paceUsage].join('\n'))
  }
  let after: Route | undefined
  const changed = await alter(deps, who, channel, route => {
    after = { ...route, pace: paced(route.pace, wish) }
    const words = paceInWords(after.pace)
    if (words === paceInWords(route.pace) && after.pace.zone === route.pace.zone) return undefined
    return {
      route: after,
      what: `set the pace to ${words}`,
      notice: `${signature(who)} set when messages come: ${words}.`,
    }
  })
  const lines = [changed ? 'Done.' : 'It is set like that already.']
  if (after !== undefined) lines.push(...shown(deps, after))
  return { text: lines.join('\n'), changed }
}

function paced(before: Pace, wish: PaceWish): Pace {
  const { quiet, perHour, ...rest } = { ...before, ...wish }
  return { ...rest, ...(quiet === undefined ? {} : { quiet }), ...(perHour === undefined ? {} : { perHour }) }
}

/** How to be rid of what bounds the messages. */
function endings({ quiet, perHour }: Pace): readonly string[] {
  const ways = [
    ...(quiet === undefined ? [] : ['`/birdwire pace quiet off`']),
    ...(perHour === undefined ? [] : ['`/birdwire pace at most any`']),
  ]
  return ways.length === 0 ? [] : [`${listed(ways)} ${ways.length === 1 ? 'ends' : 'end'} that.`]
}

function shown({ clock, holdOf }: ControlDeps, { pace: set }: Route): readonly string[] {
  const now = clock.now()
  const hold = holdOf(set, now)
  const at = hold === undefined ? '' : `${momentInWords(hold.until, now, set.zone)}, in ${duration(hold.until - now)}`
  const timed = set.mode === 'digest' || set.quiet !== undefined
  return [
    `*Messages come* ${comingInWords(set)}.`,
    ...(hold?.why === 'digest' ? [`The next digest: ${at}. ${digestRule}`] : []),
    ...(hold?.why === 'quiet' ? [`It is quiet now; what comes meanwhile is sent at ${at}.`] : []),
    ...(set.perHour === undefined ? [] : [hourRule]),
    ...endings(set),
    ...(timed && set.zone === livePace.zone
      ? ['These are times of UTC. `/birdwire pace zone Europe/Berlin` sets another time zone.']
      : []),
  ]
}

const digestRule =
  'It is one message, best first: what most of those followed here shared, then originals and quotes before reposts and threads, then the newest. What does not fit is in its thread.'
const hourRule = 'What comes when an hour has had its messages is sent together when the next full hour begins.'
