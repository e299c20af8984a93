/**
 * Notices that the machine's clock was set back: what was noted in the old reckoning would lie in the future, and whatever is written until
 * then would be taken for read. A clock that goes forward needs nothing: earlier is safe, since what is read twice is stored once.
 */
import type { Clock } from '../../kit/clock.ts'

/** Tells by how many ms, within `everyMs`; smaller steps than half of that are left to the margins. */
export async function watchClock(
  clock: Clock,
  everyMs: number,
  onBack: (byMs: number) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const before = clock.now()
    await clock.sleep(everyMs, signal)
    const passedMs = clock.now() - before
    if (!signal.aborted && passedMs < everyMs / 2) onBack(everyMs - passedMs)
  }
}
