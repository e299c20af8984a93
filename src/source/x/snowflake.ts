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

/** Smaller ids are from before ids carried their time: X changed over on 2010-11-04 near this one. docs.x.com/fundamentals/x-ids */
const firstSnowflake = 29_700_859_247n

/** When the post with that id was written, epoch ms; undefined for what is no id, or is one from before. */
export function snowflakeWritten(id: string): number | undefined {
  if (!/^\d{1,19}$/.test(id) || BigInt(id) < firstSnowflake) return undefined
  return snowflakeMs(id)
}
