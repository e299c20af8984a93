/**
 * Goal: when posts stop coming people hear of it once, with what was found out, and once when it is over. Method: three accounts write eight posts a
 * day for some days that pass in a second; then one of them is suspended, or X's stream stays open and brings nothing.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closedGaps, type ServiceRig, startServiceRig, untilTrue } from '../rig/service.ts'

const hour = 3_600_000
const people = [
  ['C0MIRA', 'mira_okafor'],
  ['C0JONAS', 'jonas_lindqv'],
  ['C0PRIYA', 'priya_raghav'],
] as const
const channels = people.map(([channel]) => channel)
const [[mira]] = people
const rounds = 30

async function start(): Promise<ServiceRig> {
  // The stream has bytes while hours pass in no time.
  const rig = await startServiceRig({ channels, speed: 20, xLimits: { stallMs: 1000 * hour } })
  for (const [channel, handle] of people) await rig.type(channel, `follow ${handle}`)
  await rig.reading()
  for (let n = 0; n < rounds; n++) await round(rig, people)
  return rig
}

/** A post of each, and three hours. */
async function round(rig: ServiceRig, who: readonly (readonly [string, string])[]): Promise<void> {
  for (const [, author] of who) await rig.x.emit(rig.world.post({ author, text: 'A reading' }))
  const bought = rig.x.bill.total().posts
  const stored = async () => Number(/(\d+) posts?, of which/.exec(await rig.type(mira, 'status'))?.[1] ?? 0)
  await untilTrue(async () => (await stored()) >= bought)
  rig.leap(3 * hour)
}

/** Hours pass until it is so. */
async function pass(rig: ServiceRig, isSo: (hours: number) => boolean): Promise<void> {
  for (let hours = 0; !isSo(hours); hours += 2) {
    assert.ok(hours < 200, 'it does not come')
    rig.leap(2 * hour)
    // A request under way would take the leap for its own; on a slow machine it needs longer.
    await new Promise(resolve => setTimeout(resolve, 60 + 4 * hours))
    await rig.type(mira, 'status')
  }
}

const told = (rig: ServiceRig, what: RegExp) =>
  channels.map(channel => rig.slack.messages(channel).filter(({ text }) => what.test(text)).length)
const silences = async (rig: ServiceRig) => ({
  status: (await rig.ready()).status,
  detail: (await rig.ready()).wrong['silence'] ?? '',
})

suite('silence', { concurrency: 2 }, () => {
  test('an account that is suspended is told of once where it is followed, and once when it writes again', {
    timeout: 20_000,
  }, async () => {
    await using rig = await start()
    rig.world.setState('mira_okafor', 'suspended')
    const quiet =
      /^\*Quiet\*: no post of Mira Okafor \(@mira_okafor\) for \d+ hours, usually about 8 posts a day\. X was asked: X has suspended the account @mira_okafor\. If they have gone elsewhere, `\/birdwire unfollow mira_okafor` ends this\.$/
    for (let n = 0; n < 10; n++) await round(rig, people.slice(1))
    await untilTrue(() => told(rig, quiet)[0] === 1)
    assert.deepEqual(told(rig, quiet), [1, 0, 0])
    assert.deepEqual(
      await silences(rig),
      { status: 200, detail: '' },
      'one quiet account is mentioned, and nothing to act upon',
    )
    assert.match(await rig.type(mira, 'status'), /\*Silence\*: Quiet: no post of Mira Okafor/)
    rig.world.setState('mira_okafor', 'active')
    await round(rig, people)
    const over = /^Mira Okafor \(@mira_okafor\) writes again\.$/
    await pass(rig, () => told(rig, over)[0] === 1)
    assert.deepEqual(
      [told(rig, quiet), told(rig, over)],
      [
        [1, 0, 0],
        [1, 0, 0],
      ],
    )
    assert.doesNotMatch(await rig.type(mira, 'status'), /Silence/)
  })

  test('a stream that is open and brings nothing is told of once, its posts are fetched, and once when they come again', {
    timeout: 20_000,
  }, async () => {
    await using rig = await start()
    rig.x.mute(true)
    const before = rig.x.connections.length
    for (const [, author] of people) await rig.x.emit(rig.world.post({ author, text: 'Unheard of' }))
    const missed =
      /^\*Missed\*: X is being read, but posts did not come: 3 posts of .+ were found only by a look at X\. They have been fetched, and come now\./
    const came = () => [missed, /Unheard of/].every(what => told(rig, what).every(count => count > 0))
    await pass(rig, came)
    // Nothing is said again while it lasts.
    await pass(rig, hours => hours === 24)
    assert.deepEqual(
      [told(rig, missed), told(rig, /Unheard of/)],
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
    )
    const { status, detail } = await silences(rig)
    assert.equal(status, 503)
    assert.match(detail, /^Missed: X is being read, but posts did not come/)
    rig.x.mute(false)
    await round(rig, people)
    await round(rig, people)
    const over = /^Posts come from X again\.$/
    await pass(rig, () => told(rig, over).every(count => count > 0))
    await untilTrue(async () => (await rig.ready()).status === 200 && (await closedGaps(rig)))
    assert.deepEqual(
      [told(rig, missed), told(rig, over)],
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
    )
    assert.equal(rig.x.connections.length, before, 'the stream looked well all the time')
  })
})
