/** A metric of what the store knows: while the store does not answer it is absent, and the scrape brings all others. */
import type { Gauge } from 'prom-client'

/** Sets the gauge anew. A refusal of the store leaves it without a value: an old one would be a lie. Whatever else fails is thrown on. */
export async function stored<T extends string>(gauge: Gauge<T>, set: () => Promise<void>): Promise<void> {
  gauge.reset()
  // One without labels has got a zero by that.
  gauge.remove({})
  try {
    await set()
  } catch (error) {
    // By its name: nothing of the store is imported here.
    if (!(error instanceof Error && error.name === 'StoreError')) throw error
    gauge.reset()
    gauge.remove({})
  }
}
