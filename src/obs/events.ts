/** One helper per business event: what is counted and what is logged for it, together, so that the two never disagree. */
import type { ListsEvent } from '../control/lists/keeper.ts'
import type { DeliverEvent } from '../deliver/events.ts'
import type { Gap } from '../domain/arrival.ts'
import { forgottenKinds } from '../domain/forgotten.ts'
import { isSerious, matterOf } from '../domain/silence-alarm.ts'
import type { Committed, IngestEvent } from '../ingest/ingest.ts'
import type { RecheckEvent } from '../ingest/recheck.ts'
import type { RetentionEvent } from '../ingest/retention.ts'
import type { SilenceEvent } from '../ingest/silence.ts'
import type { InsistEvent } from '../kit/insist.ts'
import type { SlackInHooks } from '../slack/in/slack-in.ts'
import type { XEvent } from '../source/x/events.ts'
import type { Announcement } from '../store/store.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

export interface Events {
  x(event: XEvent): void
  committed(committed: Committed): void
  ingest(event: IngestEvent): void
  deliver(event: DeliverEvent): void
  silence(event: SilenceEvent): void
  /** Lines were left in channels that no person caused: what the budget does not allow, a gap that lost something. */
  announced(lines: readonly Announcement[]): void
  recheck(event: RecheckEvent): void
  retention(event: RetentionEvent): void
  economy(event: InsistEvent): void
  lists(event: ListsEvent): void
  /** This process does a task from now on, or no more. `alone`: no other could. */
  leading(event: { readonly task: string; readonly leads: boolean }, alone: boolean): void
  readonly slackIn: SlackInHooks
}

export function createEvents(log: Log, metrics: Metrics): Events {
  return {
    x: event => xEvent(log, metrics, event),
    committed: committed => committedEvent(log, committed),
    ingest: event => storeEvent(log, metrics, 'the store took nothing', event),
    deliver: event => deliverEvent(log, metrics, event),
    silence: event => silenceEvent(log, metrics, event),
    announced: lines => {
      for (const { channel, key, text } of lines) log.warn({ channel, key }, text)
    },
    recheck: event => recheckEvent(log, event),
    retention: event => retentionEvent(log, metrics, event),
    economy: event => storeEvent(log, metrics, 'the store does not tell what was spent', event),
    lists: event => listsEvent(log, event),
    leading: ({ task, leads }, alone) => {
      metrics.leads.set({ task }, leads ? 1 : 0)
      log[alone ? 'debug' : 'info']({ task }, leads ? 'this process leads from now on' : 'this process leads no more')
    },
    slackIn: {
      refused: (status, why) => log.warn({ status }, `request to /slack/events refused: ${why}`),
      failed: error => log.error({ err: error }, 'hearing Slack: something failed'),
      stateChanged: state =>
        log[state.state === 'blocked' ? 'error' : 'info']({ state: state.state }, `Slack, inward: ${state.detail}`),
    },
  }
}

function xEvent(log: Log, metrics: Metrics, event: XEvent): void {
  switch (event.kind) {
    case 'connected':
      metrics.connects.inc({ source: 'x' })
      log.info('X: connected')
      return
    case 'disconnected':
      metrics.disconnects.inc({ source: 'x' })
      log.warn({ openMs: event.openMs }, `X: disconnected: ${event.why}`)
      return
    case 'connect-failed':
      log[event.blocked ? 'error' : 'warn']({ error: event.error, until: event.until }, `X: ${event.why}`)
      return
    case 'rules': {
      const { added, deleted, ours, others, problems } = event
      log.info({ added, deleted, ours, others }, 'X: rules are in step')
      for (const problem of problems) log.error(`X: ${problem}`)
      return
    }
    case 'rules-failed':
      log.warn({ error: event.error }, `X: the rules could not be brought in step: ${event.why}`)
      return
    case 'gap':
      gapEvent(log, event.gap)
      return
  }
}

const gapLevels = { open: 'warn', closed: 'info', lost: 'error' } as const

function gapEvent(log: Log, { id, state, from, to, why, how, lost, channels, release }: Gap): void {
  const said = [why, how, lost].filter(part => part !== '').join('; ')
  const ahead = release === true ? ' What was fetched so far goes out now.' : ''
  log[gapLevels[state]](
    { gap: id, from, to, ...(state === 'lost' ? { channels } : {}) },
    `X: gap ${state}: ${said}.${ahead}`.replace(/\.\.(?= |$)/, '.'),
  )
}

function silenceEvent(log: Log, metrics: Metrics, event: SilenceEvent): void {
  switch (event.kind) {
    case 'silence-raised': {
      const { kind, id } = matterOf(event.alarm)
      log[isSerious(kind) ? 'error' : 'warn']({ silence: kind, of: id }, event.text)
      return
    }
    case 'silence-over':
      log.info({ silence: event.matter.kind, of: event.matter.id }, event.text)
      return
    case 'store-refused':
    case 'store-healed':
      storeEvent(log, metrics, 'the store does not keep what is said of silences', event)
      return
  }
}

function recheckEvent(log: Log, event: RecheckEvent): void {
  if (event.kind === 'recheck-held') log.info(`posts are not asked for again: ${event.why}`)
  else
    log.info({ asked: event.asked, gone: event.gone, unasked: event.unasked }, 'young posts were asked for once more')
}

function retentionEvent(log: Log, metrics: Metrics, event: RetentionEvent): void {
  if (event.kind !== 'forgotten') {
    storeEvent(log, metrics, 'the store forgets nothing', event)
    return
  }
  const some = forgottenKinds.filter(kind => event.forgotten[kind] > 0)
  for (const kind of some) metrics.forgotten.inc({ kind }, event.forgotten[kind])
  log.info(Object.fromEntries(some.map(kind => [kind, event.forgotten[kind]])), 'what is past its term was forgotten')
}

function listsEvent(log: Log, event: ListsEvent): void {
  switch (event.kind) {
    case 'applied':
      for (const { channel, what } of event.done) log.info({ channel }, `lists: ${what}`)
      return
    case 'refused':
      for (const { file, line, channel, why } of event.problems)
        log.error({ file, line, channel }, `lists: line ${line}: ${why}. Nothing was changed`)
      return
    case 'written':
      log.info('lists: the file says now what was changed in Slack')
      return
    case 'missing':
      log.warn('lists: the file is gone. Nothing was changed; `birdwire export` makes one')
      return
    case 'failed':
      log.error(
        { err: event.error },
        'lists: the file could not be read or written. It is looked at again when it changes',
      )
      return
  }
}

function committedEvent(log: Log, { intakes, results }: Committed): void {
  for (const [n, { arrival, deliver }] of intakes.entries()) {
    if (arrival.kind === 'drop') log.warn({ reason: arrival.reason }, `dropped: ${arrival.detail}`)
    if (arrival.kind === 'post')
      log.debug({ post: arrival.post.id, via: arrival.via, result: results[n], channels: deliver.length }, 'post')
  }
}

/** `what`: what the store did not do. */
function storeEvent(log: Log, metrics: Metrics, what: string, event: InsistEvent): void {
  if (event.kind === 'store-refused') {
    metrics.storeRefusals.inc()
    log.error({ failures: event.failures, retryInMs: event.retryInMs }, `${what}: ${event.why}`)
  } else log.info({ afterMs: event.afterMs }, 'the store is well again')
}

function deliverEvent(log: Log, metrics: Metrics, event: DeliverEvent): void {
  switch (event.kind) {
    case 'sent': {
      const { channel, deliveryId, ts, attempts, found, waitedMs, tookMs } = event
      metrics.attempts.inc({ outcome: found ? 'found' : 'sent' })
      metrics.latency.observe((waitedMs + tookMs) / 1000)
      log.info({ channel, deliveryId, ts, attempts, waitedMs, tookMs }, found ? 'found in history' : 'sent')
      return
    }
    case 'changed': {
      const { channel, deliveryId, act, ts, attempts, waitedMs, tookMs } = event
      metrics.attempts.inc({ outcome: act === 'update' ? 'updated' : 'deleted' })
      log.info(
        { channel, deliveryId, ts, attempts, waitedMs, tookMs },
        act === 'update' ? 'message updated' : 'message deleted',
      )
      return
    }
    case 'postponed': {
      const { channel, deliveryId, why, dueAt, unknown } = event
      metrics.attempts.inc({ outcome: unknown ? 'unknown' : 'postponed' })
      log.warn(
        { channel, deliveryId, dueAt },
        unknown ? `not certain whether it was sent: ${why}` : `not sent yet: ${why}`,
      )
      return
    }
    case 'dead':
      metrics.attempts.inc({ outcome: 'dead' })
      // Nothing is wrong, and nobody has to do anything: there is only nothing left to show or to change.
      log[event.reason === 'discarded' ? 'info' : 'error'](
        { channel: event.channel, deliveryId: event.deliveryId, reason: event.reason },
        `${event.reason === 'discarded' ? 'not delivered' : 'cannot be delivered'}: ${event.why}`,
      )
      return
    case 'lease-lost':
      metrics.leasesLost.inc()
      log.warn(
        { channel: event.channel, deliveryId: event.deliveryId },
        'the lease had passed on before the attempt ended',
      )
      return
    case 'degraded':
      log.warn({ channel: event.channel, deliveryId: event.deliveryId }, `sent in plain form: ${event.why}`)
      return
    case 'compose-failed':
      log.error(
        { channel: event.channel, deliveryId: event.deliveryId, err: event.error },
        'a message could not be composed: please report this',
      )
      return
    case 'lane-held':
    case 'lane-gone':
      log.error({ channel: event.channel }, `nothing is sent to this channel: ${event.why}`)
      return
    case 'workspace-held':
      metrics.slackWaits.inc()
      log.warn({ until: event.until }, `nothing is sent to Slack for now: ${event.why}`)
      return
    case 'store-refused':
    case 'store-healed':
      storeEvent(log, metrics, 'the store does not keep what becomes of deliveries', event)
      return
  }
}
