/**
 * Slack's reply to an attempt → Outcome. A pure table over the error codes of docs.slack.dev/reference/methods/chat.postMessage
 * (and of the calls around it). The question that decides each row: may the message be in the channel? Only where Slack surely does
 * not have it may it be sent again without looking (I6).
 */
import type { Outcome } from '../../domain/outcome.ts'
import { slackMessageLimitMs, slackRetryAfterMs, slackRetryAfterMsMax, slackUnreachableMs } from '../../limits.ts'

/** What came back from one call, whatever client made it. */
export type Reply =
  | { readonly kind: 'ok'; readonly body: unknown }
  /** `ok: false`. `errors` and `messages` are Slack's own details, as in `invalid_blocks`. */
  | { readonly kind: 'error'; readonly code: string; readonly details: readonly string[] }
  /** 429. `retryAfterMs` undefined: without a usable header. */
  | { readonly kind: 'limited'; readonly retryAfterMs: number | undefined }
  /** Any other status than 200. */
  | { readonly kind: 'http'; readonly status: number }
  /** No reply. `written` false: the request surely never left (refused, unknown host, TLS). */
  | { readonly kind: 'network'; readonly written: boolean; readonly why: string }
  /** 200 with a body that is not Slack's JSON. */
  | { readonly kind: 'garbled'; readonly why: string }

type Rule =
  | { readonly to: 'channel' | 'workspace' | 'message'; readonly why: string }
  | { readonly to: 'absent' | 'unknown'; readonly why: string }
  | {
      readonly to: 'retry'
      readonly scope: 'message' | 'workspace'
      readonly afterMs: number
      readonly why: string
      readonly limited?: true
    }

const channel = (why: string): Rule => ({ to: 'channel', why })
const workspace = (why: string): Rule => ({ to: 'workspace', why })
const payload: Rule = { to: 'message', why: 'Slack does not take the message as it is' }
const unsure: Rule = { to: 'unknown', why: 'Slack failed in the middle; the message may be there' }
const limited: Rule = {
  to: 'retry',
  scope: 'workspace',
  afterMs: slackRetryAfterMs,
  why: 'Slack limits our rate',
  limited: true,
}
const noPosting = channel('this channel does not let the app post')

/** Every code we know, by class. One that is not here says nothing about where the message is: it is looked for. */
export const rules: Readonly<Record<string, Rule>> = {
  // The destination, for good.
  is_archived: channel('the channel is archived'),
  is_inactive: channel('the channel is frozen, archived or deleted'),
  restricted_action: noPosting,
  restricted_action_read_only_channel: channel('the channel is read-only'),
  restricted_action_thread_only_channel: channel('the channel takes replies in threads only'),
  restricted_action_non_threadable_channel: noPosting,
  restricted_action_thread_locked: noPosting,
  messages_tab_disabled: channel('the app has no Messages tab'),
  ekm_access_denied: channel('the administrators suspended posting here (EKM)'),
  method_not_supported_for_channel_type: channel('this kind of conversation takes no posts of apps'),
  team_access_not_granted: channel('the app is not granted access to this workspace'),
  app_access_restricted: channel('the administrators restrict the app here'),

  // The destination, until a person invites us. Slack answers `channel_not_found` for a private channel we are not in, too.
  not_in_channel: { to: 'absent', why: 'the app is not in the channel' },
  channel_not_found: { to: 'absent', why: 'the channel does not exist, or is private and the app is not in it' },

  // The installation, until a person helps.
  invalid_auth: workspace('Slack does not accept the bot token, or not from this address'),
  account_inactive: workspace('the bot token belongs to a deleted user or workspace'),
  token_revoked: workspace('the bot token was revoked'),
  token_expired: workspace('the bot token has expired'),
  not_authed: workspace('no bot token was sent'),
  missing_scope: workspace('the app lacks a scope; reinstall it with the manifest'),
  not_allowed_token_type: workspace('this kind of token may not post'),
  no_permission: workspace('the app may not post in this workspace'),
  access_denied: workspace('the app may not post in this workspace'),
  user_removed_from_team: workspace('the bot user was removed from the workspace'),
  team_disabled: workspace('the workspace is disabled'),
  two_factor_setup_required: workspace('the workspace demands two-factor authentication first'),
  enterprise_is_restricted: workspace('the enterprise restricts this method'),
  org_login_required: workspace('the workspace is being moved to an organisation'),
  bad_client_secret: workspace('the app credentials are wrong'),
  invalid_client_id: workspace('the app credentials are wrong'),
  invalid_refresh_token: workspace('the app credentials are wrong'),

  // The payload.
  invalid_blocks: payload,
  invalid_blocks_format: payload,
  msg_blocks_too_long: payload,
  msg_too_long: payload,
  no_text: payload,
  invalid_attachments: payload,
  too_many_attachments: payload,
  attachment_payload_limit_exceeded: payload,
  metadata_too_large: payload,
  invalid_metadata_format: payload,
  invalid_metadata_schema: payload,
  markdown_text_conflict: payload,
  block_mismatch: payload,
  cannot_reply_to_message: payload,
  invalid_arguments: payload,
  invalid_arg_name: payload,
  invalid_array_arg: payload,
  invalid_charset: payload,
  invalid_form_data: payload,
  invalid_post_type: payload,
  cant_update_message: payload,
  edit_window_closed: payload,
  message_not_found: payload,
  cant_delete_message: payload,

  // The rate.
  ratelimited: limited,
  rate_limited: limited,
  message_limit_exceeded: {
    to: 'retry',
    scope: 'workspace',
    afterMs: slackMessageLimitMs,
    why: "the workspace's limit of messages is used up",
  },

  // Passing, and surely not delivered.
  service_unavailable: {
    to: 'retry',
    scope: 'workspace',
    afterMs: slackUnreachableMs,
    why: 'Slack says it is not available',
  },
  team_added_to_org: {
    to: 'retry',
    scope: 'workspace',
    afterMs: slackRetryAfterMs,
    why: 'the workspace is being moved to an organisation',
  },
  external_channel_migrating: {
    to: 'retry',
    scope: 'message',
    afterMs: slackRetryAfterMs,
    why: 'the shared channel is being moved',
  },

  // It may be there.
  fatal_error: unsure,
  internal_error: unsure,
  request_timeout: unsure,
  duplicate_message_not_found: unsure,
  duplicate_channel_not_found: unsure,
}

/** Whether the table has a row for the code. */
export function isListed(code: string): boolean {
  return Object.hasOwn(rules, code)
}

/** Codes of a post into a thread that say that nobody can reply there: the channel itself is another matter. */
const noThread: ReadonlySet<string> = new Set([
  'thread_not_found',
  'message_not_found',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
  'restricted_action_non_threadable_channel',
])

/** Of a reply to a post into a thread: how it ended when that is for want of the thread; else undefined. */
export function threadLost(reply: Reply): Extract<Outcome, { kind: 'gone' }> | undefined {
  return reply.kind === 'error' && noThread.has(reply.code)
    ? { kind: 'gone', why: `there is no thread to reply in (${reply.code})` }
    : undefined
}

/** How the attempt ended. `ts` is what an `ok` reply gave as the message's id. */
export function outcomeOf(reply: Reply, ts: (body: unknown) => string | undefined): Outcome {
  switch (reply.kind) {
    case 'ok': {
      const id = ts(reply.body)
      return id === undefined ? { kind: 'unknown', why: 'Slack said ok but not where' } : { kind: 'sent', ts: id }
    }
    case 'error':
      return ofCode(reply.code, reply.details)
    case 'limited':
      return {
        kind: 'retry',
        scope: 'workspace',
        // Never less than a second, whatever a header says, and never so long that nobody would try again.
        afterMs: Math.min(Math.max(reply.retryAfterMs ?? slackRetryAfterMs, 1000), slackRetryAfterMsMax),
        why: 'Slack limits our rate (429)',
        limited: true,
      }
    case 'http':
      return ofStatus(reply.status)
    case 'network':
      return reply.written
        ? { kind: 'unknown', why: reply.why }
        : {
            kind: 'retry',
            scope: 'workspace',
            afterMs: slackUnreachableMs,
            why: `Slack cannot be reached: ${reply.why}`,
          }
    case 'garbled':
      return { kind: 'unknown', why: reply.why }
  }
}

function ofCode(code: string, details: readonly string[]): Outcome {
  const detail = details.length === 0 ? '' : ` (${details.join('; ')})`
  if (code === 'invalid_blocks' && details.some(text => text.includes('downloading image failed'))) {
    const at = details.flatMap(text => /downloading image failed.*\[json-pointer:([^\]]+)\]/.exec(text)?.[1] ?? [])
    return { kind: 'image', why: `Slack could not fetch a picture${detail}`, ...(at.length === 0 ? {} : { at }) }
  }
  const rule = isListed(code) ? rules[code] : undefined
  if (rule === undefined) return { kind: 'unknown', why: `Slack answers ${code}${detail}` }
  switch (rule.to) {
    case 'absent':
      return { kind: 'absent', code, why: rule.why }
    case 'unknown':
      return { kind: 'unknown', why: `${rule.why} (${code})` }
    case 'retry':
      return {
        kind: 'retry',
        scope: rule.scope,
        afterMs: rule.afterMs,
        why: `${rule.why} (${code})`,
        ...(rule.limited === true ? { limited: true } : {}),
      }
    default:
      return { kind: 'refused', scope: rule.to, code, why: `${rule.why}${detail}` }
  }
}

/**
 * Slack itself uses 200 and 429 only; other statuses come from something in front of it. That it refuses access, it says before anything
 * is passed on; of any other status nobody knows where it arose, so the message is looked for.
 */
function ofStatus(status: number): Outcome {
  const code = `http_${status}`
  const why = `HTTP ${status}`
  if ([401, 403, 404, 407].includes(status)) {
    return {
      kind: 'refused',
      scope: 'workspace',
      code,
      why: `${why} instead of Slack: is the address or a proxy wrong?`,
    }
  }
  return { kind: 'unknown', why }
}
