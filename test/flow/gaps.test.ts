/**
 * Goal: whatever is written while nobody reads X arrives afterwards, oldest first and without a flood, and what cannot be had is said once. Method:
 * the real service between the simulators, on a clock that leaps over the hours in which it is stopped.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { postsShown } from '../rig/posts-shown.ts'
import { closedGaps, type ServiceRig, startServiceRig, untilTrue } from '../rig/service.ts'

const hour = 3_600_000
const day = 24 * hour
const speed = 20
const [few, some, many] = ['C0FEW', 'C0SOME', 'C0MANY']

/** The posts of each message of a channel that shows any. */
const shown = (rig: ServiceRig, channel: string) =>
  rig.slack
    .messages(channel)
    .map(postsShown)
    .filter(ids => ids.length > 0)
const told = (rig: ServiceRig, channel: string, what: RegExp) =>
  rig.slack.messages(channel).filter(({ text }) => what.test(text))

/** So many posts of somebody, evenly over the time until now; their ids, oldest first. */
function write(rig: ServiceRig, author: string, count: number, overMs: number): readonly string[] {
  const now = rig.world.now()
  return Array.from({ length: count }, (_, n) => {
    const at = now - overMs + ((n + 0.5) * overMs) / count
    return rig.world.post({ author, text: `Reading number ${n}`, at }).id
  })
}

async function live(rig: ServiceRig, author: string): Promise<string> {
  const post = rig.world.post({ author, text: 'As it happens' })
  await rig.x.emit(post)
  return post.id
}

suite('gaps', { concurrency: 3 }, () => {
  test('what two hours brought comes one by one, as one message, or in as few as fit, and live posts after it', {
    timeout: 60_000,
  }, async () => {
    await using rig = await startServiceRig({ channels: [few, some, many], speed })
    await rig.type(few, 'follow mira_okafor')
    await rig.type(some, 'follow jonas_lindqv')
    await rig.type(many, 'follow priya_raghav')
    await rig.reading()
    await rig.stop()
    rig.leap(2 * hour)
    const missed = [
      [few, write(rig, 'mira_okafor', 3, 1.9 * hour)],
      [some, write(rig, 'jonas_lindqv', 30, 1.9 * hour)],
      [many, write(rig, 'priya_raghav', 90, 1.9 * hour)],
    ] as const
    await rig.start()
    await rig.reading()
    await untilTrue(() => missed.every(([channel, ids]) => shown(rig, channel).flat().length >= ids.length))
    const after = await live(rig, 'jonas_lindqv')
    await untilTrue(() => shown(rig, some).flat().includes(after))

    for (const [channel, ids] of missed) {
      const expected = channel === some ? [...ids, after] : ids
      assert.deepEqual(shown(rig, channel).flat(), expected, `${channel}: each once, oldest first`)
    }
    const sizes = (channel: string) => shown(rig, channel).map(({ length }) => length)
    assert.deepEqual(sizes(few), [1, 1, 1])
    assert.deepEqual(sizes(some), [30, 1])
    assert.ok(sizes(many).length <= Math.ceil(90 / 40), `as few messages as fit: ${sizes(many)}`)
    assert.equal(told(rig, some, /^30 posts from while X could not be read, .+ \(not running\):\n/).length, 1)
    const bill = rig.x.bill.total()
    assert.match(
      await rig.type(few, 'gaps'),
      /• not covered for 2 hours, [^(]+ \(not running\): closed, 123 posts recovered for \$0\.62\. /,
    )
    assert.equal(bill.posts, 124)
    assert.match(
      await rig.type(few, 'status'),
      /\*Spent\* in \w+: \$0\.65 \(today \$0\.65\), for 124 posts, of which 124 /,
    )
  })

  test('of a gap of nine days what is older than seven is lost, and said once in each channel that may miss something', {
    timeout: 60_000,
  }, async () => {
    await using rig = await startServiceRig({ channels: [few, some, many], speed })
    await rig.type(few, 'follow mira_okafor')
    await rig.type(some, 'topic add axion')
    await rig.reading()
    await rig.stop()
    rig.leap(9 * day)
    const at = (ago: number) => ({ at: rig.world.now() - ago })
    rig.world.post({ author: 'mira_okafor', text: 'An axion long ago', ...at(8 * day) })
    const kept = rig.world.post({ author: 'mira_okafor', text: 'An axion of yesterday', ...at(day) })
    await rig.start()
    await rig.reading()
    await untilTrue(() => [few, some].every(channel => shown(rig, channel).flat().includes(kept.id)))
    // Nothing of it is said again after a restart.
    await rig.restart()
    await rig.reading()
    await untilTrue(async () => (await rig.status()).lanes.every(({ pending }) => pending === 0))
    const line =
      /^Between .+ and .+ X could not be read \(not running\)\. What was written before .+ is lost, because X is asked for the last 7 days only\.$/
    for (const channel of [few, some]) {
      assert.deepEqual(shown(rig, channel), [[kept.id]])
      assert.equal(told(rig, channel, line).length, 1)
    }
    assert.deepEqual(rig.slack.messages(many), [], 'nothing is wanted there')
    assert.match(
      await rig.type(few, 'gaps'),
      /• not covered for 9 days, .+: 1 post recovered for .+, but not everything\. What was /,
    )
  })

  test('posts that X does not give for a while hold nothing up, and come when it gives them', {
    timeout: 60_000,
  }, async () => {
    await using rig = await startServiceRig({ channels: [few], speed })
    await rig.type(few, 'follow mira_okafor')
    await rig.reading()
    await rig.stop()
    rig.leap(2 * hour)
    const missed = write(rig, 'mira_okafor', 2, hour)
    rig.x.faults.schedule('rest-5xx', { times: 1_000_000, subject: 'GET /2/users/:id/tweets' })
    await rig.start()
    await rig.x.connected(2)
    const asked = /What was missed cannot be fetched yet, and is asked for again: X is in trouble \(503\)/
    await untilTrue(async () => asked.test((await rig.ready()).wrong['x'] ?? ''))
    const after = await live(rig, 'mira_okafor')
    await untilTrue(() => shown(rig, few).flat().includes(after))
    const said = await rig.type(few, 'status')
    assert.match(said, asked)
    assert.match(said, /\*Gap, open\*: not covered for 2 hours, .+ \(not running\): being caught up/)
    rig.x.faults.clear()
    rig.leap(600_000)
    await untilTrue(async () => shown(rig, few).length >= 3 && (await closedGaps(rig)))
    assert.deepEqual(shown(rig, few), [[after], ...missed.map(id => [id])])
    assert.equal((await rig.ready()).status, 200)
    assert.match(
      await rig.type(few, 'gaps'),
      /• not covered for 2 hours, .+ \(not running\): closed, 2 posts recovered for \$0\.01\./,
    )
  })
})
