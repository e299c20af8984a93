/** Work that one process at a time may do: reading X, above all, which must never see two connections of ours. */
import type { Lead, Store } from '../store/store.ts'

/**
 * Does `work` whenever this process leads the task, until the signal aborts. Its own signal aborts at once when the lead is lost, and only when
 * it has ended the lead is tried for again; `refused` hears why that cannot be done. Rejects with what `work` rejects with.
 */
export async function whileLeading(
  store: Pick<Store, 'lead'>,
  task: string,
  work: (signal: AbortSignal) => Promise<unknown>,
  told: (event: { readonly task: string; readonly leads: boolean }) => void,
  refused: (why: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const lead = await store.lead(task, signal, ({ message }) => refused(message))
    if (lead === undefined) return
    told({ task, leads: true })
    try {
      await work(AbortSignal.any([signal, lead.lost]))
    } finally {
      await release(lead)
      told({ task, leads: false })
    }
  }
}

/** What is lost already needs no release. */
async function release(lead: Lead): Promise<void> {
  await lead.release().catch(() => {})
}
