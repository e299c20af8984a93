/** Each class of Slack's error codes, written down a second time by hand: what may be sent again and what may not. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { slackRetryAfterMs, slackRetryAfterMsMax } from '../../limits.ts'
import { outcomeOf, type Reply, rules } from './outcome.ts'

const outcome = (reply: Reply) => outcomeOf(reply, () => undefined)
const error = (code: string, ...details: string[]) => outcome({ kind: 'error', code, details })

/** docs.slack.dev/reference/methods/chat.postMessage, by what follows from them. */
const classes = {
  'refused channel': `is_archived is_inactive restricted_action restricted_action_read_only_channel
    restricted_action_thread_only_channel restricted_action_non_threadable_channel restricted_action_thread_locked
    messages_tab_disabled ekm_access_denied method_not_supported_for_channel_type team_access_not_granted app_access_restricted`,
  absent: 'not_in_channel channel_not_found',
  'refused workspace': `invalid_auth account_inactive token_revoked token_expired not_authed missing_scope not_allowed_token_type
    no_permission access_denied user_removed_from_team team_disabled two_factor_setup_required enterprise_is_restricted
    org_login_required bad_client_secret invalid_client_id invalid_refresh_token`,
  'refused message': `invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text invalid_attachments
    too_many_attachments attachment_payload_limit_exceeded metadata_too_large invalid_metadata_format invalid_metadata_schema
    markdown_text_conflict block_mismatch cannot_reply_to_message invalid_arguments invalid_arg_name invalid_array_arg
    invalid_charset invalid_form_data invalid_post_type cant_update_message edit_window_closed message_not_found
    cant_delete_message`,
  'retry workspace': 'ratelimited rate_limited message_limit_exceeded service_unavailable team_added_to_org',
  'retry message': 'external_channel_migrating',
  unknown: 'fatal_error internal_error request_timeout duplicate_message_not_found duplicate_channel_not_found',
}

for (const [expected, codes] of Object.entries(classes)) {
  test(`each of these codes is ${expected}`, () => {
    for (const code of codes.split(/\s+/)) {
      const result = error(code)
      assert.equal('scope' in result ? `${result.kind} ${result.scope}` : result.kind, expected, code)
    }
  })
}

test('the table has no code that this test does not know', () => {
  assert.deepEqual(Object.keys(rules).toSorted(), Object.values(classes).join(' ').split(/\s+/).toSorted())
})

test('I6 a code nobody knows, even one named like a part of every object, says nothing about where the message is', () => {
  for (const code of ['brand_new_code', 'constructor', 'to_string']) {
    const result = error(code, 'some detail')
    assert.ok(result.kind === 'unknown')
    assert.match(result.why, new RegExp(`${code}.*some detail`))
  }
})

test('a picture that Slack could not fetch costs the picture; other faults of blocks are refusals', () => {
  assert.equal(error('invalid_blocks', 'downloading image failed [json-pointer:/blocks/2/image_url]').kind, 'image')
  const named = error('invalid_blocks', 'downloading image failed [json-pointer:/blocks/2/image_url]', 'something else')
  assert.ok(named.kind === 'image')
  assert.deepEqual(named.at, ['/blocks/2/image_url'], 'and it is known which')
  assert.equal('at' in error('invalid_blocks', 'downloading image failed'), false)
  assert.equal(error('invalid_blocks', 'no more than 50 items allowed [json-pointer:/blocks]').kind, 'refused')
})

test('Retry-After is honoured, with sane bounds, and a missing one is replaced', () => {
  const after = (retryAfterMs: number | undefined) => {
    const result = outcome({ kind: 'limited', retryAfterMs })
    assert.ok(result.kind === 'retry' && result.scope === 'workspace' && result.limited === true)
    return result.afterMs
  }
  assert.equal(after(7000), 7000)
  assert.equal(after(undefined), slackRetryAfterMs)
  assert.equal(after(-5), 1000)
  assert.equal(after(1e12), slackRetryAfterMsMax)
})

test('what may have been written is unknown; what surely was not may be tried again', () => {
  for (const status of [500, 502, 503, 504, 408, 204, 302, 400, 409, 413, 421])
    assert.equal(outcome({ kind: 'http', status }).kind, 'unknown')
  assert.equal(outcome({ kind: 'network', written: true, why: 'reset' }).kind, 'unknown')
  assert.equal(outcome({ kind: 'garbled', why: 'html' }).kind, 'unknown')
  assert.equal(outcome({ kind: 'ok', body: {} }).kind, 'unknown', 'ok without a ts: it is there, but where?')
  const refused = outcome({ kind: 'network', written: false, why: 'ECONNREFUSED' })
  assert.ok(refused.kind === 'retry' && refused.scope === 'workspace' && refused.limited === undefined)
})

test('something in front of Slack that refuses access is no fault of the message', () => {
  for (const status of [401, 403, 404, 407]) {
    const result = outcome({ kind: 'http', status })
    assert.ok(result.kind === 'refused' && result.scope === 'workspace', String(status))
  }
})

test('an ok with a ts is sent', () => {
  const reply: Reply = { kind: 'ok', body: { ts: '1.000002' } }
  assert.deepEqual(
    outcomeOf(reply, () => '1.000002'),
    { kind: 'sent', ts: '1.000002' },
  )
})
