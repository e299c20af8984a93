/** What the console says at the top, from what the service tells. Pure. */
import type { DropReason, StatusView } from '../../src/console/types.ts'
import { counted } from '../shared/words.ts'

export interface Summary {
  readonly good: boolean
  readonly title: string
  readonly detail: string
}

/** The one sentence a person came for: is it working, and if not, what is wrong. */
export function summaryOf(status: StatusView): Summary {
  const wrong = status.readiness.parts.filter(({ ok }) => !ok)
  const held = status.lanes.filter(lane => lane.held !== undefined)
  const waiting = status.lanes.reduce((sum, lane) => sum + lane.pending, 0)
  if (wrong.length > 0)
    return {
      good: false,
      title: wrong.length === 1 ? 'One thing is wrong' : `${wrong.length} things are wrong`,
      detail: wrong.map(part => part.detail).join(' '),
    }
  if (held.length > 0)
    return {
      good: false,
      title: `${counted(held.length, 'channel')} on hold`,
      detail: held.map(lane => `#${lane.name || lane.channel}: ${lane.held}`).join(' '),
    }
  return {
    good: true,
    title: 'All is well',
    detail: waiting === 0 ? 'Nothing waits to be sent.' : `${counted(waiting, 'message')} on the way to Slack.`,
  }
}

export interface TallyLine {
  readonly label: string
  readonly count: number
}

const labels = {
  stored: 'stored',
  duplicate: 'seen before',
  edited: 'edits',
  deleted: 'deleted at the source',
  dropped: 'not taken',
  noted: 'noted',
} as const

/** Lines that are no posts; what was in them is fetched with the gap that they begin. */
const drops: Readonly<Record<string, string>> & Readonly<Record<DropReason, string>> = {
  cut: 'lines cut off (what they held is fetched)',
  'not-json': 'lines that were not JSON',
  'bad-shape': 'lines that were no posts',
  'unknown-message': 'messages of a new kind',
  'too-long': 'lines too long',
  'stream-error': 'messages about the stream',
}

/** Counts of arrivals in people's words; drops by their reason. Zeros are left out, but for what was stored. */
export function tallyLines(status: StatusView): readonly TallyLine[] {
  const lines = new Map<string, number>([[labels.stored, 0]])
  for (const { result, reason, count } of status.tallies) {
    const label = reason === '' ? labels[result] : (drops[reason] ?? reason)
    lines.set(label, (lines.get(label) ?? 0) + count)
  }
  return [...lines]
    .map(([label, count]) => ({ label, count }))
    .filter(({ label, count }) => count > 0 || label === labels.stored)
}
