/**
 * Message metadata: an event name and a flat payload that travels with a message and comes back from history
 * (docs.slack.dev/messaging/message-metadata). Slack publishes no size limit; the one here can be set.
 */
import { type Fields, isFields } from './blocks/schema.ts'
import type { Metadata } from './types.ts'

/** Good metadata, none, or the error code. `remove` is what an empty object asks of `chat.update`. */
export type MetadataVerdict =
  | { readonly ok: true; readonly metadata: Metadata | undefined; readonly remove: boolean }
  | { readonly ok: false; readonly error: string }

/** Judges a `metadata` argument, already parsed from JSON. `bytesMax` bounds the payload as JSON. */
export function judgeMetadata(value: unknown, bytesMax: number): MetadataVerdict {
  if (value === undefined || value === null) return { ok: true, metadata: undefined, remove: false }
  if (!isFields(value)) return { ok: false, error: 'invalid_metadata_format' }
  if (Object.keys(value).length === 0) return { ok: true, metadata: undefined, remove: true }
  const { event_type: name, event_payload: payload, ...rest } = value
  if (typeof name !== 'string' || name === '' || !isFields(payload) || Object.keys(rest).length > 0) {
    return { ok: false, error: 'invalid_metadata_format' }
  }
  if (!Object.values(payload).every(isPayloadValue)) return { ok: false, error: 'invalid_metadata_schema' }
  if (Buffer.byteLength(JSON.stringify(payload)) > bytesMax) return { ok: false, error: 'metadata_too_large' }
  return { ok: true, metadata: { event_type: name, event_payload: payload }, remove: false }
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isFlat(value: unknown): value is Fields {
  return isFields(value) && Object.values(value).every(isPlain)
}

/** Plain values, or one level of objects, or a list of such. */
function isPayloadValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(entry => isPlain(entry) || isFlat(entry))
  return isPlain(value) || isFlat(value)
}
