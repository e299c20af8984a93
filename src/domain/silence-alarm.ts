/** What is told of silences, as facts; the words for people are elsewhere. A key says what it is about, so that what was said outlives a restart. */
import type { Account } from './account.ts'

/**
 * What the network answered when asked whether somebody silent has really written nothing. `unwanted`: they wrote, but nothing that a channel
 * wants. `unasked`: it was not asked.
 */
export type Checked =
  | { readonly kind: 'nothing' | 'unwanted' }
  | { readonly kind: 'unavailable' | 'failed'; readonly why: string }
  | { readonly kind: 'unasked' }

interface Expected {
  /** Epoch ms of the newest post known. */
  readonly since: number
  /** Posts a day, as they came before. */
  readonly perDay: number
}

export type Alarm =
  /** Somebody writes nothing, or cannot be read any more. */
  | (Expected & { readonly kind: 'account'; readonly account: Account; readonly checked: Checked })
  /** Somebody wrote, and it did not come: the serious case. It is being fetched. */
  | (Expected & { readonly kind: 'missed'; readonly account: Account; readonly posts: number })
  /** Nothing fits a channel any more. `asked`: so many of its accounts have written nothing, says the network. */
  | (Expected & { readonly kind: 'channel'; readonly channel: string; readonly asked: number })
  /** Connected, and nothing comes from anybody (`missed` empty), or the posts of many do not (`missed`: whose). */
  | (Expected & {
      readonly kind: 'stream'
      readonly missed: readonly Account[]
      /** Posts of theirs that did not come. */
      readonly posts: number
      readonly checked: Checked
    })
  /** What comes is old when it comes: how old in the middle, ms. */
  | { readonly kind: 'late'; readonly lagMs: number }

export const alarmKinds = ['account', 'missed', 'channel', 'stream', 'late'] as const satisfies readonly Alarm['kind'][]
export type AlarmKind = Alarm['kind']

/** What an alarm is about, without its facts. `id`: of the account or channel; empty for the others. */
export interface Matter {
  readonly kind: AlarmKind
  readonly id: string
}

export const alarmKeyPrefix = 'silence:'

export function matterOf(alarm: Alarm): Matter {
  if (alarm.kind === 'account' || alarm.kind === 'missed') return { kind: alarm.kind, id: alarm.account.id }
  return { kind: alarm.kind, id: alarm.kind === 'channel' ? alarm.channel : '' }
}

/** "silence:account:2244994945", "silence:stream". */
export function alarmKey({ kind, id }: Matter): string {
  return `${alarmKeyPrefix}${kind}${id === '' ? '' : `:${id}`}`
}

/** The way back; undefined for a key of something else. */
export function matterFrom(key: string): Matter | undefined {
  const [, word, id = ''] = /^silence:([a-z]+)(?::(.+))?$/.exec(key) ?? []
  const kind = alarmKinds.find(known => known === word)
  return kind === undefined ? undefined : { kind, id }
}

/** What is not merely quiet but wrong: the service is not ready while it lasts. One silent account or channel is not. */
export function isSerious(kind: AlarmKind): boolean {
  return kind === 'stream' || kind === 'missed' || kind === 'late'
}
