/** What is forgotten once it is older than its term. Pure. */

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
