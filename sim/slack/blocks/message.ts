/**
 * What Slack says to the `blocks` of a message: nothing, `invalid_blocks_format` (not a list at all), `invalid_blocks` with its list of
 * complaints, or `msg_blocks_too_long`. Pure; the fetching of pictures comes later, in ../images.ts.
 */
import { blockIdsDiffer, messageBlock } from './layout.ts'
import { all, type Fields, isFields, list, type Problem } from './schema.ts'
import { renderedChars, renderedCharsMax } from './size.ts'

/** Blocks that may be posted, or the error code and its complaints. */
export type BlocksVerdict =
  | { readonly ok: true; readonly blocks: readonly Fields[] }
  | { readonly ok: false; readonly error: string; readonly problems: readonly Problem[] }

/** Blocks in one message. docs.slack.dev/reference/block-kit/blocks */
const blocksMax = 50
const markdownCharsMax = 12_000
const check = all(list(messageBlock, blocksMax, 0), blockIdsDiffer)

/** Judges the value of a `blocks` argument, already parsed from JSON. */
export function judgeBlocks(value: unknown): BlocksVerdict {
  if (!Array.isArray(value)) return { ok: false, error: 'invalid_blocks_format', problems: [] }
  const problems = check(value, '/blocks')
  if (problems.length > 0) return { ok: false, error: 'invalid_blocks', problems }
  const blocks = value.filter(isFields)
  if (renderedChars(blocks) >= renderedCharsMax || markdownChars(blocks) > markdownCharsMax) {
    return { ok: false, error: 'msg_blocks_too_long', problems: [] }
  }
  return { ok: true, blocks }
}

/** All markdown blocks of a message share one allowance. docs.slack.dev/reference/block-kit/blocks/markdown-block */
function markdownChars(blocks: readonly Fields[]): number {
  let total = 0
  for (const block of blocks) {
    if (block['type'] === 'markdown' && typeof block['text'] === 'string') total += block['text'].length
  }
  return total
}
