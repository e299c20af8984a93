/**
 * What the demo's page knows, and how each event changes it. Pure: same state and event, same new state. Messages are kept in order by `ts`,
 * each once, however often the page had to ask again.
 */
import type { DeskChannel, DeskEphemeral, DeskMessage, DeskState, DeskView, WayView } from '../../sim/desk/types.ts'
import type { Line } from '../shared/live.ts'

/** Something only the person at this page sees: what they typed, what the app answered, or what went wrong. */
export interface Whisper {
  readonly kind: 'typed' | 'answer' | 'problem'
  readonly channel: string
  readonly at: number
  readonly key: string
  /** Of an answer: its name for Slack. */
  readonly ts: string
  readonly text: string
  readonly blocks: readonly unknown[]
}

/** Chosen instead of a channel: the app's Home. */
export const homePlace = 'home'

export interface PageState {
  readonly line: Line
  /** Undefined until the first answer. */
  readonly desk: DeskState | undefined
  /** The channel that is shown, or `homePlace`. */
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
  | { readonly kind: 'deleted' | 'ephemeral-gone'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'ephemeral'; readonly ephemeral: DeskEphemeral }
  | { readonly kind: 'channels'; readonly channels: readonly DeskChannel[] }
  | { readonly kind: 'way'; readonly way: WayView }
  | { readonly kind: 'modal' | 'home'; readonly view: DeskView | null }
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
      return whispered(state, { kind: 'answer', channel, at, key: `answer ${ts}`, ts, text, blocks })
    }
    case 'ephemeral-gone':
      return { ...state, whispers: state.whispers.filter(({ key }) => key !== `answer ${event.ts}`) }
    case 'typed':
    case 'problem': {
      const { kind, channel, at, text } = event
      const key = `${kind} ${at} ${state.whispers.length}`
      return whispered(state, { kind, channel, at, key, ts: '', text, blocks: [] })
    }
    case 'channels':
      return state.desk === undefined ? state : { ...state, desk: { ...state.desk, channels: event.channels } }
    case 'way':
      return state.desk === undefined ? state : { ...state, desk: { ...state.desk, way: event.way } }
    case 'modal':
    case 'home':
      return state.desk === undefined ? state : { ...state, desk: { ...state.desk, [event.kind]: event.view } }
    case 'choose':
      return { ...state, chosen: event.channel, unread: { ...state.unread, [event.channel]: 0 } }
  }
}

function started(state: PageState, desk: DeskState): PageState {
  const known = state.chosen === homePlace || desk.channels.some(({ id }) => id === state.chosen)
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

/** One that is there already is replaced in its place. */
function whispered(state: PageState, whisper: Whisper): PageState {
  const place = state.whispers.findIndex(({ key }) => key === whisper.key)
  if (place >= 0) return { ...state, whispers: state.whispers.with(place, whisper) }
  return { ...state, whispers: [...state.whispers, whisper].slice(-whispersMax) }
}

/** One line of a channel: a message with the replies in its thread, or something whispered, in the order in which they came. */
export type Row =
  | {
      readonly kind: 'message'
      readonly message: DeskMessage
      readonly replies: readonly DeskMessage[]
      readonly key: string
      readonly at: number
    }
  | { readonly kind: 'whisper'; readonly whisper: Whisper; readonly key: string; readonly at: number }

export function rowsOf(
  allMessages: readonly DeskMessage[],
  allWhispers: readonly Whisper[],
  chosen: string,
): readonly Row[] {
  const here = allMessages.filter(({ channel }) => channel === chosen)
  const shown = new Set(here.flatMap(({ thread, ts }) => (thread === '' ? [ts] : [])))
  const threads = Map.groupBy(here, ({ thread }) => thread)
  const messages = here
    // A reply whose first message is not in the page any more stands for itself rather than nowhere.
    .filter(({ thread }) => thread === '' || !shown.has(thread))
    .map(message => {
      const replies = message.thread === '' ? (threads.get(message.ts) ?? []) : []
      return { kind: 'message', message, replies, key: keyOf(message), at: message.at } as const
    })
  const whispers = allWhispers
    .filter(({ channel }) => channel === chosen)
    .map(whisper => ({ kind: 'whisper', whisper, key: whisper.key, at: whisper.at }) as const)
  return [...messages, ...whispers].toSorted((a, b) => a.at - b.at)
}
