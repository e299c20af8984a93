/**
 * The `rich_text` block: sections, lists, quotes and preformatted text, and the inline elements that each may hold
 * (docs.slack.dev/reference/block-kit/blocks/rich-text-block). Text in here is literal: nothing in it is parsed.
 */
import { all, bool, byType, type Check, given, list, object, oneOf, rule, text, url, whole } from './schema.ts'
import { id } from './text.ts'

const textStyle = object({}, { bold: bool, italic: bool, strike: bool, code: bool, underline: bool })
/** Mentions are never code: "invalid additional property: code" (github.com/soxtoby/SlackNet/issues/196). */
const mentionStyle = object(
  {},
  { bold: bool, italic: bool, strike: bool, highlight: bool, client_highlight: bool, unlink: bool },
)

/** Slack states no length for one inline element; the whole message's limit is what binds (see size.ts). */
const anyLength = Number.MAX_SAFE_INTEGER

const plain = object({ type: given, text: text(anyLength) }, { style: textStyle })
const link = object({ type: given, url: url() }, { text: text(anyLength), unsafe: bool, style: textStyle })

const inline: Check = byType({
  text: plain,
  link,
  emoji: object({ type: given, name: text(255) }, { unicode: text(255), skin_tone: whole(1, 6), style: mentionStyle }),
  user: object({ type: given, user_id: text(255) }, { style: mentionStyle }),
  usergroup: object({ type: given, usergroup_id: text(255) }, { style: mentionStyle }),
  channel: object({ type: given, channel_id: text(255) }, { style: mentionStyle }),
  team: object({ type: given, team_id: text(255) }, { style: mentionStyle }),
  broadcast: object({ type: given, range: oneOf('here', 'channel', 'everyone') }, { style: mentionStyle }),
  color: object({ type: given, value: text(255) }, { style: mentionStyle }),
  date: object(
    { type: given, timestamp: whole(0), format: text(255) },
    { url: url(), fallback: text(255), style: mentionStyle },
  ),
})

const border = oneOf(0, 1)
const sectionsMax = Number.MAX_SAFE_INTEGER

/** An empty section is what Slack's own composer writes for an empty line of a list, so it is allowed. */
const section = object({ type: given, elements: list(inline, sectionsMax, 0) })

const bulletList = object(
  {
    type: given,
    style: oneOf('bullet', 'ordered'),
    elements: list(byType({ rich_text_section: section }), sectionsMax),
  },
  { indent: whole(0, 8), offset: whole(0), border },
)

const part: Check = byType({
  rich_text_section: section,
  rich_text_list: bulletList,
  rich_text_quote: object({ type: given, elements: list(inline, sectionsMax) }, { border }),
  rich_text_preformatted: object(
    { type: given, elements: list(byType({ text: plain, link }), sectionsMax) },
    { border, language: text(255) },
  ),
})

/** A whole `rich_text` block, `type` included. */
export const richText: Check = all(
  object({ type: given, elements: list(part, sectionsMax) }, { block_id: id }),
  rule((value, at) =>
    value['type'] === 'rich_text' ? [] : [{ message: `unsupported type: ${String(value['type'])}`, at: `${at}/type` }],
  ),
)
