import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import test from 'node:test'
import { createLog } from './log.ts'

function collector() {
  const lines: string[] = []
  const to = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk))
      done()
    },
  })
  return { lines, to }
}

test('a secret never reaches a line, not in a message, a field, an error or an address', () => {
  const { lines, to } = collector()
  const secret = 'AAAA%2Fbearer"quoted'
  const log = createLog({ level: 'debug', secrets: [secret], to })
  log.info(`the token ${secret} is here`)
  log.warn({ header: `Bearer ${secret}`, error: new Error(`bad ${secret}`) }, 'refused')
  log.error(`https://x.example/?token=${encodeURIComponent(secret)}`)
  const all = lines.join('')
  assert.equal(lines.length, 3)
  assert.match(all, /\[secret\]/)
  assert.doesNotMatch(all, /bearer/)
})

test('lines are JSON with a level, a time and the message', () => {
  const { lines, to } = collector()
  createLog({ level: 'info', secrets: [], to }).info({ channel: 'C1' }, 'sent')
  const line: unknown = JSON.parse(lines[0] ?? '')
  assert.ok(typeof line === 'object' && line !== null && 'channel' in line && 'msg' in line && 'time' in line)
  assert.equal(line.msg, 'sent')
})

test('for a terminal lines are for people, and still without secrets', () => {
  const { lines, to } = collector()
  createLog({ level: 'info', secrets: ['xoxb-secret'], to, pretty: true }).info('posting with xoxb-secret')
  assert.match(lines.join(''), /INFO.*posting with \[secret\]/)
})
