/** The way from the store to Slack, connected: the worker, how a message is written, and how it is sent. */
import type { DeliverEvent } from '../deliver/events.ts'
import { deliveryWorker, type Worker } from '../deliver/worker.ts'
import { systemRandom } from '../kit/random.ts'
import { compose, composePlain } from '../slack/out/compose.ts'
import { slackOut } from '../slack/out/send.ts'
import type { Base } from './base.ts'

export interface Delivering {
  readonly worker: Worker
  /** Ends the calls of Slack that are still waited for. */
  hangUp(): void
}

export function connectDelivering(
  { config, options, store, clock }: Base,
  around: {
    /** How many share what Slack allows, this one included. */
    readonly workers: () => number
    readonly onEvent: (event: DeliverEvent) => void
  },
): Delivering {
  const over = new AbortController()
  const slack = slackOut({
    token: config.slack.botToken,
    apiUrl: config.slack.apiUrl,
    signal: over.signal,
    ...(options.slackTimeoutMs === undefined ? {} : { timeoutMs: options.slackTimeoutMs }),
  })
  const worker = deliveryWorker({
    ...{ store, clock, ...around },
    random: systemRandom,
    slack: {
      ...slack,
      compose: ({ content, delivery }) =>
        compose(content, {
          deliveryId: delivery.id,
          imagesDropped: delivery.imagesDropped,
          allowPrivateHosts: options.allowPrivateHosts ?? false,
        }),
      composePlain: ({ content, delivery }) => composePlain(content, { deliveryId: delivery.id }),
    },
  })
  return { worker, hangUp: () => over.abort() }
}
