/** What tests of modals and of the Home share: reading a view as a person sees it, and sending a form as Slack does, with what was in it. */
import assert from 'node:assert/strict'
import { isFields } from '../../sim/slack/blocks/schema.ts'
import type { SlackSim } from '../../sim/slack/server.ts'
import type { SimView } from '../../sim/slack/views.ts'

type Fields = Readonly<Record<string, unknown>>

const fieldsIn = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])

/** The blocks of a view. */
export const blocksOf = (view: SimView): readonly Fields[] => fieldsIn(view.body['blocks'])

/** Every text that a person reads in a view, a line each. */
export function shownIn(view: SimView | undefined): string {
  const texts: string[] = []
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) look(each)
    else if (isFields(value)) {
      if (typeof value['text'] === 'string') texts.push(value['text'])
      if (typeof value['initial_value'] === 'string') texts.push(value['initial_value'])
      for (const each of Object.values(value)) look(each)
    }
  }
  look(view?.body['blocks'])
  return texts.join('\n')
}

/** The modal in front of somebody. */
export function modalOf(slack: SlackSim, user: string): SimView {
  const view = slack.views.stack(user).at(-1)
  assert.ok(view !== undefined, 'a modal is open')
  return view
}

/** Resolves with the front modal once it shows this. */
export async function modalShows(slack: SlackSim, user: string, text: RegExp): Promise<SimView> {
  await slack.until('view', () => text.test(shownIn(slack.views.stack(user).at(-1))))
  return modalOf(slack, user)
}

/** Resolves with the Home once it shows this. */
export async function homeShows(slack: SlackSim, user: string, text: RegExp): Promise<SimView> {
  await slack.until('view', () => text.test(shownIn(slack.views.home(user))))
  const view = slack.views.home(user)
  assert.ok(view !== undefined)
  return view
}

/** What is in the fields of a form, by `action_id`. */
export function valuesIn(view: SimView): Record<string, string | readonly string[] | null> {
  const values: Record<string, string | readonly string[] | null> = {}
  for (const { element } of blocksOf(view)) {
    if (!isFields(element)) continue
    const one = element['initial_option']
    const several = fieldsIn(element['initial_options']).map(option => String(option['value']))
    const text = element['initial_value']
    const kind = element['type']
    values[String(element['action_id'])] =
      kind === 'checkboxes' ? several : isFields(one) ? String(one['value']) : typeof text === 'string' ? text : null
  }
  return values
}

/** Sends the front form with what is in it, but for these fields; what is said against it, by field. */
export async function save(
  slack: SlackSim,
  user: string,
  changes: Readonly<Record<string, string | readonly string[]>>,
): Promise<Readonly<Record<string, string>>> {
  const renamed = Object.fromEntries(Object.entries(changes).map(([field, value]) => [`view:${field}`, value]))
  const { ack, errors } = await slack.submit(user, { ...valuesIn(modalOf(slack, user)), ...renamed })
  assert.ok(ack.ok, 'Slack takes the answer')
  return Object.fromEntries(Object.entries(errors).map(([block, text]) => [block.replace(/:\d+$/, ''), String(text)]))
}
