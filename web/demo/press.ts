/** What was pressed in a block, for the desk. */
import { type Fields, fieldsAt, stringAt } from '../blocks/shape.ts'

export function pressIn(action: Fields): {
  readonly actionId: string
  readonly blockId: string
  readonly value: string
} {
  return {
    actionId: stringAt(action, 'action_id'),
    blockId: stringAt(action, 'block_id'),
    value: stringAt(fieldsAt(action, 'selected_option'), 'value'),
  }
}
