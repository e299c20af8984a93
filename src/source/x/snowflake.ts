/**
 * X's ids carry their time: milliseconds since 2010-11-04T01:42:54.657Z, shifted left by 22 bits. 64 bits, so BigInt and
 * strings. docs.x.com/fundamentals/x-ids
 */
const epochMs = 1_288_834_974_657n

/** The first id that could have been given at this time (epoch ms). */
export function snowflakeAt(ms: number): string {
  const since = BigInt(Math.floor(ms)) - epochMs
  return (since <= 0n ? 0n : since << 22n).toString()
}

/** When an id was given, epoch ms. */
export function snowflakeMs(id: string): number {
  return Number((BigInt(id) >> 22n) + epochMs)
}
