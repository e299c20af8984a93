/** Goal: a crash that did not happen is never taken for one. Method: a process that ends by itself, for every kind of kill. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { sqlite } from './engine.ts'
import { play } from './play.ts'

test('a process that ends by itself was not killed, and the life says so', { timeout: 60_000 }, async () => {
  const broken: typeof sqlite = {
    ...sqlite,
    async create() {
      const made = await sqlite.create()
      return { ...made, environment: { ...made.environment, X_MODE: 'sideways' } }
    },
  }
  const kills = ['start:3000', 'ms:10', 'whole:10', 'any:1', 'mid-commit:1']
  const { killed, failures } = await play({ engine: broken, seed: 1, faults: false, kills })
  assert.deepEqual(killed, [])
  for (const kill of kills)
    assert.ok(
      failures.some(failure => failure.startsWith(`${kill}: the process ended by itself (2)`)),
      `${kill}: ${failures.join('\n')}`,
    )
})
