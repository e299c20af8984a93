/** How the month stands, for people. Money in millionths of a dollar. */
import type { Level } from './levels.ts'

export interface Standing {
  /** By the ledger, and what X counted more. */
  readonly spent: number
  /** Of these, what X counted and we did not. */
  readonly unaccounted: number
  /** Absent: no bound. */
  readonly budget?: number
  readonly level: Level
  /** Why nothing is read at all. */
  readonly held?: string
  /** Why X's own count is not known; absent when it is. */
  readonly usageTrouble?: string
}
