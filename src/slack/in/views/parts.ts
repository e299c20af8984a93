/**
 * The pieces of modals and of the Home, with Slack's limits kept: what is too long is cut where people see that it is.
 * docs.slack.dev/reference/block-kit/blocks, docs.slack.dev/surfaces/modals
 */
import {
  slackHeaderCharsMax,
  slackInputCharsMax,
  slackLabelCharsMax,
  slackSectionCharsMax,
  slackValueCharsMax,
} from '../../../limits.ts'
import { pieces } from '../answer.ts'

interface Plain {
  readonly type: 'plain_text'
  readonly text: string
}
interface Mrkdwn {
  readonly type: 'mrkdwn'
  readonly text: string
  readonly verbatim: true
}
export interface Button {
  readonly type: 'button'
  readonly action_id: string
  readonly text: Plain
  readonly value: string
  readonly style?: 'primary' | 'danger'
}
export interface Choice {
  readonly text: Plain
  readonly value: string
}
type Element =
  | {
      readonly type: 'plain_text_input'
      readonly action_id: string
      readonly multiline: boolean
      readonly max_length: number
      readonly initial_value?: string
      readonly placeholder?: Plain
    }
  | {
      readonly type: 'checkboxes'
      readonly action_id: string
      readonly options: Choice[]
      readonly initial_options?: Choice[]
    }
  | {
      readonly type: 'radio_buttons'
      readonly action_id: string
      readonly options: Choice[]
      readonly initial_option?: Choice
    }
export interface Input {
  readonly type: 'input'
  readonly block_id: string
  readonly label: Plain
  readonly element: Element
  readonly optional: true
  readonly hint?: Plain
}
export type Block =
  | { readonly type: 'header'; readonly text: Plain }
  | { readonly type: 'divider' }
  | { readonly type: 'section'; readonly text: Mrkdwn; readonly accessory?: Button }
  | { readonly type: 'context'; readonly elements: Mrkdwn[] }
  | { readonly type: 'actions'; readonly elements: Button[] }
  | Input

/** A modal as views.open and views.update take it. */
export interface Modal {
  readonly type: 'modal'
  readonly callback_id: string
  readonly private_metadata: string
  readonly title: Plain
  readonly close: Plain
  readonly submit?: Plain
  readonly blocks: Block[]
}
export interface HomeView {
  readonly type: 'home'
  readonly callback_id: string
  readonly blocks: Block[]
}

/** Cut to `max` characters, never inside one. */
export function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

export const plainText = (text: string): Plain => ({ type: 'plain_text', text })
const mrkdwn = (text: string): Mrkdwn => ({ type: 'mrkdwn', text, verbatim: true })

export const header = (text: string): Block => ({ type: 'header', text: plainText(cut(text, slackHeaderCharsMax)) })
export const divider: Block = { type: 'divider' }
export const context = (text: string): Block => ({
  type: 'context',
  elements: [mrkdwn(pieces(text, slackSectionCharsMax)[0] ?? ' ')],
})

/** mrkdwn of ours of any length, in as many sections as it takes, at most `max`. */
export function sections(text: string, max: number): Block[] {
  return pieces(text, slackSectionCharsMax)
    .slice(0, max)
    .map(piece => ({ type: 'section', text: mrkdwn(piece) }))
}

/** One section with a button beside it; of the text what fits. */
export const withButton = (text: string, accessory: Button): Block => ({
  type: 'section',
  text: mrkdwn(pieces(text, slackSectionCharsMax)[0] ?? ' '),
  accessory,
})

/** Undefined: its value is longer than Slack takes, and must be said in words. */
export function button(action: string, label: string, value: string, style?: 'primary' | 'danger'): Button | undefined {
  if (value.length > slackValueCharsMax || value === '') return undefined
  return {
    type: 'button',
    action_id: action,
    text: plainText(cut(label, slackLabelCharsMax)),
    value,
    ...(style === undefined ? {} : { style }),
  }
}

export const actions = (buttons: readonly (Button | undefined)[]): Block[] => {
  const some = buttons.filter(each => each !== undefined)
  return some.length === 0 ? [] : [{ type: 'actions', elements: some }]
}

/** A field to type in. `value`: what is in it, at most as long as Slack takes; nobody is to lose the rest unseen. */
export function textInput(
  id: Pick<Input, 'block_id'> & { readonly action: string },
  words: { readonly label: string; readonly hint?: string; readonly placeholder?: string },
  value: string,
  multiline = false,
): Input {
  return {
    type: 'input',
    block_id: id.block_id,
    label: plainText(words.label),
    optional: true,
    ...(words.hint === undefined ? {} : { hint: plainText(words.hint) }),
    element: {
      type: 'plain_text_input',
      action_id: id.action,
      multiline,
      max_length: slackInputCharsMax,
      ...(value === '' ? {} : { initial_value: value.slice(0, slackInputCharsMax) }),
      ...(words.placeholder === undefined ? {} : { placeholder: plainText(words.placeholder) }),
    },
  }
}

/** Boxes of which any may be ticked. */
export function boxes(
  id: Pick<Input, 'block_id'> & { readonly action: string },
  label: string,
  options: Choice[],
  ticked: readonly string[],
): Input {
  const initial = options.filter(({ value }) => ticked.includes(value))
  return {
    type: 'input',
    block_id: id.block_id,
    label: plainText(label),
    optional: true,
    element: {
      type: 'checkboxes',
      action_id: id.action,
      options,
      ...(initial.length === 0 ? {} : { initial_options: initial }),
    },
  }
}

/** Of these one. */
export function radio(
  id: Pick<Input, 'block_id'> & { readonly action: string },
  label: string,
  options: Choice[],
  chosen: string,
): Input {
  const initial = options.find(({ value }) => value === chosen)
  return {
    type: 'input',
    block_id: id.block_id,
    label: plainText(label),
    optional: true,
    element: {
      type: 'radio_buttons',
      action_id: id.action,
      options,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  }
}
