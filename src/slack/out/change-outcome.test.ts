/** What each reply to chat.update and chat.delete means, written down by hand: above all that none of them is ever unknown. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { type ChangeKind, changeOutcomeOf } from './change-outcome.ts'
import { type Reply, rules } from './outcome.ts'

const kinds: readonly ChangeKind[] = ['update', 'delete']
const error = (code: string): Reply => ({ kind: 'error', code, details: [] })

test('whatever is unknown of a post is tried again: a change may be repeated', () => {
  const replies: readonly Reply[] = [
    { kind: 'http', status: 500 },
    { kind: 'network', written: true, why: 'no reply in time' },
    { kind: 'garbled', why: 'not JSON' },
    error('internal_error'),
    error('a_code_that_nobody_knows'),
  ]
  for (const kind of kinds) {
    for (const reply of replies) {
      const outcome = changeOutcomeOf(reply, kind, '1.1')
      assert.equal(outcome.kind === 'retry' && outcome.scope, 'message', JSON.stringify(reply))
    }
    for (const code of Object.keys(rules)) assert.notEqual(changeOutcomeOf(error(code), kind, '1.1').kind, 'unknown')
  }
})

test('a message that is not there is deleted as far as we care, and nothing to bring back where it was to be edited', () => {
  assert.deepEqual(changeOutcomeOf(error('message_not_found'), 'delete', '1.1'), { kind: 'sent', ts: '1.1' })
  assert.equal(changeOutcomeOf(error('message_not_found'), 'update', '1.1').kind, 'gone')
})

test('a message that may not be changed is refused whatever its form; a payload is refused as it is', () => {
  const scope = (code: string, kind: ChangeKind) => {
    const outcome = changeOutcomeOf(error(code), kind, '1.1')
    return outcome.kind === 'refused' ? outcome.scope : outcome.kind
  }
  assert.equal(scope('cant_update_message', 'update'), 'change')
  assert.equal(scope('edit_window_closed', 'update'), 'change')
  assert.equal(scope('cant_delete_message', 'delete'), 'change')
  assert.equal(scope('compliance_exports_prevent_deletion', 'delete'), 'change')
  assert.equal(scope('invalid_blocks', 'update'), 'message')
  assert.equal(scope('is_inactive', 'update'), 'channel')
  assert.equal(scope('token_revoked', 'delete'), 'workspace')
})

test('a limit on changes holds changes alone; a Slack that cannot be reached holds everything', () => {
  for (const reply of [{ kind: 'limited', retryAfterMs: 7000 }, error('ratelimited')] satisfies Reply[]) {
    const outcome = changeOutcomeOf(reply, 'update', '1.1')
    assert.equal(outcome.kind === 'retry' && outcome.scope, 'method')
  }
  const unreachable = changeOutcomeOf({ kind: 'network', written: false, why: 'ECONNREFUSED' }, 'update', '1.1')
  assert.equal(unreachable.kind === 'retry' && unreachable.scope, 'workspace')
})

test('a picture that Slack cannot fetch is an image failure, as of a post', () => {
  const reply: Reply = {
    kind: 'error',
    code: 'invalid_blocks',
    details: ['downloading image failed [json-pointer:/blocks/1/image_url]'],
  }
  assert.deepEqual(changeOutcomeOf(reply, 'update', '1.1'), {
    kind: 'image',
    why: 'Slack could not fetch a picture (downloading image failed [json-pointer:/blocks/1/image_url])',
    at: ['/blocks/1/image_url'],
  })
})

test('an ok is done, even one that does not say where', () => {
  assert.deepEqual(changeOutcomeOf({ kind: 'ok', body: {} }, 'update', '1.1'), { kind: 'sent', ts: '1.1' })
})
