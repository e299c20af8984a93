/** What all parts of the simulator share: one object handed around instead of globals. */
import type { Hooks } from './hooks.ts'
import type { Ids, Now } from './ids.ts'
import type { Images } from './images.ts'
import type { RateLimits } from './rate.ts'
import type { Timeline } from './timeline.ts'
import type { SlackFaults } from './troubles.ts'
import type { SimMessage } from './types.ts'
import type { Views } from './views.ts'
import type { Workspace } from './workspace.ts'

/** The few behaviours that Slack does not document and a test may want either way. */
export interface Quirks {
  /** `dedupe`: a repeated `client_msg_id` gets the first message's `ts` back. `ignore`: it is posted again. */
  readonly clientMsgId: 'ignore' | 'dedupe'
  /** Bytes of a metadata payload before `metadata_too_large`. */
  readonly metadataBytesMax: number
}

export interface Core {
  readonly now: Now
  readonly ids: Ids
  readonly workspace: Workspace
  readonly timeline: Timeline
  readonly views: Views
  readonly images: Images
  readonly rates: RateLimits
  readonly faults: SlackFaults
  readonly hooks: Hooks
  readonly quirks: Quirks
  /** Messages by channel and `client_msg_id`; see `Quirks`. */
  readonly clientIds: Map<string, SimMessage>
  /** The address of this simulator, without a slash at the end: `http://127.0.0.1:4711`. */
  origin(): string
}
