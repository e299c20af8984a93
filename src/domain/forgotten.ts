/** What is forgotten once it is older than its term, and the bounds of that. Pure. */

/** The list is closed: every kind is a counter that starts at zero. */
export const forgottenKinds = [
  'deliveries',
  'posts',
  /** Links that channels were shown. */
  'links',
  /** What was dropped, in detail. */
  'drops',
  /** Changes by people: the trace of who did what. */
  'changes',
  /** Lines of the ledger, and what the network itself counted. */
  'spending',
  'gaps',
  /** That a line was left in a channel. */
  'lines',
  /** People whom nobody follows and of whom no post is left. */
  'accounts',
] as const

type ForgottenKind = (typeof forgottenKinds)[number]

/** How many of each. */
export type Forgotten = Readonly<Record<ForgottenKind, number>>

/**
 * A post must be known as long as a network may give it again: X's search and Birdwire look a week back, whatever the clocks say
 * (`xCatchUpMsMax`). A shorter term could bring it to its channels twice.
 */
export const keepPostsDaysMin = 8
/** The ledger explains the month's bill, and the one before it. */
export const keepLedgerDaysMin = 62
/** What is past its term is looked for this often: no file grows much in an hour. */
export const forgetEveryMs = 3_600_000
/** After a start there is better to do. */
export const forgetFirstMs = 60_000
/** Rows of a kind that one transaction forgets: some milliseconds, in which nothing else is written. */
export const forgetBatchMax = 200

export const nothingForgotten: Forgotten = {
  deliveries: 0,
  posts: 0,
  links: 0,
  drops: 0,
  changes: 0,
  spending: 0,
  gaps: 0,
  lines: 0,
  accounts: 0,
}

export function together(a: Forgotten, b: Forgotten): Forgotten {
  const sum: Record<ForgottenKind, number> = { ...a }
  for (const kind of forgottenKinds) sum[kind] += b[kind]
  return sum
}

export function isNothing(forgotten: Forgotten): boolean {
  return forgottenKinds.every(kind => forgotten[kind] === 0)
}
