import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { startSlack } from './server.ts'

test('a response_url lives for half an hour, refuses bad blocks, and can replace the message whose button was pressed', async () => {
  let now = 1_800_000_000_000
  const sim = await startSlack({ now: () => now })
  const app = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
  await new Promise(done => app.once('listening', done))
  const address = app.address()
  sim.requestUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
  try {
    const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' }, value: 'v' }
    await fetch(`${sim.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sim.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'C0DARK', text: 'x', blocks: [{ type: 'actions', elements: [button] }] }),
    })
    const [message] = await sim.received(1)
    assert.ok(message)
    const { hook, ack } = await sim.action({ user: 'juno_albright', on: message, actionId: 'go' })
    assert.equal(ack.ok, true)
    const use = async (body: unknown) => {
      const response = await fetch(hook?.url ?? '', { method: 'POST', body: JSON.stringify(body) })
      return `${response.status} ${await response.text()}`
    }
    assert.equal(await use({ blocks: [{ type: 'nope' }] }), '400 invalid_blocks')
    assert.equal(await use({ replace_original: true, text: 'gone' }), '200 ok')
    assert.equal(sim.messages('dark-matter')[0]?.text, 'gone')
    assert.equal(await use({ delete_original: true }), '200 ok')
    assert.deepEqual(sim.messages('dark-matter'), [])
    now += 30 * 60_000 + 1
    assert.equal(await use({ text: 'late' }), '404 expired_url')
    assert.deepEqual(sim.ephemerals('U0JUNO'), [])
  } finally {
    app.closeAllConnections()
    app.close()
    await sim.close()
  }
})

test('a command that the app does not answer in time is a timeout for the person', async () => {
  const sim = await startSlack({ ackMs: 50 })
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await new Promise(done => silent.once('listening', done))
  const address = silent.address()
  sim.requestUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
  const late = await sim.command({ user: 'mira_okafor', channel: 'dark-matter', command: '/birdwire' })
  assert.equal(late.ack.error, 'operation_timeout')
  silent.closeAllConnections()
  silent.close()
  await new Promise(done => silent.once('close', done))
  const gone = await sim.command({ user: 'mira_okafor', channel: 'dark-matter', command: '/birdwire' })
  assert.equal(gone.ack.error, 'connection_failed')
  await sim.close()
})
