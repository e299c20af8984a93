/** Which posts a Slack message shows, by the links in it: what tests that compare channels with the world go by. */

/** A post alone ends in "View on X"; in a message of several the time of each leads to its page. Ids of posts, in order. */
export function postsShown({
  blocks,
  text,
}: {
  readonly blocks?: unknown
  readonly text?: unknown
}): readonly string[] {
  const json = JSON.stringify(Array.isArray(blocks) && blocks.length === 0 ? text : (blocks ?? text ?? ''))
  const foot = /\/status\/(\d+)[^|>]*\|View on X>/.exec(json)?.[1]
  if (foot !== undefined) return [foot]
  return [...new Set([...json.matchAll(/\/status\/(\d+)/g)].map(match => match[1] ?? ''))]
}
