import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorld } from '../world/world.ts'
import { startX, type XOptions, type XSim } from './server.ts'
import { addRules, call, openStream } from './testing.ts'

const start = Date.UTC(2026, 10, 20, 14)

/** A simulator with one rule that matches everything the helper `post` writes. */
async function withSim(
  options: XOptions,
  body: (sim: XSim, post: (text?: string) => Promise<string>) => Promise<void>,
) {
  const sim = await startX({ world: createWorld({ now: start }), ...options })
  const post = async (text = 'axion 暗黒物質 🎉') => {
    const written = sim.world.post({ author: 'mira_okafor', text: `axion ${text}` })
    await sim.emit(written)
    return written.id
  }
  try {
    await addRules(sim, 'axion')
    await body(sim, post)
    sim.faults.assertAllFired()
  } finally {
    await sim.close()
  }
}

test('without a rule there is no stream; a second connection is refused while the first is open', async () => {
  const sim = await startX({ world: createWorld({ now: start }) })
  const none = await call(sim, 'GET', '/2/tweets/search/stream')
  assert.deepEqual([none.status, none.body['connection_issue']], [409, 'RuleConfigurationIssue'])
  await addRules(sim, 'axion')
  const first = await openStream(sim)
  const second = await call(sim, 'GET', '/2/tweets/search/stream')
  assert.deepEqual([second.status, second.body['connection_issue']], [429, 'TooManyConnections'])
  first.abort()
  await sim.disconnected()
  assert.equal((await openStream(sim)).status, 200)
  await sim.close()
})

test('a muted stream is kept alive and brings nothing; what was written meanwhile is not brought later, nor charged', () =>
  withSim({ keepAliveMs: 5 }, async (sim, post) => {
    const client = await openStream(sim)
    sim.mute(true)
    const unheard = await post()
    await sim.keepAlive()
    sim.mute(false)
    const heard = await post()
    await sim.end()
    assert.equal(await client.ended, 'end')
    assert.deepEqual([sim.wasOnWire(unheard), sim.wasOnWire(heard)], [false, true])
    assert.deepEqual(
      client.lines().map(line => line.data?.id),
      [heard],
    )
    assert.deepEqual(sim.bill.postIds(), [heard])
  }))

test('only posts that match a rule in force are written, each once, with the rules they match', () =>
  withSim({}, async (sim, post) => {
    await addRules(sim, '暗黒物質', 'nothing')
    const client = await openStream(sim)
    const id = await post()
    const silent = await sim.emit(sim.world.post({ author: 'gwen_pryce', text: 'lunch' }))
    const hidden = await sim.emit(sim.world.post({ author: 'ada_shielded', text: 'axion' }))
    assert.deepEqual([silent.onWire, hidden.onWire], [false, false])
    await sim.end()
    assert.equal(await client.ended, 'end')
    assert.deepEqual(
      client.lines().map(line => [line.data?.id, line.matching_rules?.map(rule => rule.tag)]),
      [[id, ['t:axion', 't:暗黒物質']]],
    )
    assert.deepEqual(
      sim.wire.map(entry => entry.id),
      [id],
    )
  }))

test('headers can be held back until the first byte', () =>
  withSim({ holdHeaders: true }, async sim => {
    let answered = false
    const opening = openStream(sim).then(client => {
      answered = true
      return client
    })
    await sim.connected()
    assert.equal(answered, false)
    await sim.keepAlive()
    assert.equal((await opening).status, 200)
  }))

test('a quiet stream is kept alive with bare line ends', () =>
  withSim({ keepAliveMs: 5 }, async sim => {
    const client = await openStream(sim)
    await client.received('\r\n\r\n\r\n')
    assert.match(client.text(), /^(\r\n)+$/)
  }))

for (const chunks of ['lines', 'random', 'tiny', 'lone-delimiter', 'mixed'] as const) {
  test(`cut into chunks as ${chunks}, the bytes are the same lines`, () =>
    withSim({ chunks }, async (sim, post) => {
      const client = await openStream(sim)
      const ids = []
      for (let i = 0; i < 20; i++) ids.push(await post(`${i} ${'暗黒物質 🎉 '.repeat(i * 5)}`))
      await sim.end()
      await client.ended
      assert.deepEqual(
        client.lines().map(line => line.data?.id),
        ids,
      )
      if (chunks === 'lone-delimiter') assert.ok(client.chunks.some(chunk => chunk.toString() === '\r\n'))
    }))
}

test('a line whose characters are all split still joins to the same text', () =>
  withSim({ chunks: 'lines' }, async (sim, post) => {
    sim.faults.schedule('split-utf8')
    const client = await openStream(sim)
    await post()
    await sim.end()
    await client.ended
    assert.ok(client.chunks.some(chunk => chunk.toString().includes('\ufffd')))
    assert.equal(client.lines()[0]?.data?.text, 'axion axion 暗黒物質 🎉')
  }))

for (const [fault, ending, whole] of [
  ['cut', 'cut', 1],
  ['end', 'end', 1],
  ['mid-line', 'cut', 0],
  ['mid-line-end', 'end', 0],
  ['operational-disconnect', 'end', 1],
] as const) {
  test(`${fault}: the connection ends by ${ending}, and only whole lines count as on the wire`, () =>
    withSim({}, async (sim, post) => {
      sim.faults.schedule(fault, { after: 1 })
      const client = await openStream(sim)
      const first = await post()
      const second = await post()
      assert.equal(await client.ended, ending)
      const posts = client.lines().filter(line => line.data !== undefined)
      assert.deepEqual(
        posts.map(line => line.data?.id),
        whole === 1 ? [first, second] : [first],
      )
      assert.equal(sim.wasOnWire(second), whole === 1)
      assert.equal(client.text().endsWith('\r\n'), whole === 1)
      assert.equal(client.text().includes('operational-disconnect'), fault === 'operational-disconnect')
      assert.deepEqual(sim.faults.fired(), { [fault]: 1 })
      const again = await openStream(sim)
      assert.equal(again.status, 200)
      assert.equal(sim.wasOnWire(await post()), true)
    }))
}

test('after a stall nothing is written, nothing is on the wire, and the socket stays open', () =>
  withSim({ keepAliveMs: 5 }, async (sim, post) => {
    sim.faults.schedule('stall')
    const client = await openStream(sim)
    const seen = await post()
    await client.received('\r\n')
    const unseen = await post()
    await sim.keepAlive()
    assert.deepEqual([sim.wasOnWire(seen), sim.wasOnWire(unseen)], [true, false])
    assert.equal(sim.connections[0]?.open, true)
    client.abort()
    await sim.disconnected()
    assert.equal(client.lines().length, 1)
  }))

test('a ghost occupies the place of a connection that ended, until its time is over or it is killed', () => {
  const world = createWorld({ now: start })
  return withSim({ world }, async sim => {
    const connect = async () => (await openStream(sim)).status
    sim.faults.schedule('ghost', { detail: { ms: 5000 } })
    const client = await openStream(sim)
    client.abort()
    await sim.disconnected()
    assert.equal(await connect(), 429)
    world.advance(5001)
    assert.equal(await connect(), 200)
    sim.haunt(60_000)
    await sim.cut()
    assert.equal(await connect(), 429)
    const killed = await call(sim, 'DELETE', '/2/connections/all')
    assert.deepEqual((killed.body['data'] as { successful_kills: number }).successful_kills, 1)
    assert.equal(await connect(), 200)
  })
})

test('garbage, unknown messages, doubles and posts out of order come when scheduled', () =>
  withSim({ chunks: 'lines' }, async (sim, post) => {
    const client = await openStream(sim)
    sim.faults.schedule('garbage')
    sim.faults.schedule('unknown-message')
    sim.faults.schedule('duplicate', { after: 1 })
    sim.faults.schedule('out-of-order', { after: 2 })
    const ids = []
    for (let i = 0; i < 4; i++) ids.push(await post())
    await sim.end()
    await client.ended
    const order = [...client.text().matchAll(/"data":\{"id":"([0-9]{6,})"/g)].map(match => match[1])
    assert.deepEqual(order, [ids[0], ids[1], ids[1], ids[3], ids[2]])
    assert.ok(client.text().startsWith('{"data":{"id":"12\r\n{"notice"'))
    assert.equal(sim.wasOnWire(ids[2] ?? ''), true)
  }))

test('by hand the stream can be cut, ended, stalled and disconnected, and each is counted', () =>
  withSim({}, async sim => {
    const endings = []
    for (const strike of [sim.cut, sim.end, sim.endMidLine, sim.disconnectOperationally]) {
      const client = await openStream(sim)
      await strike()
      endings.push(await client.ended)
    }
    assert.deepEqual(endings, ['cut', 'end', 'cut', 'end'])
    assert.deepEqual(
      sim.connections.map(connection => connection.endReason),
      ['reset', 'end', 'mid-line', 'operational'],
    )
    const client = await openStream(sim)
    await sim.stall()
    client.abort()
    await sim.disconnected()
    assert.deepEqual(sim.faults.fired(), { cut: 1, end: 1, 'mid-line': 1, 'operational-disconnect': 1, stall: 1 })
  }))

test('who does not read is disconnected when too much has piled up', () =>
  withSim({ bufferMax: 50_000 }, async sim => {
    const client = await openStream(sim)
    const posts = Array.from({ length: 400 }, () =>
      sim.world.post({ author: 'mira_okafor', text: `axion ${'x'.repeat(3000)}` }),
    )
    await Promise.all(posts.map(post => sim.emit(post)))
    assert.equal(await client.ended, 'cut')
    assert.equal(sim.connections[0]?.endReason, 'slow-reader')
  }))
