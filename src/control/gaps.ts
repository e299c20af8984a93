/** The intervals in which a network was not being read: what `/birdwire gaps` lists, and the short form for `status`. */
import { dayMs } from '../domain/day.ts'
import { dollars } from '../domain/money/dollars.ts'
import type { GapRow } from '../store/store.ts'
import { type Control, told } from './control.ts'
import { seesAll } from './may.ts'
import { ago, counted, duration, plain } from './words.ts'

/** Gaps listed, and gaps looked at for the short form. */
const listed = 15
export const gapsAsked = 200
/** Posts lost longer ago are old news. */
const lostShownMs = 7 * dayMs

/** Newest first. What was lost in other channels alone is told there, and to administrators. */
export const gaps: Control = async (deps, who, channel) => {
  const now = deps.clock.now()
  const all = await deps.store.gaps(gapsAsked)
  const sees = (row: GapRow) => seesAll(who) || row.channels.length === 0 || row.channels.includes(channel)
  const rows = all.filter(sees).slice(0, listed)
  if (rows.length === 0) return told('There has been no gap: X was read without interruption.')
  return told(['Gaps, newest first:', ...rows.map(gap => `• ${gapLine(gap, now)}`)].join('\n'))
}

/** "not covered for 12 minutes, 3 hours ago (stalled): closed, 4 posts recovered for $0.02." */
export function gapLine(gap: GapRow, now: number): string {
  const when = `not covered for ${duration(gap.to - gap.from)}, ${ago(now, gap.to)} (${plain(gap.why)})`
  switch (gap.state) {
    case 'open':
      return `${when}: being caught up${gap.posts === 0 ? '' : `, ${brought(gap)} so far`}.`
    case 'closed':
      return `${when}: closed, ${brought(gap)}.${followedBy(gap.how)}`
    case 'lost':
      return `${when}: ${brought(gap)}, but not everything.${followedBy(gap.lost === '' ? gap.how : gap.lost)}`
  }
}

/** The short form for one channel: what is open, what it lost of late, and the last day's others in one line. */
export function gapLines(rows: readonly GapRow[], channel: string, now: number): readonly string[] {
  const open = rows.filter(({ state }) => state === 'open')
  // Gaps of before channels were noted have none.
  const lost = rows.filter(
    ({ state, channels, to }) =>
      state === 'lost' && now - to < lostShownMs && (channels.length === 0 || channels.includes(channel)),
  )
  const closed = rows.filter(({ state, to }) => state === 'closed' && now - to < dayMs)
  return [
    ...open.map(gap => `*Gap, open*: ${gapLine(gap, now)}`),
    ...lost.map(gap => `*Gap, lost*: ${gapLine(gap, now)}`),
    ...(closed.length === 0 ? [] : [closedLine(closed)]),
  ]
}

function closedLine(closed: readonly GapRow[]): string {
  const lasted = closed.reduce((sum, { from, to }) => sum + to - from, 0)
  const posts = closed.reduce((sum, gap) => sum + gap.posts, 0)
  const micros = closed.reduce((sum, gap) => sum + gap.micros, 0)
  const whole = `${counted(closed.length, 'gap')} in the last 24 hours, ${duration(lasted)} in all`
  return `Closed: ${whole}, ${brought({ posts, micros })}. \`/birdwire gaps\` lists them.`
}

function brought({ posts, micros }: Pick<GapRow, 'posts' | 'micros'>): string {
  return `${counted(posts, 'post')} recovered${micros === 0 ? '' : ` for ${dollars(micros)}`}`
}

const followedBy = (text: string): string => (text === '' ? '' : ` ${plain(text)}`)
