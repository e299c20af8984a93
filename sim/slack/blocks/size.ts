/**
 * How long a message is for `msg_blocks_too_long`. Slack publishes no number; public measurements with a live workspace found that
 * the rendered characters, with `&`, `<` and `>` escaped, plus about 100 for each header must stay under about 13,200.
 */
import { type Fields, isFields } from './schema.ts'
import { walk } from './walk.ts'

/** The whole message's limit, as measured. */
export const renderedCharsMax = 13_200
const headerCost = 100

function escapedLength(text: string): number {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').length
}

/** What one object shows by itself. A link shows its label, or its address where it has none; other objects show their `text`. */
function shown(value: Fields): string {
  const text = value['text']
  if (typeof text === 'string') return text
  if (value['type'] === 'link' && typeof value['url'] === 'string') return value['url']
  return ''
}

/** Characters that these blocks show, counted as Slack is known to count them. Descriptions of pictures are not shown. */
export function renderedChars(blocks: readonly unknown[]): number {
  let total = 0
  for (const { value } of walk(blocks, '')) {
    total += escapedLength(shown(value))
    if (value['type'] === 'header' && isFields(value['text'])) total += headerCost
  }
  return total
}
