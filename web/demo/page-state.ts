/**
 * What the demo's page knows, and how each event changes it. Pure: same state and event, same new state. Messages are kept in order by `ts`,
 * each once, however often the page had to ask again.
 */
import type { DeskChannel, DeskEphemeral, DeskMessage, DeskState, WayView } from '../../sim/desk/types.ts'
import type { Line } from '../shared/live.ts'

/** Something only the person at this page sees: what they typed, what the app answered, or what went wrong. */
export interface Whisper {
  readonly kind: 'typed' | 'answer' | 'problem'
  readonly channel: string
  readonly at: number
  readonly key: string
  readonly text: string
  readonly blocks: readonly unknown[]
}

export interface PageState {
  readonly line: Line
  /** Undefined until the first answer. */
  readonly desk: DeskState | undefined
  /** The channel that is shown. */
  readonly chosen: string
  readonly messages: readonly DeskMessage[]
  readonly whispers: readonly Whisper[]
  /** Messages that came while another channel was shown, by channel. */
  readonly unread: Readonly<Record<string, number>>
}

export type PageEvent =
  | { readonly kind: 'line'; readonly line: Line }
  | { readonly kind: 'state'; readonly desk: DeskState }
  | { readonly kind: 'message' | 'updated'; readonly message: DeskMessage }
  | { readonly kind: 'deleted'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'ephemeral'; readonly ephemeral: DeskEphemeral }
  | { readonly kind: 'channels'; readonly channels: readonly DeskChannel[] }
  | { readonly kind: 'way'; readonly way: WayView }
  | { readonly kind: 'choose'; readonly channel: string }
  | { readonly kind: 'typed' | 'problem'; readonly channel: string; readonly at: number; readonly text: string }

/** Messages and whispers kept in the page; the demo may run for days. */
const messagesMax = 600
const whispersMax = 100

export const firstState: PageState = {
  line: 'connecting',
  desk: undefined,
  chosen: '',
  messages: [],
  whispers: [],
  unread: {},
}

function keyOf(message: Pick<DeskMessage, 'channel' | 'ts'>): string {
  return `${message.channel} ${message.ts}`
}

export function next(state: PageState, event: PageEvent): PageState {
  switch (event.kind) {
    case 'line':
      return { ...state, line: event.line }
    case 'state':
      return started(state, event.desk)
    case 'message':
      return arrived(state, event.message)
    case 'updated':
      return { ...state, messages: merged(state.messages, [event.message]) }
    case 'deleted':
      return { ...state, messages: state.messages.filter(message => keyOf(message) !== keyOf(event)) }
    case 'ephemeral': {
      const { channel, at, ts, text, blocks } = event.ephemeral
      return whispered(state, { kind: 'answer', channel, at, key: `answer ${ts}`, text, blocks })
    }
    case 'typed':
    case 'problem': {
      const { kind, channel, at, text } = event
      return whispered(state, { kind, channel, at, key: `${kind} ${at} ${state.whispers.length}`, text, blocks: [] })
    }
    case 'channels':
      return state.desk === undefined ? state : { ...state, desk: { ...state.desk, channels: event.channels } }
    case 'way':
      return state.desk === undefined ? state : { ...state, desk: { ...state.desk, way: event.way } }
    case 'choose':
      return { ...state, chosen: event.channel, unread: { ...state.unread, [event.channel]: 0 } }
  }
}

function started(state: PageState, desk: DeskState): PageState {
  const known = desk.channels.some(({ id }) => id === state.chosen)
  const chosen = known ? state.chosen : (desk.channels[0]?.id ?? '')
  return { ...state, line: 'open', desk, chosen, messages: merged(state.messages, desk.messages) }
}

function arrived(state: PageState, message: DeskMessage): PageState {
  const isNew = !state.messages.some(other => keyOf(other) === keyOf(message))
  const unread =
    !isNew || message.channel === state.chosen
      ? state.unread
      : { ...state.unread, [message.channel]: (state.unread[message.channel] ?? 0) + 1 }
  return { ...state, messages: merged(state.messages, [message]), unread }
}

function merged(old: readonly DeskMessage[], added: readonly DeskMessage[]): readonly DeskMessage[] {
  const all = new Map([...old, ...added].map(message => [keyOf(message), message]))
  return [...all.values()].toSorted((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0)).slice(-messagesMax)
}

function whispered(state: PageState, whisper: Whisper): PageState {
  if (state.whispers.some(({ key }) => key === whisper.key)) return state
  return { ...state, whispers: [...state.whispers, whisper].slice(-whispersMax) }
}

/** One line of a channel: a message, or something whispered, in the order in which they came. */
export type Row =
  | { readonly kind: 'message'; readonly message: DeskMessage; readonly key: string; readonly at: number }
  | { readonly kind: 'whisper'; readonly whisper: Whisper; readonly key: string; readonly at: number }

export function rowsOf(state: PageState): readonly Row[] {
  const messages = state.messages
    .filter(({ channel }) => channel === state.chosen)
    .map(message => ({ kind: 'message', message, key: keyOf(message), at: message.at }) as const)
  const whispers = state.whispers
    .filter(({ channel }) => channel === state.chosen)
    .map(whisper => ({ kind: 'whisper', whisper, key: whisper.key, at: whisper.at }) as const)
  return [...messages, ...whispers].toSorted((a, b) => a.at - b.at)
}
