/** Someone at a source, by stable id. The handle is only how a person typed or saw it; a rename changes nothing here. */
import type { SourceName } from './post.ts'

export interface Account {
  readonly source: SourceName
  readonly id: string
  readonly handle: string
  readonly name: string
  readonly avatarUrl?: string
  /** Posts a day over the account's whole life, as the source told when it was looked up; a first guess of what it will cost. */
  readonly postsPerDay?: number
}

/**
 * What became of one thing a person typed. `input` is as typed. `invalid`: cannot be a handle. `unknown`: no such
 * account. `suspended`, `protected`: it exists but its posts cannot be read. `failed`: the source could not be asked.
 */
export type Resolution =
  | { readonly kind: 'found'; readonly input: string; readonly account: Account }
  | {
      readonly kind: 'invalid' | 'unknown' | 'suspended' | 'protected' | 'failed'
      readonly input: string
      /** One plain sentence for the person who typed it. */
      readonly why: string
    }
