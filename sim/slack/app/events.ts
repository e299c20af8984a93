/**
 * Events of the Events API (docs.slack.dev/apis/events-api): one wrapper, three retries after a failure (at once, after a minute, after
 * five), with the attempt and the reason told. Also the two questions that Slack asks a Request URL: url_verification and ssl_check.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Fields } from '../blocks/schema.ts'
import type { Core } from '../core.ts'
import type { Tampering } from '../signature.ts'
import type { Ack, AppLink } from './link.ts'
import type { RequestUrl } from './request-url.ts'

/** How an event went: one entry for each attempt. */
export interface EventResult {
  readonly eventId: string
  readonly delivered: boolean
  readonly attempts: readonly Ack[]
}

/** Milliseconds before each retry. */
export const slackRetryDelays: readonly number[] = [0, 60_000, 300_000]

/** Sends an event until it is taken or the retries are used up. `event` is the inner one: `{type: 'app_home_opened', …}`. */
export async function sendEvent(
  core: Core,
  link: () => AppLink,
  event: Fields,
  delays: readonly number[],
  tampering?: Tampering,
): Promise<EventResult> {
  const { team, app } = core.workspace
  const eventId = core.ids.next('Ev')
  const payload: Fields = {
    token: 'deprecated',
    team_id: team.id,
    api_app_id: app.id,
    event: { event_ts: core.ids.ts(), ...event },
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(core.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: app.botUser, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: eventId,
  }
  const attempts: Ack[] = []
  for (const [attempt, delay] of [0, ...delays].entries()) {
    if (delay > 0) await pause(delay, undefined, { ref: false })
    const last = attempts.at(-1)
    const retry = last === undefined ? undefined : { attempt, reason: retryReason(last) }
    const ack = await link().deliver({ kind: 'events_api', payload, tampering, retry })
    attempts.push(ack)
    if (ack.ok) return { eventId, delivered: true, attempts }
  }
  return { eventId, delivered: false, attempts }
}

function retryReason(ack: Ack): string {
  if (ack.error === 'operation_timeout') return 'http_timeout'
  return ack.error === 'http_error' ? 'http_error' : 'connection_failed'
}

/** Slack asks a new Request URL to repeat a challenge. True where it did. */
export async function verifyUrl(
  core: Core,
  url: RequestUrl,
): Promise<{ readonly ack: Ack; readonly verified: boolean }> {
  const challenge = core.ids.nonce()
  const ack = await url.send(
    JSON.stringify({ type: 'url_verification', token: 'deprecated', challenge }),
    'application/json',
  )
  const { body } = ack
  const echoed = typeof body === 'object' && body !== null && 'challenge' in body ? body.challenge : body
  return { ack, verified: ack.ok && echoed === challenge }
}

/** Slack looks whether the certificate is good; the request is not signed in a way an app must check. */
export function sslCheck(url: RequestUrl): Promise<Ack> {
  return url.send('ssl_check=1&token=deprecated', 'application/x-www-form-urlencoded', 'no-headers')
}
