import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startX, type XSim } from './server.ts'
import { call, openStream } from './testing.ts'

/** Plays the file to a client and looks at what arrived. */
async function play(path: string, look: (sim: XSim) => Promise<void>) {
  const sim = await startX({ replay: path })
  try {
    const client = await openStream(sim)
    assert.equal(await client.ended, 'cut')
    assert.equal(client.text(), await readFile(path, 'utf8'))
    await sim.disconnected()
    await look(sim)
    const again = await openStream(sim)
    await sim.keepAlive()
    await again.received('\r\n')
    assert.equal(again.text(), '\r\n')
  } finally {
    await sim.close()
  }
}

test('a capture is played once, byte for byte, and ends in the middle like the real thing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'replay-'))
  const path = join(folder, 'capture.jsonl')
  const line = {
    data: { id: '17', text: 'π' },
    includes: { users: [{ id: '4', name: 'Somebody', username: 'SomeBody' }] },
  }
  await writeFile(path, `${JSON.stringify(line)}\n{"data": {"id": "18"`)
  await play(path, async sim => {
    assert.deepEqual(
      sim.wire.map(({ id }) => id),
      ['17'],
    )
    const found = await call(sim, 'GET', '/2/users/by?usernames=somebody')
    assert.deepEqual(found.body['data'], [{ id: '4', name: 'Somebody', username: 'SomeBody' }])
    const timeline = await call(sim, 'GET', '/2/users/4/tweets')
    assert.deepEqual(timeline.body, { meta: { result_count: 0 } })
  })
  await rm(folder, { recursive: true })
})

const real = join(import.meta.dirname, '../../../shared/data/x/streaming_output_with_error.jsonl')
const skip = existsSync(real) ? false : 'the capture of a real stream is not on this machine'

test('the capture of a real stream plays to its cut line', { skip }, () =>
  play(real, async sim => {
    assert.equal(sim.wire.length, 7)
    const [first] = (await readFile(real, 'utf8')).split('\n')
    const [user] = JSON.parse(first ?? '').includes.users
    const found = await call(sim, 'GET', `/2/users?ids=${user.id}`)
    assert.equal((found.body['data'] as { username: string }[])[0]?.username, user.username)
  }),
)
