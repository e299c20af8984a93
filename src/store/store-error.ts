/**
 * What can be wrong with the store itself, in words for the person who runs it: the thing, the reason, the way out. Callers
 * decide by `code` and `shouldRetry()`, never by the text.
 */

export type StoreErrorCode =
  /** Another process works on the same database. */
  | 'locked'
  /** The file is damaged, or is no database. */
  | 'damaged'
  /** It holds something, where nothing may be. */
  | 'occupied'
  /** No space left. */
  | 'full'
  /** Not allowed to read or write the folder or the file. */
  | 'denied'
  /** Made by a newer or a different version of this program. */
  | 'newer'
  /** This Node brings a database engine that is too old. */
  | 'unsupported'
  /** The disk answers with an error, or somebody else holds the file for longer than we wait. */
  | 'failing'

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }

  /** True when the same call may succeed later without a new start: somebody frees space, a disk comes back. */
  shouldRetry(): boolean {
    return this.code === 'full' || this.code === 'failing'
  }
}
