/**
 * Text objects and the composition objects made of them (options, confirmation dialogs), with the limits of
 * docs.slack.dev/reference/block-kit/composition-objects.
 */
import { bool, byType, type Check, given, list, object, oneOf, rule, text, union, url } from './schema.ts'

/** `plain_text` only. `emoji` belongs to plain text alone. */
export function plainText(max: number): Check {
  return byType({ plain_text: object({ type: given, text: text(max) }, { emoji: bool }) })
}

/** `plain_text` or `mrkdwn`. `verbatim` belongs to mrkdwn alone: an `emoji` beside mrkdwn fails the whole message. */
export function anyText(max: number): Check {
  return union(
    byType({
      plain_text: object({ type: given, text: text(max) }, { emoji: bool }),
      mrkdwn: object({ type: given, text: text(max) }, { verbatim: bool }),
    }),
  )
}

/** Identifiers of blocks and actions. */
export const id: Check = text(255)

export const colour: Check = oneOf('primary', 'danger')

/** docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
export const confirm: Check = object(
  { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
  { style: colour },
)

/** An option of a menu. `label` is what its text may be: menus take plain text only, checkboxes and radio buttons mrkdwn too. */
export function option(label: Check): Check {
  return object({ text: label, value: text(75) }, { description: anyText(75) })
}

export const menuOption: Check = option(plainText(75))
export const boxOption: Check = option(anyText(75))
/** Only the overflow menu's options may open an address. */
export const overflowOption: Check = object(
  { text: plainText(75), value: text(75) },
  { description: plainText(75), url: url() },
)

export const optionGroup: Check = object({ label: plainText(75), options: list(menuOption, 100) })

/** A picture comes from exactly one of an address and an uploaded file. */
export const oneImageSource: Check = rule((value, at) => {
  const address = value['image_url'] !== undefined
  const file = value['slack_file'] !== undefined
  if (address && file) return [{ message: 'cannot provide both `image_url` and `slack_file`', at }]
  return address || file ? [] : [{ message: 'missing required field: image_url', at }]
})

/** A reference to an uploaded file. The simulator has no files, so any well-formed one is then refused as not found. */
export const slackFile: Check = (value, at) => {
  const shape = object({}, { id: text(255), url: url() })(value, at)
  return shape.length > 0 ? shape : [{ message: 'invalid slack file', at }]
}
