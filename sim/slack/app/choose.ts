/**
 * What a person's choice in an interactive element becomes in a payload (docs.slack.dev/reference/interaction-payloads): the field's name
 * depends on the element's type. Used for clicks (`actions`) and for forms (`state.values`). Pure.
 */
import { type Fields, isFields } from '../blocks/schema.ts'
import { walk } from '../blocks/walk.ts'

/** The text of an input, the value of an option, an id, a date; a list for elements that take several. */
export type Choice = string | readonly string[] | null

/** The part of an action or of a state that says what was chosen. Throws for an option that the element does not have. */
export function chosen(element: Fields, choice: Choice): Fields {
  const type = String(element['type'])
  const several = choice === null ? [] : typeof choice === 'string' ? [choice] : choice
  const one = several[0] ?? null
  const option = (value: string): Fields => optionOf(element, value)
  switch (type) {
    case 'button':
      return { type, text: element['text'], ...(element['value'] !== undefined && { value: element['value'] }) }
    case 'static_select':
    case 'radio_buttons':
    case 'overflow':
      return { type, selected_option: one === null ? null : option(one) }
    case 'external_select':
      return { type, selected_option: one === null ? null : { text: { type: 'plain_text', text: one }, value: one } }
    case 'multi_static_select':
    case 'checkboxes':
      return { type, selected_options: several.map(option) }
    case 'users_select':
    case 'channels_select':
    case 'conversations_select':
      return { type, [`selected_${type.split('s_')[0]}`]: one }
    case 'multi_users_select':
    case 'multi_channels_select':
    case 'multi_conversations_select':
      return { type, [`selected_${type.slice('multi_'.length).split('_')[0]}`]: several }
    case 'datepicker':
      return { type, selected_date: one }
    case 'timepicker':
      return { type, selected_time: one }
    case 'datetimepicker':
      return { type, selected_date_time: one === null ? null : Number(one) }
    default:
      return { type, value: one }
  }
}

/** What an element has before a person touches it. */
export function initial(element: Fields): Choice {
  const one = element['initial_option']
  const several = element['initial_options']
  if (isFields(one)) return String(one['value'])
  if (Array.isArray(several)) return several.filter(isFields).map(option => String(option['value']))
  const named = ['value', 'date', 'time', 'date_time', 'user', 'channel', 'conversation'].map(
    of => element[`initial_${of}`],
  )
  const found = named.find(value => value !== undefined)
  if (found !== undefined) return String(found)
  const list = ['users', 'channels', 'conversations'].map(of => element[`initial_${of}`]).find(Array.isArray)
  return list === undefined ? null : list.map(String)
}

function optionOf(element: Fields, value: string): Fields {
  for (const { value: found } of walk([element['options'], element['option_groups']], '')) {
    if (found['value'] === value && isFields(found['text'])) return found
  }
  throw new Error(`The element has no option "${value}".`)
}

/** An interactive element inside blocks, with the id of the block around it. */
export interface Placed {
  readonly blockId: string
  readonly element: Fields
}

/** All interactive elements of some blocks. */
export function elementsOf(blocks: readonly Fields[]): Placed[] {
  return blocks.flatMap(block =>
    [block['elements'], block['accessory'], block['element']]
      .flat()
      .filter(isFields)
      .filter(element => element['action_id'] !== undefined)
      .map(element => ({ blockId: String(block['block_id']), element })),
  )
}
