import assert from 'node:assert/strict'
import test from 'node:test'
import { leaks } from './secrets.ts'

const secret = 'a"b/c=0123456789abcdef0123456789abcdef'

test('a secret is found in every form in which it can be read, and named without being shown', () => {
  const forms = [
    `x${secret}y`,
    JSON.stringify({ error: `bad ${secret}` }),
    `https://x.example/?t=${encodeURIComponent(secret)}`,
    `Basic ${Buffer.from(`${secret}:x`).toString('base64')}`,
    `…${secret.slice(secret.length / 2)}`,
  ]
  for (const form of forms) {
    assert.deepEqual(leaks({ token: secret }, [['log', form]]), ['token in log'], form)
    assert.deepEqual(leaks({ token: secret }, [['file', Buffer.from(form)]]), ['token in file'])
  }
  assert.deepEqual(leaks({ token: secret }, [['log', secret.slice(0, 10)]]), [])
  assert.deepEqual(leaks({ token: 'wrong' }, [['log', 'what is wrong']]), [], 'too short to be one')
})
