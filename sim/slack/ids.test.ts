import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Ids } from './ids.ts'

test('message times are unique and rise, however the clock jumps', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 2 }), jumps => {
      let now = 1_800_000_000_000
      const ids = new Ids(() => now)
      const given = jumps.map(jump => {
        now += jump
        return ids.ts()
      })
      for (const [i, ts] of given.entries()) {
        assert.match(ts, /^\d{10}\.\d{6}$/)
        if (i > 0) assert.ok(ts > (given[i - 1] ?? ''))
      }
    }),
  )
})
