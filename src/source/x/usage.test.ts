import assert from 'node:assert/strict'
import test from 'node:test'
import type { XRequest } from './client.ts'
import { answering, never, Refusal } from './testing.ts'
import { usageByDay } from './usage.ts'

const day = (date: string, usage: string | number) => ({ date: `${date}T00:00:00.000Z`, usage })
const ours = { client_app_id: '7', usage: [day('2026-11-21', '812'), day('2026-11-20', 5)] }
const other = { client_app_id: '8', usage: [day('2026-11-21', '1')] }
const project = { project_id: '1', usage: [day('2026-11-21', 900)] }

test("the app's own days, oldest first, whether numbers are strings or not", async () => {
  const asked: XRequest[] = []
  const client = answering(() => ({ data: { daily_client_app_usage: [ours], daily_project_usage: project } }), asked)
  assert.deepEqual(await usageByDay(client, 200, never), [
    { day: '2026-11-20', posts: 5 },
    { day: '2026-11-21', posts: 812 },
  ])
  assert.equal(asked[0]?.query?.['days'], '90')
  assert.equal(asked.length, 1)
})

test('of several apps ours is the one that the token belongs to; where X does not say, the project counts', async () => {
  const usage = { data: { daily_client_app_usage: [other, ours], daily_project_usage: project } }
  const counts = (rest: object) => ({ data: { cap_per_client_app: '1000', ...rest } })
  const named = answering(({ path }) =>
    path === '/2/usage/tweets' ? usage : counts({ client_app_rules_count: { client_app_id: '7', rule_count: 1 } }),
  )
  assert.equal((await usageByDay(named, 7, never)).length, 2)
  const silent = answering(({ path }) => (path === '/2/usage/tweets' ? usage : counts({})))
  assert.deepEqual(await usageByDay(silent, 7, never), [{ day: '2026-11-21', posts: 900 }])
  const none = answering(() => ({ data: { daily_project_usage: project } }))
  assert.deepEqual(await usageByDay(none, 7, never), [{ day: '2026-11-21', posts: 900 }])
})

test('a sentence where it cannot be had', async () => {
  const refused = answering(() => new Refusal({ kind: 'no-credits', why: 'No credits.' }))
  assert.equal(await usageByDay(refused, 7, never), 'X does not say what it counted: No credits.')
  assert.match(
    String(
      await usageByDay(
        answering(() => ({ data: {} })),
        7,
        never,
      ),
    ),
    /does not say what was read/,
  )
  assert.match(
    String(
      await usageByDay(
        answering(() => ({ errors: [] })),
        7,
        never,
      ),
    ),
    /does not say what it counted/,
  )
})

test('odd days are left out', async () => {
  const usage = [day('2026-11-21', 'many'), { date: 'yesterday', usage: 3 }, null, day('2026-11-22', 4)]
  const client = answering(() => ({ data: { daily_client_app_usage: [{ usage }] } }))
  assert.deepEqual(await usageByDay(client, 7, never), [{ day: '2026-11-22', posts: 4 }])
})
