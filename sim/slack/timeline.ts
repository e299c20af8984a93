/**
 * The messages of all channels, and what only single persons see. Writes are atomic and announced; reads for history can be made to lag
 * behind, as a real history may for a moment.
 */
import { EventEmitter } from 'node:events'
import type { Fields } from './blocks/schema.ts'
import type { Ids, Now } from './ids.ts'
import type { CallRecord, SimChannel, SimEphemeral, SimMessage } from './types.ts'
import type { SimView } from './views.ts'

/** What the simulator announces. A page may follow it live; a test may wait for it. */
export interface SimEvents {
  message: [SimMessage]
  updated: [SimMessage]
  deleted: [SimMessage]
  ephemeral: [SimEphemeral]
  /** Replaced in its place, or taken away: then `gone`. */
  'ephemeral-changed': [SimEphemeral]
  call: [CallRecord]
  view: [SimView]
  channel: [SimChannel]
  /** How many Socket Mode connections are open now. */
  sockets: [number]
}

/** A message about to be written. */
export type Draft = Omit<SimMessage, 'ts' | 'edited' | 'deleted' | 'at'>

/** Which messages of a channel a reader asks for; times are `ts` strings. */
export interface HistoryQuery {
  readonly oldest: string
  readonly latest: string
  readonly inclusive: boolean
  /** Messages that are not older than this are not given: the cursor of the page before. */
  readonly before: string | undefined
  readonly limit: number
}

export class Timeline extends EventEmitter<SimEvents> {
  readonly #ids: Ids
  readonly #now: Now
  readonly #channels = new Map<string, Map<string, SimMessage>>()
  /** Replies by channel and first message. */
  readonly #threads = new Map<string, Map<string, SimMessage>>()
  readonly #ephemerals: SimEphemeral[] = []
  /** A message is not in history until this many milliseconds after it was taken. */
  historyLagMs = 0

  constructor(ids: Ids, now: Now) {
    super()
    this.#ids = ids
    this.#now = now
    this.setMaxListeners(0)
  }

  /** Writes a message and announces it. */
  post(draft: Draft): SimMessage {
    const message: SimMessage = {
      ...draft,
      blocks: this.withIds(draft.blocks),
      ts: this.#ids.ts(),
      edited: undefined,
      deleted: false,
      at: this.#now(),
    }
    this.#put(message)
    this.emit('message', message)
    return message
  }

  /** Replaces what a message shows. */
  update(old: SimMessage, change: Partial<Pick<SimMessage, 'text' | 'blocks' | 'metadata' | 'sentAs'>>): SimMessage {
    const blocks = 'blocks' in change ? this.withIds(change.blocks) : old.blocks
    const edited = { user: old.user, ts: this.#ids.ts() }
    const message: SimMessage = { ...old, ...change, blocks, edited }
    this.#put(message)
    this.emit('updated', message)
    return message
  }

  remove(old: SimMessage): void {
    const message: SimMessage = { ...old, deleted: true }
    this.#put(message)
    this.emit('deleted', message)
  }

  /** Shows something to one person. */
  whisper(ephemeral: Omit<SimEphemeral, 'ts' | 'at' | 'gone'>): SimEphemeral {
    const blocks = this.withIds(ephemeral.blocks)
    const shown: SimEphemeral = { ...ephemeral, blocks, ts: this.#ids.ts(), at: this.#now(), gone: false }
    this.#ephemerals.push(shown)
    this.emit('ephemeral', shown)
    return shown
  }

  /** Puts something else in the place of what one person was shown, or takes it away. */
  changeWhisper(
    old: SimEphemeral,
    change: Partial<Pick<SimEphemeral, 'text' | 'blocks' | 'sentAs' | 'gone'>>,
  ): SimEphemeral {
    const blocks = 'blocks' in change ? this.withIds(change.blocks) : old.blocks
    const changed: SimEphemeral = { ...old, ...change, blocks }
    const place = this.#ephemerals.findIndex(shown => shown.ts === old.ts && shown.user === old.user)
    if (place !== -1) this.#ephemerals[place] = changed
    this.emit('ephemeral-changed', changed)
    return changed
  }

  /** A standing message; deleted ones are gone for Slack. */
  find(channel: string, ts: string): SimMessage | undefined {
    const message = this.#channels.get(channel)?.get(ts)
    return message === undefined || message.deleted ? undefined : message
  }

  /** All messages of a channel, oldest first, deleted ones included and marked. */
  all(channel: string): SimMessage[] {
    return [...(this.#channels.get(channel)?.values() ?? [])]
  }

  everywhere(): SimMessage[] {
    return [...this.#channels.values()].flatMap(messages => [...messages.values()])
  }

  /** What this person was shown alone and is still there, oldest first. */
  whispersTo(user: string): SimEphemeral[] {
    return this.#ephemerals.filter(shown => shown.user === user && !shown.gone)
  }

  /** One page of a channel, newest first, thread replies left out. `more` says whether older ones match too. */
  history(channel: string, query: HistoryQuery): { messages: SimMessage[]; more: boolean } {
    const visible = this.#visible(channel).filter(message => {
      if (isReply(message)) return false
      if (query.before !== undefined && message.ts >= query.before) return false
      if (message.ts === query.oldest || message.ts === query.latest) return query.inclusive
      return message.ts > query.oldest && message.ts < query.latest
    })
    const newestFirst = visible.reverse()
    return { messages: newestFirst.slice(0, query.limit), more: newestFirst.length > query.limit }
  }

  /** A thread: its parent and the replies, oldest first. */
  replies(channel: string, ts: string): SimMessage[] {
    return this.#visible(channel).filter(message => message.ts === ts || message.threadTs === ts)
  }

  /** The standing replies to a message, oldest first. */
  repliesTo({ channel, ts }: Pick<SimMessage, 'channel' | 'ts'>): readonly SimMessage[] {
    return [...(this.#threads.get(`${channel} ${ts}`)?.values() ?? [])].filter(({ deleted }) => !deleted)
  }

  /** Blocks as Slack keeps them: those without a `block_id` are given one. */
  withIds(blocks: readonly Fields[] | undefined): readonly Fields[] | undefined {
    return blocks?.map(block => (block['block_id'] === undefined ? { ...block, block_id: this.#ids.block() } : block))
  }

  #visible(channel: string): SimMessage[] {
    const until = this.#now() - this.historyLagMs
    return this.all(channel).filter(message => !message.deleted && message.at <= until)
  }

  #put(message: SimMessage): void {
    const channel = this.#channels.get(message.channel) ?? new Map<string, SimMessage>()
    channel.set(message.ts, message)
    this.#channels.set(message.channel, channel)
    if (!isReply(message)) return
    const key = `${message.channel} ${message.threadTs}`
    const thread = this.#threads.get(key) ?? new Map<string, SimMessage>()
    this.#threads.set(key, thread.set(message.ts, message))
  }
}

/** True for what stands in a thread and not in its channel. */
export function isReply({ threadTs, ts }: Pick<SimMessage, 'threadTs' | 'ts'>): boolean {
  return threadTs !== undefined && threadTs !== ts
}
