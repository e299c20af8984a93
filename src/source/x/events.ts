/** What happens to the reading of X, for whoever writes the log and the counters. One closed list; no secret is in any of them. */
import type { Gap } from '../../domain/arrival.ts'
import type { XErrorKind } from './errors.ts'

export type XEvent =
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected'; readonly why: string; readonly openMs: number }
  /** `blocked`: a person has to do something; it is tried again at `until` (epoch ms) all the same. */
  | {
      readonly kind: 'connect-failed'
      readonly error: XErrorKind
      readonly why: string
      readonly blocked: boolean
      readonly until: number
    }
  | {
      readonly kind: 'rules'
      readonly added: number
      readonly deleted: number
      readonly ours: number
      readonly others: number
      readonly problems: readonly string[]
    }
  | { readonly kind: 'rules-failed'; readonly error: XErrorKind; readonly why: string }
  | { readonly kind: 'gap'; readonly gap: Gap }

export type OnXEvent = (event: XEvent) => void
