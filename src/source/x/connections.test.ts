import assert from 'node:assert/strict'
import test from 'node:test'
import type { XRequest } from './client.ts'
import { disconnectAll } from './connections.ts'
import { answering, never, Refusal } from './testing.ts'

const rows: readonly (readonly [object, string])[] = [
  [{ successful_kills: 1, failed_kills: 0 }, 'X ended one connection of this app.'],
  [{ successful_kills: '3', failed_kills: '0' }, 'X ended 3 connections of this app.'],
  [{ successful_kills: 0, failed_kills: 0 }, 'X has no open connection of this app.'],
  [{ successful_kills: 0, failed_kills: 2 }, 'X ended no connection. 2 could not be ended: try again in a minute.'],
  [
    { successful_kills: 1, failed_kills: 1 },
    'X ended one connection of this app. One could not be ended: try again in a minute.',
  ],
  [{}, "X says that it ended this app's connections."],
]
for (const [data, says] of rows) {
  test(says, async () => {
    const asked: XRequest[] = []
    assert.equal(
      await disconnectAll(
        answering(() => ({ data }), asked),
        never,
      ),
      says,
    )
    assert.deepEqual(asked, [{ method: 'DELETE', path: '/2/connections/all' }])
  })
}

test('why not, where it could not be asked', async () => {
  const refused = answering(() => new Refusal({ kind: 'forbidden', why: 'X refuses this app access (403).' }))
  assert.equal(await disconnectAll(refused, never), 'X ended no connection: X refuses this app access (403).')
})
