/**
 * Why something that arrived was not stored as a post. The list is closed: a reason that is not in here does not exist,
 * and every one of them is a counter that starts at zero.
 */
export const dropReasons = [
  /** The last line before a disconnect was cut in half. */
  'cut',
  /** A line that is not JSON. */
  'not-json',
  /** JSON, but not a post: a field is missing or of the wrong type. */
  'bad-shape',
  /** JSON of a kind this version does not know. */
  'unknown-message',
  /** Over the limit for one line. */
  'too-long',
  /** A message about the stream itself (an operational disconnect, an error without data). */
  'stream-error',
] as const

export type DropReason = (typeof dropReasons)[number]
