/** What reading costs, by the simulated X's own bill. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { createWorld } from '../../../sim/world/world.ts'
import { startX, type XOptions, type XSim } from '../../../sim/x/server.ts'
import { addRules, openStream } from '../../../sim/x/testing.ts'
import type { Reads } from '../../domain/reads.ts'
import { systemClock } from '../../kit/clock.ts'
import { Authors, type LineRead } from './authors.ts'
import { createBearer } from './bearer.ts'
import { type Bought, createClient, postQuery, type XClient } from './client.ts'
import { disconnectAll } from './connections.ts'
import { gonePosts } from './gone.ts'
import { newestPost } from './newest.ts'
import { resolveAccounts } from './resolve.ts'
import { envelope } from './schema.ts'
import { never, rememberedPeople } from './testing.ts'
import { usageByDay } from './usage.ts'

const start = Date.UTC(2026, 10, 20, 14)

async function withX(options: XOptions, body: (sim: XSim, client: XClient) => Promise<void>): Promise<void> {
  const sim = await startX({ world: createWorld({ now: start }), ...options })
  try {
    const bearer = createBearer({ kind: 'bearer', token: sim.bearer }, sim.url, systemClock)
    await body(sim, createClient({ apiUrl: sim.url, bearer, clock: systemClock }))
  } finally {
    await sim.close()
  }
}

/** All ids that were told as read, each once, as X charges in a day. */
function told(reads: readonly (Reads | undefined)[]): { posts: string[]; users: string[] } {
  const of = (kinds: readonly (keyof Reads)[]) =>
    [...new Set(reads.flatMap(read => kinds.flatMap(kind => read?.[kind] ?? [])))].toSorted()
  return { posts: of(['posts', 'inner']), users: of(['users']) }
}

/** Reads eleven posts of two people, who quote and repost a third, off the stream: plain ones, quotes, reposts, replies. */
async function readStream(sim: XSim, bought: Bought, authors: Authors): Promise<LineRead[]> {
  await addRules(sim, 'from:mira_okafor OR from:gwen_pryce')
  const stream = await openStream(sim, `?${new URLSearchParams(postQuery(bought))}`)
  const { world } = sim
  const first = world.post({ author: 'zoe_marchand', text: 'Matière noire' })
  for (const author of ['mira_okafor', 'gwen_pryce']) {
    const said = world.post({ author, text: 'Beam is back' })
    await sim.emit(said)
    await sim.emit(world.post({ author, text: 'see', quote: first.id }))
    await sim.emit(world.post({ author, repost: first.id }))
    await sim.emit(world.post({ author, text: 'thanks', replyTo: first.id }))
    await sim.emit(world.post({ author, text: 'and on', replyTo: said.id }))
  }
  await sim.emit(world.post({ author: 'gwen_pryce', text: 'the end' }))
  await sim.sendRaw('all sent\r\n')
  await stream.received('all sent')
  const lines = stream
    .text()
    .split('\r\n')
    .filter(line => line.startsWith('{'))
  stream.abort()
  const reads: LineRead[] = []
  for (const line of lines) reads.push(await authors.read(line, never))
  assert.equal(reads.length, 11)
  return reads
}

const settings: readonly (readonly [Bought, { readonly users: number; readonly posts: number }])[] = [
  // Three people, looked up once; eleven posts and the quoted one.
  [
    { authors: 'cached', quoted: 'whole' },
    { users: 3, posts: 12 },
  ],
  [
    { authors: 'cached', quoted: 'none' },
    { users: 2, posts: 11 },
  ],
  [
    { authors: 'always', quoted: 'whole' },
    { users: 3, posts: 12 },
  ],
  [
    { authors: 'always', quoted: 'none' },
    { users: 2, posts: 11 },
  ],
]

for (const [bought, expected] of settings) {
  test(`authors ${bought.authors}, quoted posts ${bought.quoted}: what is told as read is what X bills, and all have names`, () =>
    withX({}, async (sim, client) => {
      const people = rememberedPeople()
      const options = { client, people, clock: systemClock, mode: bought.authors, quoted: bought.quoted }
      const authors = new Authors(options)
      const reads = await readStream(sim, bought, authors)
      const all = told([...reads.map(read => read.reads), authors.takeLookups()])
      assert.deepEqual(all.posts, sim.bill.postIds().toSorted())
      assert.deepEqual(all.users, sim.bill.userIds().toSorted())
      assert.deepEqual({ users: all.users.length, posts: all.posts.length }, expected)
      for (const read of reads) {
        assert.ok(read.kind === 'post')
        assert.ok(read.post.author.handle !== '' && read.post.inner?.author.handle !== '')
        if (read.post.relation === 'repost') assert.equal(read.post.inner === undefined, bought.quoted === 'none')
      }
    }))
}

test('the next day an author who is remembered costs nothing, after a restart too', () => {
  const world = createWorld({ now: start })
  return withX({ world }, async (sim, client) => {
    const people = rememberedPeople()
    const page = async () => {
      const post = world.post({ author: 'mira_okafor', text: 'Beam is back' })
      const query = { ids: post.id, ...postQuery({ authors: 'cached', quoted: 'whole' }) }
      const answer = await client.ask({ path: '/2/tweets', query }, envelope, never)
      assert.ok(answer.ok)
      const authors = new Authors({ client, people, clock: systemClock, mode: 'cached' })
      const [read] = await authors.readPage(answer.value, never)
      assert.ok(read?.kind === 'post')
      return [read.post.author.handle, authors.takeLookups()?.users.length]
    }
    assert.deepEqual(await page(), ['mira_okafor', 1])
    world.advance(86_400_000)
    assert.deepEqual(await page(), ['mira_okafor', undefined])
    assert.equal(sim.bill.total().users, 1)
  })
})

test('a name that is typed is billed once and says how much it writes', () =>
  withX({}, async (sim, client) => {
    const people = rememberedPeople()
    const reads: Reads[] = []
    const inputs = ['mira_okafor', '@gone_gareth', 'nobody_at_all']
    const options = {
      people,
      clock: { ...systemClock, now: () => sim.world.now() },
      onReads: (r: Reads) => reads.push(r),
    }
    const [mira, gareth, nobody] = await resolveAccounts(client, inputs, never, options)
    assert.ok(mira?.kind === 'found' && mira.account.postsPerDay !== undefined)
    assert.ok(mira.account.postsPerDay > 0.2 && mira.account.postsPerDay < 17, String(mira.account.postsPerDay))
    assert.deepEqual([gareth?.kind, nobody?.kind], ['suspended', 'unknown'])
    assert.deepEqual(told(reads).users, sim.bill.userIds())
    assert.equal(people.store.size, 1)
  }))

test('silence, deletions, usage and connections are asked as X wants to be asked', () =>
  withX({}, async (sim, client) => {
    const { world } = sim
    const reads: Reads[] = []
    const onReads = (read: Reads) => reads.push(read)
    const found = await resolveAccounts(client, ['mira_okafor', 'zoe_marchand'], never, { onReads })
    const [mira, zoe] = found.map(each => (each.kind === 'found' ? each.account : assert.fail()))
    assert.ok(mira !== undefined && zoe !== undefined)
    const first = world.post({ author: mira.id, text: 'one' })
    assert.deepEqual(await newestPost(client, mira, first.createdAt, never, onReads), { kind: 'nothing' })
    world.advance(5000)
    const second = world.post({ author: mira.id, text: 'two' })
    const newest = await newestPost(client, mira, first.createdAt, never, onReads)
    assert.deepEqual([newest.kind, newest.kind === 'missed' && newest.posts], ['missed', 1])
    world.setState(zoe.id, 'suspended')
    assert.equal((await newestPost(client, zoe, 0, never, onReads)).kind, 'unavailable')

    world.remove(first.id)
    assert.deepEqual(await gonePosts(client, [first.id, second.id], never, onReads), [first.id])
    assert.deepEqual(told(reads).posts, sim.bill.postIds())
    assert.deepEqual(await usageByDay(client, 7, never), [{ day: '2026-11-20', posts: 1 }])

    assert.equal(await disconnectAll(client, never), 'X has no open connection of this app.')
    await addRules(sim, 'axion')
    const stream = await openStream(sim)
    assert.equal(await disconnectAll(client, never), 'X ended one connection of this app.')
    assert.equal(await stream.ended, 'end')
    sim.setStanding('no-credits')
    assert.match(await disconnectAll(client, never), /no credits left/)
    assert.equal(await gonePosts(client, [second.id], never, onReads), undefined)
  }))
