/**
 * Goal: several workers on one PostgreSQL share its channels and nothing is handed out twice. Method: four processes' worth of connections to one real
 * database claim, wait a little and settle at once, while posts still come in; every claim and settlement is written down and looked through.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStore } from '../../src/store/open.ts'
import type { Claim, Store } from '../../src/store/store.ts'
import { noPostgres, startPostgres } from '../rig/postgres-server.ts'
import { aPost, arrived, lease, morning, sent } from './samples.ts'

const channels = Array.from({ length: 12 }, (_, n) => `C${n}`)
/** Each brings every channel a post and a line of words; lines never come together, so each is a claim of its own. */
const batches = 8
const workers = 4
const owed = batches * 2 * channels.length

const postId = (n: number) => String(1000 + n)
const line = (n: number) => `line ${n}`
/** What is in its message: posts that are due at the same time in a channel may come together. */
function shownBy({ content }: Claim): readonly string[] {
  if (content.kind === 'notice') return [content.text]
  return (content.kind === 'post' ? [content] : content.posts).map(({ post }) => post.id)
}

if (noPostgres !== false) test('several workers on one PostgreSQL', { skip: noPostgres }, () => {})
else {
  test('of four that claim at once no two get the same, each channel has one in flight, and its posts come in order', {
    timeout: 60_000,
  }, async t => {
    await using server = await startPostgres()
    const databaseUrl = await server.newDatabase()
    const open = () => openStore({ dir: '', databaseUrl, newId: randomUUID })
    const stores = await Promise.all(Array.from({ length: workers }, open))
    const ingest = await open()

    const inFlight = new Set<string>()
    const given = new Map<string, string[]>(channels.map(channel => [channel, []]))
    const shares = stores.map(() => 0)
    let settled = 0

    async function carry(store: Store, claim: Claim, worker: number): Promise<void> {
      const { channel } = claim.delivery
      assert.ok(!inFlight.has(channel), `${channel} was handed out while it was in flight`)
      inFlight.add(channel)
      assert.equal(claim.delivery.unknown, undefined, 'the lease of a living worker was taken back')
      const shown = shownBy(claim)
      given.get(channel)?.push(...shown)
      await sleep(worker)
      // Before the settlement: as soon as it is there the channel is anybody's.
      inFlight.delete(channel)
      assert.equal(await store.settle(claim, sent(morning), morning), true)
      shares[worker] = (shares[worker] ?? 0) + 1
      settled += shown.length
    }

    async function work(store: Store, worker: number): Promise<void> {
      while (settled < owed) {
        const claims = await store.claim(morning, lease, 3)
        await Promise.all(claims.map(claim => carry(store, claim, worker)))
        if (claims.length === 0) await sleep(5)
      }
    }

    const startedAt = performance.now()
    const writing = async () => {
      for (let n = 0; n < batches; n++) {
        await ingest.commit([arrived(aPost(postId(n)), ...channels)], morning)
        await ingest.announce(
          channels.map(channel => ({ key: line(n), channel, text: line(n) })),
          morning,
        )
      }
    }
    try {
      await Promise.all([writing(), ...stores.map(work)])
    } finally {
      await Promise.all([...stores, ingest].map(store => store.close()))
    }
    const claims = shares.reduce((sum, share) => sum + share, 0)
    const seconds = (performance.now() - startedAt) / 1000
    t.diagnostic(`${Math.round(claims / seconds)} messages/s, by worker ${shares.join(' ')}`)
    assert.ok(claims > batches * channels.length)
    for (const channel of channels) {
      const inOrder = Array.from({ length: batches }, (_, n) => n)
      const shown = given.get(channel) ?? []
      assert.deepEqual(
        shown.filter(what => /^\d/.test(what)),
        inOrder.map(postId),
        channel,
      )
      assert.deepEqual(
        shown.filter(what => /^line/.test(what)),
        inOrder.map(line),
        channel,
      )
    }
    assert.ok(
      shares.every(share => share > 0),
      `somebody did nothing: ${shares.join(' ')}`,
    )
  })
}
