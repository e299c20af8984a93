/**
 * The blocks themselves, with the limits of docs.slack.dev/reference/block-kit/blocks. A block type that the simulator cannot check
 * (cards, charts, task cards, …) is refused as unsupported rather than let through unseen.
 */
import { accessory, actionElement, imageElement, inputElement } from './elements.ts'
import { richText } from './rich-text.ts'
import { all, bool, byType, type Check, given, list, object, oneOf, type Problem, rule, text, url } from './schema.ts'
import { anyText, id, oneImageSource, plainText, slackFile } from './text.ts'

const base = { type: given }
const named = { block_id: id }

/** "`action_id` "x" already exists": within one block, where a click is told apart by it. */
const actionIdsDiffer: Check = rule((value, at) => {
  const seen = new Set<unknown>()
  const problems: Problem[] = []
  const elements = Array.isArray(value['elements']) ? value['elements'] : []
  elements.forEach((element: unknown, i) => {
    if (typeof element !== 'object' || element === null || !('action_id' in element)) return
    const name = element.action_id
    if (seen.has(name)) {
      problems.push({
        message: `\`action_id\` "${String(name)}" already exists`,
        at: `${at}/elements/${i}/action_id`,
      })
    }
    seen.add(name)
  })
  return problems
})

const section: Check = all(
  object(base, { ...named, text: anyText(3000), fields: list(anyText(2000), 10), accessory, expand: bool }),
  rule((value, at) =>
    value['text'] === undefined && value['fields'] === undefined
      ? [{ message: 'must define either `text` or `fields`', at }]
      : [],
  ),
)

const contextElement: Check = byType({
  image: imageElement,
  plain_text: anyText(Number.MAX_SAFE_INTEGER),
  mrkdwn: anyText(Number.MAX_SAFE_INTEGER),
})

const image: Check = all(
  object(
    { ...base, alt_text: text(2000) },
    { ...named, image_url: url(), slack_file: slackFile, title: plainText(2000) },
  ),
  oneImageSource,
)

const cell: Check = byType({
  raw_text: object({ type: given, text: text(Number.MAX_SAFE_INTEGER) }),
  rich_text: richText,
})

const shared: Readonly<Record<string, Check>> = {
  section,
  image,
  header: object({ ...base, text: plainText(150) }, named),
  divider: object(base, named),
  context: object({ ...base, elements: list(contextElement, 10) }, named),
  actions: all(object({ ...base, elements: list(actionElement, 25) }, named), actionIdsDiffer),
  input: object(
    { ...base, label: plainText(2000), element: inputElement },
    { ...named, hint: plainText(2000), optional: bool, dispatch_action: bool },
  ),
  rich_text: richText,
  video: object(
    { ...base, video_url: url(), thumbnail_url: url(), alt_text: text(2000), title: plainText(199) },
    {
      ...named,
      title_url: url(),
      author_name: text(49),
      provider_name: text(255),
      provider_icon_url: url(),
      description: plainText(199),
    },
  ),
}

const table: Check = object(
  { ...base, rows: list(list(cell, 20), 100) },
  {
    ...named,
    column_settings: list(object({}, { align: oneOf('left', 'center', 'right'), is_wrapped: bool }), 20),
  },
)

/** A block of a message. */
export const messageBlock: Check = byType({
  ...shared,
  table,
  markdown: object({ ...base, text: text(12_000) }, named),
})

/** A block of a modal. */
export const modalBlock: Check = byType({
  ...shared,
  alert: object(
    { ...base, text: anyText(3000) },
    { ...named, level: oneOf('default', 'info', 'warning', 'error', 'success') },
  ),
})

/** A block of an App Home. */
export const homeBlock: Check = byType({ ...shared, table })

/** `block_id`s within one surface differ; those left out are given by Slack. */
export const blockIdsDiffer: Check = (value, at) => {
  const seen = new Set<unknown>()
  const problems: Problem[] = []
  const blocks = Array.isArray(value) ? value : []
  blocks.forEach((block: unknown, i) => {
    if (typeof block !== 'object' || block === null || !('block_id' in block)) return
    const name = block.block_id
    if (seen.has(name)) {
      problems.push({ message: `\`block_id\` "${String(name)}" already exists`, at: `${at}/${i}/block_id` })
    }
    seen.add(name)
  })
  return problems
}
