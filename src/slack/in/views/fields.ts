/**
 * The fields of a channel's form: what is in them, what is read out of them when they are sent, and which of them show a whole list. Pure.
 * A list that is longer than a field can hold is not shown in one: there one adds only, and the form says where the list is.
 */
import { z } from 'zod'
import type { Kinds, Route } from '../../../domain/route.ts'
import { slackInputCharsMax } from '../../../limits.ts'

export const textFields = [
  'follow',
  'followed',
  'import',
  'keywords',
  'blocks',
  'topics',
  'times',
  'zone',
  'quiet',
  'perHour',
] as const
export type TextField = (typeof textFields)[number]
export type Field = TextField | 'kinds' | 'reading' | 'paused'

export const kinds = ['original', 'quote', 'repost', 'thread', 'reply'] as const satisfies readonly (keyof Kinds)[]

/** What a person entered. A field that the form did not have is not in it. */
export interface Entered {
  readonly texts: Readonly<Partial<Record<TextField, string>>>
  readonly kinds?: readonly string[]
  readonly reading?: string
  readonly paused?: boolean
}

/** Free characters that a field with a list has at least, for what is to be added. */
const roomForMore = 500

/** One a line. */
export const lines = (items: readonly string[]): string => items.join('\n')

/** Whether a list is shown whole, so that taking a line away takes it away. */
export function isWhole(field: 'followed' | 'keywords' | 'blocks' | 'topics', route: Route): boolean {
  const room = field === 'followed' ? 0 : roomForMore
  return lines(listOf(field, route)).length <= slackInputCharsMax - room
}

export function listOf(field: 'followed' | 'keywords' | 'blocks' | 'topics', route: Route): readonly string[] {
  return field === 'followed' ? route.follows.map(({ handle }) => `@${handle}`) : route[field]
}

/** What the form shows of a route, as if a person had entered it. */
export function shownOf(route: Route): Entered & { readonly texts: Readonly<Record<TextField, string>> } {
  const whole = (field: 'followed' | 'keywords' | 'blocks' | 'topics') =>
    isWhole(field, route) ? lines(listOf(field, route)) : ''
  const { times, zone, quiet, perHour } = route.pace
  return {
    texts: {
      follow: '',
      import: '',
      followed: whole('followed'),
      keywords: whole('keywords'),
      blocks: whole('blocks'),
      topics: whole('topics'),
      times: times.join(', '),
      zone,
      quiet: quiet === undefined ? '' : `${quiet.from}-${quiet.to}`,
      perHour: perHour === undefined ? '' : String(perHour),
    },
    kinds: kinds.filter(kind => route.kinds[kind]),
    reading: route.reading,
    paused: route.paused,
  }
}

export const actionOf = (field: Field): string => `view:${field}`
/** Another one each time that a form is shown anew: Slack keeps what is in a field whose ids stay. docs.slack.dev/surfaces/modals */
export const blockOf = (field: Field, round: number): string => `${field}:${round}`

const option = z.object({ value: z.string() })
const value = z.object({
  value: z.string().nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).nullish(),
})
/** docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const stateValues = z.record(z.string(), z.record(z.string(), value))

export function entered(values: z.infer<typeof stateValues>): Entered {
  const byAction = new Map(Object.values(values).flatMap(block => Object.entries(block)))
  const texts: Partial<Record<TextField, string>> = {}
  for (const field of textFields) {
    const found = byAction.get(actionOf(field))
    if (found !== undefined) texts[field] = found.value ?? ''
  }
  const ticked = byAction.get(actionOf('kinds'))?.selected_options?.map(each => each.value)
  const reading = byAction.get(actionOf('reading'))?.selected_option?.value
  const paused = byAction.get(actionOf('paused'))?.selected_options
  return {
    texts,
    ...(ticked === undefined ? {} : { kinds: ticked }),
    ...(reading === undefined ? {} : { reading }),
    ...(paused === undefined || paused === null ? {} : { paused: paused.length > 0 }),
  }
}
