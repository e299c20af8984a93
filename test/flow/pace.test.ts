/**
 * Goal: a channel gets its messages when it wants them, and a burst in few messages, in order, nothing lost or twice. Method: the real service
 * between the simulators, in both ways in which Slack reaches it, on a clock that leaps to the digest, to the end of the quiet hours and to the
 * next full hour. What is counted is what Slack has.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { postsShown } from '../rig/posts-shown.ts'
import { type ServiceRig, startServiceRig, untilTrue } from '../rig/service.ts'

const minute = 60_000
const hour = 60 * minute
/** A Monday in Berlin's winter: 8:50 there. */
const monday = Date.UTC(2026, 0, 5, 7, 50)

/** The messages that show posts: which, in order, and the first words of their fallback. */
function shown(
  rig: ServiceRig,
  channel: string,
): readonly { readonly posts: readonly string[]; readonly text: string }[] {
  return rig.slack
    .messages(channel)
    .map(message => ({ posts: postsShown(message), text: message.text.split('\n')[0] ?? '' }))
    .filter(({ posts }) => posts.length > 0)
}

async function write(rig: ServiceRig, author: string, text: string): Promise<string> {
  const post = rig.world.post({ author, text })
  await rig.x.emit(post)
  return post.id
}

async function writeSome(rig: ServiceRig, author: string, count: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) ids.push(await write(rig, author, `Reading number ${n}`))
  return ids
}

const pending = async (rig: ServiceRig, channel: string) =>
  (await rig.status()).lanes.find(lane => lane.channel === channel)?.pending ?? 0

suite('pace', { concurrency: 2 }, () => {
  for (const inbound of ['http', 'socket'] as const) {
    test(`digest, quiet hours and so many an hour, as people set them (${inbound})`, { timeout: 120_000 }, async () => {
      const [digest, quiet, hourly, live] = ['C0DIGEST', 'C0QUIET', 'C0HOURLY', 'C0LIVE']
      await using rig = await startServiceRig({
        channels: [digest, quiet, hourly, live],
        inbound,
        speed: 5,
        startsAt: monday,
      })
      if (inbound === 'socket') await rig.slack.sockets.connected(1)
      for (const channel of [digest, quiet, hourly, live]) await rig.type(channel, 'follow mira_okafor jonas_lindqv')
      assert.match(
        await rig.type(digest, 'pace digest 9:00 17:00 Europe/Berlin'),
        /^Done\.\n\*Messages come\* in digests at 9:00 and 17:00 \(Europe\/Berlin\)\.\nThe next digest: 9:00, in (?:10|9) minutes\./,
      )
      assert.match(
        await rig.type(quiet, 'pace quiet 22:00-9:30 berlin'),
        /It is quiet now; what comes meanwhile is sent at 9:30/,
      )
      assert.match(await rig.type(hourly, 'pace at most 2 an hour'), /^Done\./)
      await rig.reading()

      // Each in Slack before the next is written: several at once would be one message.
      const slowly: string[] = []
      for (let n = 0; n < 3; n++) {
        slowly.push(await write(rig, 'mira_okafor', `Reading number ${n}`))
        await untilTrue(() => shown(rig, live).length > n)
      }
      const posts = [...slowly, ...(await writeSome(rig, 'mira_okafor', 5))]
      const [first = ''] = posts
      const again = rig.world.post({ author: 'jonas_lindqv', text: '', repost: first })
      await rig.x.emit(again)
      await untilTrue(() => shown(rig, live).flatMap(each => each.posts).length >= 8)
      await untilTrue(async () => shown(rig, hourly).length === 2 && (await pending(rig, hourly)) > 0)
      assert.deepEqual([shown(rig, digest), shown(rig, quiet)], [[], []], 'they wait')
      assert.match(await rig.type(digest, 'status'), /waiting: [89] \([89] for the digest\)/)

      rig.leap(monday + 10 * minute - rig.world.now())
      await untilTrue(() => shown(rig, digest).length > 0 && shown(rig, hourly).length > 2)
      const [one, ...more] = shown(rig, digest)
      assert.deepEqual(more, [], 'one message')
      assert.match(one?.text ?? '', /^Digest: [89] posts since 2026-01-05 07:5\d UTC:$/)
      const own = one?.posts.filter(id => id !== again.id && id !== first)
      assert.deepEqual(own, posts.slice(1).toReversed(), 'the newest first')
      assert.match(shown(rig, hourly)[2]?.text ?? '', /^[5-9] more posts of the last hour:$/)
      const hourlyPosts = shown(rig, hourly).flatMap(each => each.posts)
      assert.deepEqual(
        hourlyPosts.filter(id => posts.includes(id)),
        posts,
        'in order, each once',
      )

      rig.leap(30 * minute)
      await untilTrue(() => shown(rig, quiet).length > 0)
      assert.match(shown(rig, quiet)[0]?.text ?? '', /^[89] posts from the quiet hours:$/)

      // Another pace: what waits comes by that.
      const last = await write(rig, 'mira_okafor', 'And one more')
      await untilTrue(async () => (await pending(rig, digest)) === 1)
      await rig.type(digest, 'pace live')
      await untilTrue(() => shown(rig, digest).some(each => each.posts.includes(last)))
    })

    test(`a burst of 200 posts reaches every channel of 20 within two minutes, in order, each once (${inbound})`, {
      timeout: 120_000,
    }, async t => {
      const channels = Array.from({ length: 20 }, (_, n) => `C0BURST${n}`)
      await using rig = await startServiceRig({ channels, inbound, speed: 4, startsAt: monday })
      if (inbound === 'socket') await rig.slack.sockets.connected(1)
      for (const channel of channels) await rig.type(channel, 'follow mira_okafor')
      await rig.reading()
      const from = rig.world.now()
      const posts = await writeSome(rig, 'mira_okafor', 200)
      // Looked at seldom: what is looked at takes its time from the service, which runs in the same process.
      const arrived = (channel: string) => shown(rig, channel).flatMap(each => each.posts).length >= posts.length
      while (!channels.every(arrived)) await new Promise(resolve => setTimeout(resolve, 500))

      const messages = channels.flatMap(channel => rig.slack.messages(channel))
      const tookMs = Math.max(...messages.map(({ ts }) => Number(ts) * 1000)) - from
      t.diagnostic(`${messages.length} messages in ${Math.round(tookMs / 1000)} s`)
      assert.ok(tookMs <= 2 * minute, `${tookMs} ms`)
      for (const channel of channels) {
        const there = shown(rig, channel)
        assert.deepEqual(
          there.flatMap(each => each.posts),
          posts,
          `${channel}: in order, each once`,
        )
        assert.ok(there.every(each => each.posts.length <= 20))
      }
      const refused = rig.slack
        .calls('chat.postMessage')
        .filter(call => call.status !== 200 || call.error !== undefined)
      assert.deepEqual(
        refused.map(call => call.error),
        [],
      )
    })
  }

  test('a digest outlives a restart of the service, and comes late rather than not at all', {
    timeout: 120_000,
  }, async () => {
    const channel = 'C0DIGEST'
    await using rig = await startServiceRig({ channels: [channel], speed: 5, startsAt: monday })
    await rig.type(channel, 'follow mira_okafor')
    await rig.type(channel, 'pace digest 9:00 Europe/Berlin')
    await rig.reading()
    const before = await writeSome(rig, 'mira_okafor', 3)
    await untilTrue(async () => (await pending(rig, channel)) === 3)
    await rig.stop()
    // Written while nobody reads: found afterwards, and of the next digest.
    const missed = [1, 2].map(n => rig.world.post({ author: 'mira_okafor', text: `While away ${n}` }).id)
    rig.leap(2 * hour)
    await rig.start()
    await rig.reading()
    await untilTrue(() => shown(rig, channel).length > 0)
    await untilTrue(async () => (await pending(rig, channel)) === 2)
    rig.leap(23 * hour)
    await untilTrue(() => shown(rig, channel).length > 1)
    assert.deepEqual(
      shown(rig, channel).map(each => each.posts.toSorted()),
      [before.toSorted(), missed.toSorted()],
    )
  })
})
