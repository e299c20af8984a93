/** Which of two versions of one post is the newer. Pure. */

export interface Version {
  /** Id of the version at the source. */
  readonly version: string
  /** Epoch ms. */
  readonly createdAt: number
}

/**
 * True when `a` came after `b`. Ids that are numbers grow with time (X: docs.x.com/x-api/fundamentals/x-ids) and may have more digits
 * than a float keeps; ids of any other kind say nothing about order, there the date decides.
 */
export function isNewer(a: Version, b: Version): boolean {
  if (a.version === b.version) return false
  if (isNumber(a.version) && isNumber(b.version)) return BigInt(a.version) > BigInt(b.version)
  return a.createdAt > b.createdAt
}

function isNumber(id: string): boolean {
  return /^\d+$/.test(id)
}
