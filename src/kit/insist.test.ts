import assert from 'node:assert/strict'
import test from 'node:test'
import { ManualClock } from './clock.ts'
import { type InsistEvent, insistence } from './insist.ts'

class Passing extends Error {
  shouldRetry(): boolean {
    return true
  }
}

function rig(failures: number, error: Error = new Passing('no space')) {
  const clock = new ManualClock()
  const events: InsistEvent[] = []
  const stop = new AbortController()
  const tool = insistence({ clock, retryMsMax: 3000, onEvent: event => events.push(event) })
  const seen = { tries: 0 }
  const done = tool.insist(async () => {
    seen.tries += 1
    if (seen.tries <= failures) throw error
    return 'done'
  }, stop.signal)
  return { clock, events, stop, tool, seen, done }
}

test('what fails for now is done in the end, with growing pauses up to the longest, and both ends are said once', async () => {
  const { clock, events, tool, done } = rig(4)
  await clock.advance(1)
  assert.equal(tool.trouble(), 'store: no space')
  await clock.advance(60_000)
  assert.deepEqual(await done, { value: 'done' })
  assert.equal(tool.trouble(), undefined)
  assert.deepEqual(
    events.map(event => (event.kind === 'store-refused' ? event.retryInMs : event.kind)),
    [1000, 2000, 3000, 3000, 'store-healed'],
  )
})

test('an abort ends the waiting, and what is wrong for good is thrown at once', async () => {
  const { clock, stop, done } = rig(100)
  await clock.advance(1)
  stop.abort()
  assert.equal(await done, undefined)
  const broken = rig(100, new Error('damaged'))
  await assert.rejects(broken.done, /damaged/)
  assert.equal(broken.seen.tries, 1)
})
