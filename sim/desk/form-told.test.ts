import assert from 'node:assert/strict'
import test from 'node:test'
import { toldBy } from './form-told.ts'

test('what changed in a form reads like what somebody would have typed', () => {
  const held = {
    'view:follow': null,
    'view:followed': '@mira_okafor\n@ligo_lab',
    'view:keywords': 'xenon',
    'view:topics': null,
    'view:paused': [],
  }
  const sent = {
    'view:follow': '@gwen_pryce, @tomas_lind',
    'view:followed': '@mira_okafor',
    'view:keywords': 'xenon\n"dark matter"',
    'view:topics': 'axion',
    'view:paused': ['paused'],
  }
  assert.deepEqual(toldBy(held, sent), [
    '/birdwire follow @gwen_pryce @tomas_lind',
    '/birdwire unfollow @ligo_lab',
    '/birdwire keyword add "dark matter"',
    '/birdwire topic add axion',
    '/birdwire pause',
  ])
})

test('what stayed asks for nothing, however empty is written; what is beyond the desk says so', () => {
  assert.deepEqual(toldBy({ 'view:topics': null, 'view:kinds': ['a'] }, { 'view:topics': '', 'view:kinds': ['a'] }), [])
  assert.deepEqual(toldBy({ 'view:zone': 'UTC' }, { 'view:zone': 'Europe/Berlin' }), [])
  assert.deepEqual(toldBy({ 'view:kinds': ['a'] }, { 'view:kinds': [] }), ['/birdwire form'])
})
