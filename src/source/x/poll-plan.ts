/** How often X can be polled without asking for more than it allows an app in 15 minutes. Pure. */
import { xSearchesPer15MinMax, xTimelinesPer15MinMax } from '../../limits.ts'

const windowMs = 15 * 60_000
/** Of what X allows: the rest is for gaps and second pages. */
const share = 0.8

export interface PollPlan {
  /** Between the beginnings of two rounds, ms. */
  readonly everyMs: number
  /** As a person reads it: "every minute", and why not more often. */
  readonly words: string
}

/** A round asks for the timelines of so many accounts and makes so many searches; `pollMs` is how often that is wanted. */
export function planPolls(accounts: number, searches: number, pollMs: number): PollPlan {
  const timelinesMs = Math.ceil((accounts * windowMs) / (xTimelinesPer15MinMax * share))
  const searchesMs = Math.ceil((searches * windowMs) / (xSearchesPer15MinMax * share))
  const everyMs = Math.max(pollMs, timelinesMs, searchesMs)
  if (everyMs === pollMs) return { everyMs, words: everyWords(everyMs) }
  const [kind, most] =
    searchesMs >= timelinesMs
      ? [`searches, and the topics need ${searches} a round`, xSearchesPer15MinMax]
      : [`timelines, and ${accounts} accounts are followed`, xTimelinesPer15MinMax]
  return { everyMs, words: `${everyWords(everyMs)} (X allows ${most.toLocaleString('en-US')} ${kind})` }
}

function everyWords(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds === 60) return 'every minute'
  return seconds % 60 === 0 ? `every ${seconds / 60} minutes` : `every ${seconds} s`
}
