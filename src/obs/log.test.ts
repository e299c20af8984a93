import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import test from 'node:test'
import { createLog, dropping, forPeople, openLog } from './log.ts'

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

test('for a terminal lines are for people, and still without secrets', async () => {
  const { lines, to } = collector()
  createLog({ level: 'info', secrets: ['xoxb-secret'], to, pretty: await forPeople() }).info('posting with xoxb-secret')
  assert.match(lines.join(''), /INFO.*posting with \[secret\]/)
})

test('a file is for this user alone, and no secret is in it', async t => {
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-log-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const log = await openLog({ logLevel: 'info', secrets: ['xoxb-secret'], logFile: join(dir, 'logs', 'birdwire.log') })
  log.info('posting with xoxb-secret')
  const [name = ''] = readdirSync(join(dir, 'logs'))
  const file = join(dir, 'logs', name)
  assert.match(readFileSync(file, 'utf8'), /"msg":"posting with \[secret\]"/)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a start on another day begins a file of that day, named so that the order of names is the order of time', async t => {
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-log-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const place = { logLevel: 'info', secrets: [], logFile: join(dir, 'birdwire.log') } as const
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const days = ['first day', 'third day']
  for (const day of days) {
    const log = await openLog(place)
    log.info(day)
    t.mock.timers.setTime(Date.now() + 2 * 86_400_000)
  }
  const names = readdirSync(dir).sort()
  assert.equal(names.length, 2)
  for (const [n, name] of names.entries()) {
    assert.match(name, /^birdwire\.\d{4}-\d\d-\d\d\.1\.log$/)
    assert.match(readFileSync(join(dir, name), 'utf8'), new RegExp(`"msg":"${days[n]}"`))
  }
})

test('a full disk costs lines and not the process; it is said once until it goes on', () => {
  const said: string[] = []
  let full = true
  const kept: string[] = []
  const file = collector().to
  // As sonic-boom does: an error is an event, and the stream stays usable.
  file.write = (chunk: unknown) => {
    if (full) return !file.emit('error', new Error('ENOSPC: no space left on device'))
    kept.push(String(chunk))
    return file.emit('write', 1)
  }
  const log = createLog({ level: 'info', secrets: [], to: dropping(file, words => said.push(words)) })
  log.info('one')
  log.info('two')
  assert.equal(said.length, 1)
  full = false
  log.info('three')
  assert.match(kept.join(''), /three/)
  full = true
  log.info('four')
  assert.equal(said.length, 2)
})
