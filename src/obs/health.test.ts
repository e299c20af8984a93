import assert from 'node:assert/strict'
import test from 'node:test'
import type { Finding } from '../domain/finding.ts'
import type { SourceState } from '../source/source.ts'
import { Health } from './health.ts'

const streaming: SourceState = {
  name: 'x',
  state: 'streaming',
  since: 0,
  detail: 'Reading X.',
  problems: [],
  connects: 1,
}

function health(
  change: {
    state?: SourceState
    trouble?: string
    slack?: 'ready' | 'blocked'
    silences?: readonly Finding[]
    budget?: Finding
    others?: readonly Finding[]
  } = {},
  now = { at: 1000 },
) {
  return new Health({
    store: { nextDueAt: async () => undefined },
    clock: { now: () => now.at, sleep: async () => {} },
    source: { name: 'x', state: () => change.state ?? streaming },
    slackIn: { state: () => ({ state: change.slack ?? 'ready', detail: 'Hears the workspace.' }) },
    storeTrouble: () => change.trouble,
    silence: { findings: () => change.silences ?? [] },
    others: () => change.others ?? [],
    economy: { findings: () => (change.budget === undefined ? [] : [change.budget]) },
  })
}

const wrong = async (which: Health) => (await which.readiness()).parts.filter(({ ok }) => !ok).map(({ name }) => name)

test('ready when the store is open, Slack hears and X is read', async () => {
  assert.deepEqual(await health().readiness(), {
    ready: true,
    parts: [
      { name: 'store', ok: true, detail: 'The database is open.' },
      { name: 'slack', ok: true, detail: 'Hears the workspace.' },
      { name: 'x', ok: true, detail: 'Reading X.' },
    ],
  })
})

test('each trouble makes its own part not ready', async () => {
  assert.deepEqual(await wrong(health({ trouble: 'no space left.' })), ['store'])
  assert.deepEqual(await wrong(health({ slack: 'blocked' })), ['slack'])
  assert.deepEqual(await wrong(health({ state: { ...streaming, state: 'blocked' } })), ['x'])
  assert.deepEqual(await wrong(health({ state: { ...streaming, problems: ['X refuses a rule.'] } })), ['x'])
})

test('a quiet account is mentioned and harms nothing; missed posts and a budget that is used up do', async () => {
  const quiet: Finding = { name: 'silence', ok: true, detail: 'Nothing of @ann.' }
  const missed: Finding = { name: 'silence', ok: false, detail: 'Posts of @bob did not come.' }
  const one = await health({ silences: [quiet] }).readiness()
  assert.deepEqual([one.ready, one.parts.at(-2)], [true, quiet])
  assert.deepEqual(await wrong(health({ silences: [quiet, missed] })), ['silence'])
  assert.deepEqual(await wrong(health({ budget: { name: 'budget', ok: false, detail: 'Used up.' } })), ['budget'])
})

test('a hold of all messages to Slack is told until it is over or a message went through', async () => {
  const now = { at: 1000 }
  const held = health({}, now)
  held.deliver({ kind: 'workspace-held', until: 5000, why: 'the token was revoked' })
  assert.deepEqual(await wrong(held), ['slack'])
  now.at = 5001
  assert.deepEqual(await wrong(held), [])
  now.at = 2000
  held.deliver({
    kind: 'sent',
    channel: 'C1',
    deliveryId: 'd',
    ts: '1.1',
    attempts: 1,
    found: false,
    waitedMs: 1,
    tookMs: 1,
  })
  assert.deepEqual(await wrong(held), [])
})

test('what another process knows counts as if it were known here, once, and instead of what is well here', async () => {
  const refused: Finding = { name: 'slack', ok: false, detail: 'Nothing is sent to Slack for now: token_revoked.' }
  const budget: Finding = { name: 'money', ok: false, detail: 'Topics are not read until December.' }
  const { ready, parts } = await health({ others: [refused, budget], budget }).readiness()
  assert.equal(ready, false)
  assert.deepEqual(parts.slice(1), [budget, refused, { name: 'x', ok: true, detail: 'Reading X.' }])
})

test('a process tells the others what only it can see', () => {
  const now = { at: 1000 }
  const missed: Finding = { name: 'silence', ok: false, detail: 'Posts of @bob did not come.' }
  const one = health({ silences: [missed] }, now)
  assert.deepEqual(one.told(), [missed])
  one.deliver({ kind: 'workspace-held', until: 2000, why: 'token_revoked' })
  assert.deepEqual(one.told(), [
    { name: 'slack', ok: false, detail: 'Nothing is sent to Slack for now: token_revoked.' },
    missed,
  ])
  now.at = 2000
  assert.deepEqual(one.told(), [missed])
})
