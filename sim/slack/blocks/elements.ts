/**
 * Interactive elements and the image element, with the limits of docs.slack.dev/reference/block-kit/block-elements.
 * Workflow buttons and file inputs are not simulated and are refused as unsupported.
 */

import { richText } from './rich-text.ts'
import { all, bool, byType, type Check, given, list, object, oneOf, rule, text, url, whole } from './schema.ts'
import {
  boxOption,
  colour,
  confirm,
  id,
  menuOption,
  oneImageSource,
  optionGroup,
  overflowOption,
  plainText,
  slackFile,
} from './text.ts'

const action = { type: given }
const actionId = { action_id: id }
const focus = { focus_on_load: bool }
const hint = { placeholder: plainText(150) }
const common = { ...actionId, ...focus, ...hint, confirm }
const strings = list(text(255), 100)
const several = { max_selected_items: whole(1) }
const dispatch = {
  dispatch_action_config: object({
    trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 2),
  }),
}
const filter = object(
  {},
  {
    include: list(oneOf('im', 'mpim', 'private', 'public'), 4),
    exclude_external_shared_channels: bool,
    exclude_bot_users: bool,
  },
)

const optionsOrGroups: Check = rule((value, at) => {
  const given = ['options', 'option_groups'].filter(key => value[key] !== undefined)
  if (given.length === 1) return []
  return [{ message: 'must define exactly one of `options` and `option_groups`', at }]
})

const staticMenu = { ...common, options: list(menuOption, 100), option_groups: list(optionGroup, 100) }

/** A picture inside a context block or beside a section. */
export const imageElement: Check = all(
  object({ ...action, alt_text: text(2000) }, { image_url: url(), slack_file: slackFile }),
  oneImageSource,
)

const button: Check = object(
  { ...action, text: plainText(75) },
  { ...actionId, value: text(2000), url: url(), style: colour, accessibility_label: text(75), confirm },
)

/** What a person can pick from: the same in a section, an actions block and an input. */
const pickers: Readonly<Record<string, Check>> = {
  static_select: all(object(action, { ...staticMenu, initial_option: menuOption }), optionsOrGroups),
  multi_static_select: all(
    object(action, { ...staticMenu, initial_options: list(menuOption, 100), ...several }),
    optionsOrGroups,
  ),
  external_select: object(action, { ...common, initial_option: menuOption, min_query_length: whole(0) }),
  multi_external_select: object(action, {
    ...common,
    ...several,
    initial_options: list(menuOption, 100),
    min_query_length: whole(0),
  }),
  users_select: object(action, { ...common, initial_user: text(255) }),
  multi_users_select: object(action, { ...common, ...several, initial_users: strings }),
  channels_select: object(action, { ...common, initial_channel: text(255), response_url_enabled: bool }),
  multi_channels_select: object(action, { ...common, ...several, initial_channels: strings }),
  conversations_select: object(action, {
    ...common,
    filter,
    initial_conversation: text(255),
    default_to_current_conversation: bool,
    response_url_enabled: bool,
  }),
  multi_conversations_select: object(action, {
    ...common,
    ...several,
    filter,
    initial_conversations: strings,
    default_to_current_conversation: bool,
  }),
  checkboxes: object(
    { ...action, options: list(boxOption, 10) },
    { ...actionId, ...focus, confirm, initial_options: list(boxOption, 10) },
  ),
  radio_buttons: object(
    { ...action, options: list(boxOption, 10) },
    { ...actionId, ...focus, confirm, initial_option: boxOption },
  ),
  datepicker: object(action, { ...common, initial_date: text(10) }),
  timepicker: object(action, { ...common, initial_time: text(5), timezone: text(255) }),
  datetimepicker: object(action, { ...actionId, ...focus, confirm, initial_date_time: whole(0) }),
}

const overflow: Check = object({ ...action, options: list(overflowOption, 5) }, { ...actionId, confirm })

/** What a person can write into. */
const inputs: Readonly<Record<string, Check>> = {
  plain_text_input: object(action, {
    ...actionId,
    ...focus,
    ...hint,
    ...dispatch,
    initial_value: text(3000, 0),
    multiline: bool,
    min_length: whole(0, 3000),
    max_length: whole(1, 3000),
  }),
  number_input: object(
    { ...action, is_decimal_allowed: bool },
    {
      ...actionId,
      ...focus,
      ...hint,
      ...dispatch,
      initial_value: text(255),
      min_value: text(255),
      max_value: text(255),
    },
  ),
  email_text_input: object(action, { ...actionId, ...focus, ...hint, ...dispatch, initial_value: text(255) }),
  url_text_input: object(action, { ...actionId, ...focus, ...hint, ...dispatch, initial_value: text(3000) }),
  rich_text_input: object(action, { ...actionId, ...focus, ...hint, ...dispatch, initial_value: richText }),
}

export const accessory: Check = byType({ ...pickers, button, overflow, image: imageElement })
export const actionElement: Check = byType({ ...pickers, button, overflow })
export const inputElement: Check = byType({ ...pickers, ...inputs })
