/**
 * Goal: the re-check finds what is gone and costs nothing, as long as it is made on the day on which the posts were bought. Method: the
 * real loop and the real question against the simulated X and its bill, on a clock moved by hand.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { createWorld } from '../../sim/world/world.ts'
import { startX } from '../../sim/x/server.ts'
import type { Reads, ReadVia } from '../../src/domain/reads.ts'
import { type RecheckEvent, runRecheck } from '../../src/ingest/recheck.ts'
import { ManualClock } from '../../src/kit/clock.ts'
import { createBearer } from '../../src/source/x/bearer.ts'
import { createClient } from '../../src/source/x/client.ts'
import { gonePosts } from '../../src/source/x/gone.ts'

test('deleted posts and those of accounts that are protected now are found, and the bill stays as it was', async t => {
  const clock = new ManualClock(Date.UTC(2026, 4, 6, 23))
  const world = createWorld({ now: () => clock.now() })
  const sim = await startX({ world })
  t.after(() => sim.close())
  const client = createClient({
    apiUrl: sim.url,
    bearer: createBearer({ kind: 'bearer', token: sim.bearer }, sim.url, clock),
    clock,
  })
  const authors = ['mira_okafor', 'zoe_marchand', 'jonas_lindqv'].map(handle => world.someone(handle))
  const posts = Array.from({ length: 130 }, (_, i) =>
    world.post({ author: authors[i % 3]?.handle ?? '', text: `post ${i}` }),
  )
  sim.bill.read(
    posts.map(post => post.id),
    [],
  )
  const bill = sim.bill.total()
  const [first, second] = posts
  assert.ok(first !== undefined && second !== undefined)
  await sim.deletePost(first.id)
  world.setState(second.authorId, 'protected')
  const hidden = posts.filter(post => post.authorId === second.authorId).map(post => post.id)

  const deleted: string[] = []
  const reads: { readonly reads: Reads; readonly via: ReadVia }[] = []
  const checked = Promise.withResolvers<RecheckEvent>()
  const stop = new AbortController()
  const running = runRecheck(
    {
      clock,
      store: { shownPosts: async () => posts.map(post => post.id) },
      source: {
        name: 'x',
        gone: async (ids, signal) => {
          const found = await gonePosts(client, ids, signal, (what, via) => reads.push({ reads: what, via }))
          deleted.push(...(found ?? []))
          return found
        },
      },
      held: () => undefined,
      onEvent: checked.resolve,
    },
    stop.signal,
  )
  t.after(async () => {
    stop.abort()
    await running
  })
  await clock.advance(30 * 60_000)
  const gone = [first.id, ...hidden]
  assert.deepEqual(await checked.promise, { kind: 'rechecked', asked: 130, gone: gone.length, unasked: 0 })
  assert.deepEqual(deleted.toSorted(), gone.toSorted())
  assert.ok(reads.every(({ via }) => via === 'check'))
  assert.equal(reads.flatMap(each => each.reads.posts).length, posts.length - gone.length)
  assert.deepEqual(sim.bill.total(), bill, 'X charges a post once a UTC day')
})
