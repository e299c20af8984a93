/**
 * Post ids as X makes them: 42 bits of milliseconds since X's epoch, 22 bits that only keep ids apart. So ids sort by
 * time and a time can be read from an id. Ids are strings everywhere: 64 bits do not fit a JavaScript number.
 */

/** Milliseconds; "Twitter epoch", docs.x.com/fundamentals/x-ids. */
const epoch = 1_288_834_974_657n

/** The id of the `sequence`th post of that millisecond (sequence below 2^22). */
export function snowflake(ms: number, sequence = 0): string {
  return (((BigInt(Math.floor(ms)) - epoch) << 22n) | BigInt(sequence)).toString()
}

/** Epoch milliseconds at which this id was made. */
export function snowflakeTime(id: string): number {
  return Number((BigInt(id) >> 22n) + epoch)
}

/** Sorts ids by time: negative when `a` is older. */
export function compareIds(a: string, b: string): number {
  return a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length
}
