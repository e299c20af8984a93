/** What one process does. All of it, unless a database is shared. */
export const roles = ['all', 'ingest', 'deliver', 'web'] as const
export type Role = (typeof roles)[number]

export interface Duties {
  /** Reads X, as far as no other process does, and all that goes with it: the budget, silence, retention. */
  readonly ingest: boolean
  /** Brings what is owed to Slack. */
  readonly deliver: boolean
  /** Hears people in Slack. */
  readonly web: boolean
}

/** What a process said of itself: roles that this version does not know have none of these duties. */
export function dutiesOf(role: string): Duties {
  const all = role === 'all'
  return { ingest: all || role === 'ingest', deliver: all || role === 'deliver', web: all || role === 'web' }
}
