/**
 * In which thread a claimed delivery goes: under the message of the delivery that it was placed under, wherever that has got to since. While
 * that message is not there yet, the reply waits for it as long as a channel waits for a delivery in trouble; where it will never be, or is
 * gone, the reply is an ordinary message.
 */
import { deliveryOrderHoldMs } from '../limits.ts'
import { int, intOrNone, type Row, type Tx, text, textOrNone } from './sql.ts'
import { waits } from './written.ts'

/** Chains are short: a reply's place, a bundle's head, who took over. */
const stepsMax = 8

/** The delivery whose message a thread is under, by one that has a part in it. */
async function rootOf(tx: Tx, id: string): Promise<Row | undefined> {
  let at = id
  for (let step = 0; step < stepsMax; step++) {
    const [row] = await tx.query(
      `select id, channel, state, ts, reason, joins, thread, bundle, due_at, first_at, attempts, unknown_since, held, pace
       from delivery where id = $1`,
      [at],
    )
    if (row === undefined) return undefined
    const bundle = textOrNone(row, 'bundle')
    const next = textOrNone(row, 'joins') ?? textOrNone(row, 'thread') ?? (bundle === at ? undefined : bundle)
    if (next === undefined) return row
    at = next
  }
  return undefined
}

/** The message's `ts`, as far as it is known; whatever has become of it. */
export async function threadTs(tx: Tx, under: string): Promise<string | undefined> {
  const root = await rootOf(tx, under)
  return root === undefined ? undefined : textOrNone(root, 'ts')
}

export type Turn =
  | { readonly kind: 'now' }
  /** Epoch ms. */
  | { readonly kind: 'later'; readonly at: number }
  /** There is no such thread, and will not be. */
  | { readonly kind: 'apart' }

/** Whether a reply under this delivery may go now. */
export async function turnUnder(tx: Tx, under: string, now: number): Promise<Turn> {
  const root = await rootOf(tx, under)
  if (root === undefined || root['state'] === 'dead' || root['reason'] !== null) return { kind: 'apart' }
  if (root['state'] === 'sent') return { kind: (await isShown(tx, root)) ? 'now' : 'apart' }
  // Kept back, it comes later than this one, or together with it.
  if (waits(root)) return { kind: 'apart' }
  const dueAt = int(root, 'due_at')
  if (dueAt > (intOrNone(root, 'first_at') ?? now) + deliveryOrderHoldMs) return { kind: 'apart' }
  return { kind: 'later', at: Math.max(dueAt, now + 1) }
}

/** False when nothing is left to show in it: it is being taken away. */
async function isShown(tx: Tx, root: Row): Promise<boolean> {
  const shown = await tx.query(
    `select e.id from delivery e join post p on p.source = e.source and p.id = e.post_id
     left join route r on r.source = e.source and r.channel = e.channel
     where (e.id = $1 or e.bundle = $1) and e.state = 'sent'
       and (p.deleted_at is null or (p.taken_down = 0 and r.deletions = 'strike')) limit 1`,
    [text(root, 'id')],
  )
  return shown.length > 0
}
