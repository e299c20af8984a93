/** Goal: every fault strikes as it says, and tells the truth about what was written. Method: plain HTTP, one fault a test. */
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { type SlackSim, startSlack } from './server.ts'
import { type Trouble, troubles } from './troubles.ts'

let sim = await startSlack()
beforeEach(async () => {
  await sim.close()
  sim = await startSlack()
})
after(() => sim.close())

const picture = { type: 'image', image_url: 'https://pictures.example/a.png', alt_text: 'a' }

/** What a caller sees of one post. */
async function post(from: SlackSim): Promise<string> {
  try {
    const response = await fetch(`${from.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${from.botToken}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ channel: 'C0DARK', text: 'x', blocks: [picture] }),
      signal: AbortSignal.timeout(200),
    })
    const text = await response.text()
    const wait = response.headers.get('retry-after')
    return [response.status, wait === null ? undefined : `after ${wait}`, errorIn(text)].filter(Boolean).join(' ')
  } catch (error) {
    return error instanceof DOMException ? 'silence' : 'reset'
  }
}

function errorIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : 'ok'
  } catch {
    return 'unreadable'
  }
}

/** What the caller sees, and whether the message is there all the same. */
const expected: Readonly<Record<Trouble, readonly [string, 'written' | 'nothing']>> = {
  'rate-limited': ['429 after 1 ratelimited', 'nothing'],
  'rate-limited-bare': ['429 ratelimited', 'nothing'],
  'http-before': ['503 unreadable', 'nothing'],
  'http-after': ['502 unreadable', 'written'],
  'drop-before': ['reset', 'nothing'],
  'drop-after': ['reset', 'written'],
  'hang-before': ['silence', 'nothing'],
  'hang-after': ['silence', 'written'],
  delay: ['200 ok', 'written'],
  'malformed-after': ['200 unreadable', 'written'],
  'html-after': ['200 unreadable', 'written'],
  'error-before': ['200 internal_error', 'nothing'],
  'error-after': ['200 internal_error', 'written'],
  'service-unavailable': ['200 service_unavailable', 'nothing'],
  'image-download': ['200 invalid_blocks', 'nothing'],
  'token-revoked': ['200 token_revoked', 'nothing'],
  'channel-archived': ['200 is_archived', 'nothing'],
}

for (const trouble of troubles) {
  test(`${trouble}: the caller sees "${expected[trouble][0]}" and there is ${expected[trouble][1]}`, async () => {
    sim.faults.schedule(`post:${trouble}`, { subject: 'C0DARK' })
    assert.equal(await post(sim), expected[trouble][0])
    sim.faults.assertAllFired()
    const written = sim.messages('C0DARK').length === 1
    assert.equal(written ? 'written' : 'nothing', expected[trouble][1])
    const [record] = sim.posts()
    assert.equal(record?.fault, trouble)
    assert.equal(record?.committed !== undefined, written)
  })
}

test('the post after a fault is well, but for what lasts', async () => {
  sim.faults.schedule('post:drop-before')
  assert.equal(await post(sim), 'reset')
  assert.equal(await post(sim), '200 ok')
})

test('a fault for other calls leaves posts alone, and one for a channel leaves other channels alone', async () => {
  sim.faults.schedule('call:http-before', { subject: 'conversations.history' })
  sim.faults.schedule('post:http-before', { subject: 'C0QUBITS' })
  assert.equal(await post(sim), '200 ok')
  assert.deepEqual(sim.faults.fired(), {})
})

test('a message that was just written can be missing from history for a while', async () => {
  let now = 1_800_000_000_000
  const lagging = await startSlack({ historyLagMs: 3000, now: () => now })
  const count = async () => {
    const response = await fetch(`${lagging.apiUrl}conversations.history?channel=C0DARK`, {
      headers: { authorization: `Bearer ${lagging.botToken}` },
    })
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null && 'messages' in body && Array.isArray(body.messages)
      ? body.messages.length
      : -1
  }
  assert.equal(await post(lagging), '200 ok')
  assert.equal(await count(), 0)
  now += 3000
  assert.equal(await count(), 1)
  await lagging.close()
})

test('somebody who waits for messages that never come is told when the simulator closes', async () => {
  const other = await startSlack()
  const waiting = other.received(1)
  await other.close()
  await assert.rejects(waiting, /closed while somebody waited/)
})
