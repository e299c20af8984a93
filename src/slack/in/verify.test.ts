import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { verify } from './verify.ts'

// The documented example, docs.slack.dev/authentication/verifying-requests-from-slack
const secret = '8f742231b10e8888abcd99yyyzzz85a5'
const rawBody = Buffer.from(
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
)
const timestamp = '1531420618'
const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'
const now = 1_531_420_618_000
const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature }

test("Slack's own example is taken", () => {
  assert.deepEqual(verify({ headers, rawBody }, secret, now), { ok: true })
})

test('five minutes off are taken in both directions, a moment more is not', () => {
  for (const off of [-300_000, 300_000]) assert.equal(verify({ headers, rawBody }, secret, now + off).ok, true)
  for (const off of [-300_001, 300_001]) assert.equal(verify({ headers, rawBody }, secret, now + off).ok, false)
})

test('one changed byte, another secret, another time: refused', () => {
  const other = Buffer.from(rawBody)
  other[0] = 0x55
  assert.equal(verify({ headers, rawBody: other }, secret, now).ok, false)
  assert.equal(verify({ headers, rawBody }, `${secret}x`, now).ok, false)
  const later = { ...headers, 'x-slack-request-timestamp': '1531420619' }
  assert.equal(verify({ headers: later, rawBody }, secret, now).ok, false)
})

test('whatever the headers hold, it is a verdict and never a crash', () => {
  const header = fc.option(fc.string({ unit: 'binary' }), { nil: undefined })
  fc.assert(
    fc.property(header, header, fc.uint8Array(), (time, sign, body) => {
      const request = { headers: { 'x-slack-request-timestamp': time, 'x-slack-signature': sign }, rawBody: body }
      assert.equal(verify(request, secret, now).ok, false)
    }),
  )
  for (const time of ['', 'yesterday', '1e9', '-1531420618', ' 1531420618', 'NaN', 'Infinity'])
    assert.equal(verify({ headers: { ...headers, 'x-slack-request-timestamp': time }, rawBody }, secret, now).ok, false)
})
