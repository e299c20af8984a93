/** What a store is tested on: a database that can be closed and opened again, with a clock that only the test moves. */
import type { ManualClock } from '../../src/kit/clock.ts'
import type { Store } from '../../src/store/store.ts'

export interface Ground {
  readonly clock: ManualClock
  /** Opens the database; the store that was open before is closed. */
  open(): Promise<Store>
  /** From now on making an id throws: something breaks in the middle of a transaction. Undefined heals it. */
  breakIds(error: Error | undefined): void
  /** Closes and removes everything. */
  clear(): Promise<void>
}

/** Runs one test on a fresh ground. */
export async function onGround(make: () => Promise<Ground>, use: (ground: Ground, store: Store) => Promise<void>) {
  const ground = await make()
  try {
    await use(ground, await ground.open())
  } finally {
    await ground.clear()
  }
}
