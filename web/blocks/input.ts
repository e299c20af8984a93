/**
 * A form's fields → React nodes, as Slack draws them in a modal. They keep what is typed by themselves under their `action_id` as name, for
 * `FormData`; a field whose ids stay keeps it when the view changes. An element that is not known is shown as such.
 */
import { createElement, type ReactNode } from 'react'
import { textObject, unknown } from './inline.ts'
import { type Fields, fieldsAt, isFields, listAt, numberAt, stringAt } from './shape.ts'
import type { BlockView } from './view.ts'

/** A block of type `input`: its label, the element, a hint, and what is wrong with it. */
export function inputBlock(value: Fields, view: BlockView): ReactNode {
  const element = fieldsAt(value, 'element')
  const blockId = stringAt(value, 'block_id')
  const id = `${blockId}-${stringAt(element, 'action_id')}`
  const problem = view.problems?.[blockId]
  const several = ['checkboxes', 'radio_buttons'].includes(stringAt(element, 'type'))
  const label = [
    textObject(fieldsAt(value, 'label'), view),
    value['optional'] === true ? createElement('span', { className: 'bk-optional' }, ' (optional)') : null,
  ]
  const hint = isFields(value['hint'])
    ? createElement('p', { className: 'bk-hint', id: `${id}-hint` }, textObject(value['hint'], view))
    : null
  const wrong =
    problem === undefined
      ? null
      : createElement('p', { className: 'bk-problem', role: 'alert', id: `${id}-problem` }, problem)
  const described = [...(hint === null ? [] : [`${id}-hint`]), ...(problem === undefined ? [] : [`${id}-problem`])]
  const told = {
    ...(described.length === 0 ? {} : { 'aria-describedby': described.join(' ') }),
    ...(problem === undefined ? {} : { 'aria-invalid': true }),
  }
  const field = control(element, id, told, view)
  return several
    ? createElement(
        'fieldset',
        { key: id, className: 'bk-input', ...told },
        createElement('legend', { className: 'bk-label' }, ...label),
        field,
        wrong,
        hint,
      )
    : createElement(
        'div',
        { key: id, className: 'bk-input' },
        createElement('label', { className: 'bk-label', htmlFor: id }, ...label),
        field,
        wrong,
        hint,
      )
}

function control(element: Fields, id: string, told: Readonly<Record<string, unknown>>, view: BlockView): ReactNode {
  const type = stringAt(element, 'type')
  const common = { id, name: stringAt(element, 'action_id'), className: 'bk-entry', ...told }
  const placeholder = stringAt(fieldsAt(element, 'placeholder'), 'text')
  switch (type) {
    case 'plain_text_input': {
      const text = {
        ...common,
        placeholder,
        defaultValue: stringAt(element, 'initial_value'),
        maxLength: numberAt(element, 'max_length') || 3000,
        autoComplete: 'off',
        spellCheck: false,
      }
      return element['multiline'] === true
        ? createElement('textarea', { ...text, rows: 3 })
        : createElement('input', { ...text, type: 'text' })
    }
    case 'timepicker':
      return createElement('input', { ...common, type: 'time', defaultValue: stringAt(element, 'initial_time') })
    case 'static_select':
      return createElement(
        'select',
        { ...common, defaultValue: optionValue(fieldsAt(element, 'initial_option')) },
        createElement('option', { value: '' }, placeholder || 'Choose…'),
        ...listAt(element, 'options').map(option =>
          createElement('option', { value: optionValue(option) }, stringAt(fieldsAt(option, 'text'), 'text')),
        ),
      )
    case 'checkboxes':
      return choices(element, 'checkbox', listAt(element, 'initial_options').map(optionValue), view)
    case 'radio_buttons':
      return choices(element, 'radio', [optionValue(fieldsAt(element, 'initial_option'))], view)
    default:
      return unknown('element', type)
  }
}

function choices(element: Fields, type: 'checkbox' | 'radio', ticked: readonly string[], view: BlockView): ReactNode {
  const options = listAt(element, 'options').map(option => {
    const value = optionValue(option)
    const box = createElement('input', {
      type,
      name: stringAt(element, 'action_id'),
      value,
      defaultChecked: ticked.includes(value),
    })
    return createElement('label', { className: 'bk-choice' }, box, textObject(fieldsAt(option, 'text'), view))
  })
  return createElement('div', { className: 'bk-choices' }, ...options)
}

const optionValue = (option: Fields): string => stringAt(option, 'value')
