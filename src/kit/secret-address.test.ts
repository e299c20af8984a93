import assert from 'node:assert/strict'
import test from 'node:test'
import { isAddress, secretsInAddress, withoutSecrets } from './secret-address.ts'

test('every secret of an address is known, as typed and as meant, and none is shown', () => {
  const address = 'postgres://app:first%23one@db/bird?sslpassword=key%2Bword&password=second&sslmode=require'
  const secrets = ['first%23one', 'first#one', 'second', 'second', 'key%2Bword', 'key+word']
  assert.deepEqual(secretsInAddress(address), secrets)
  assert.equal(withoutSecrets(address), 'postgres://app@db/bird')
  assert.deepEqual(secretsInAddress('postgres://app@db/bird'), [])
})

test('an address whose password cannot be read, or would be taken for something else, is none', () => {
  assert.ok(isAddress('postgres://app:50%25@db/bird'))
  const misread = ['app:12#ab@db/bird', 'app:12/ab@db/bird', 'a%pp:b@db/bird', 'app:b@db/bi%rd'].map(
    rest => `postgres://${rest}`,
  )
  for (const broken of ['postgres://app:50%@db/bird', 'postgres//app@db', 'postgres://app:a#b@db/x:y', '', ...misread])
    assert.equal(isAddress(broken), false, broken)
})
