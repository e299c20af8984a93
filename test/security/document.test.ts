/** `docs/security.md` says what is so: its numbers are the limits, its files and settings are there, and it promises no test that is missing. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { settingNames } from '../../src/config.ts'
import {
  consoleCookieSeconds,
  consolePagesMax,
  consoleTokenCharsMin,
  httpConnectionsMax,
  httpHeaderBytesMax,
  httpHeadersMax,
  httpHeadersMs,
  httpRequestMs,
  slackBodyBytesMax,
  slackClockSkewMs,
} from '../../src/limits.ts'

const root = join(import.meta.dirname, '../..')
const text = readFileSync(join(root, 'docs/security.md'), 'utf8')

test('the numbers are the limits', () => {
  const row = (name: string) => text.split('\n').find(line => line.startsWith(`| ${name} |`)) ?? ''
  assert.match(row('a body from Slack'), new RegExp(`\\b${slackBodyBytesMax / 1024 ** 2} MB\\b`))
  assert.match(
    row('headers'),
    new RegExp(`\\b${httpHeaderBytesMax / 1024} KB, ${httpHeadersMax} of them.*\\b${httpHeadersMs / 1000} s`),
  )
  assert.match(row('the whole request'), new RegExp(`\\b${httpRequestMs / 1000} s`))
  assert.match(row('connections'), new RegExp(`\\b${httpConnectionsMax};`))
  assert.match(row('open pages'), new RegExp(`\\b${consolePagesMax}\\b`))
  assert.ok(text.includes(`${consoleTokenCharsMin} characters or more`))
  assert.ok(text.includes(`${consoleCookieSeconds / 86_400} days`))
  assert.equal(slackClockSkewMs, 5 * 60_000, '"five minutes"')
})

test('the files and settings that it names are there', () => {
  const files = [...text.matchAll(/`((?:src|test|docs|sim)\/[\w./-]+)`/g)].map(([, path = '']) => path)
  assert.ok(files.length >= 7)
  for (const path of files) assert.ok(existsSync(join(root, path)), path)
  const named = [...text.matchAll(/`((?:BIRDWIRE|X|SLACK|DATABASE)_[A-Z_]+)`/g)].map(([, name]) => name)
  assert.ok(named.length >= 4)
  assert.deepEqual(
    named.filter(name => !settingNames.some(known => known === name)),
    [],
  )
})
