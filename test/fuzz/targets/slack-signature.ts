/** Headers of signed requests: taken only with the one right signature of these very bytes, in time; never throws. */
import { createHmac } from 'node:crypto'
import { verify } from '../../../src/slack/in/verify.ts'
import { must, type Target } from '../target.ts'
import { isRecord, jsonIn, textOf } from './stub-fetch.ts'

// The example of docs.slack.dev/authentication/verifying-requests-from-slack.
const secret = '8f742231b10e8888abcd99yyyzzz85a5'
const nowMs = 1_531_420_618_000
const body = 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&command=%2Fweather&text=94070'

const signed = (timestamp: string, over: string) =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${over}`).digest('hex')}`
const seed = (timestamp: string) =>
  JSON.stringify({
    body,
    headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signed(timestamp, body) },
  })

export const slackSignature: Target = {
  name: 'slack-signature',
  shape: 'json',
  share: 65,
  charsMax: 20_000,
  seeds: [seed('1531420618'), seed('1531420318'), seed('1531420918'), seed('1531420919'), '{"body":"","headers":{}}'],
  words: [
    'x-slack-request-timestamp',
    'x-slack-signature',
    'v0=',
    'v1=',
    '1531420618',
    ' 1531420618',
    '1531420618.0',
    '-1',
    '0x5b47a48a',
    'NaN',
    'é',
  ],
  open: () => ({
    run(input) {
      const json = jsonIn(input)
      const request = isRecord(json) ? json : {}
      const given = isRecord(request['headers']) ? request['headers'] : {}
      const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, textOf(value)]))
      const rawBody = Buffer.from(textOf(request['body'] ?? ''))
      const { ok } = verify({ headers, rawBody }, secret, nowMs)
      return () => {
        const { 'x-slack-request-timestamp': timestamp = '', 'x-slack-signature': signature = '' } = headers
        const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN
        const right = Math.abs(nowMs / 1000 - seconds) <= 300 && signature === signed(timestamp, rawBody.toString())
        must(ok === right, ok ? 'a wrong signature is taken' : 'a right signature is refused', headers)
      }
    },
  }),
}
