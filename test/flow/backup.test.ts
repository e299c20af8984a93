/**
 * Goal: after the loss of the database a backup brings the channels back, and what people see in Slack is what was promised. Method: the real service and the
 * real commands; the backup is taken while a message is owed that is sent afterwards, then more is sent, the service stops, and more is written.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { postsShown } from '../rig/posts-shown.ts'
import { startServiceRig, untilTrue } from '../rig/service.ts'

const channel = 'C0DESK'
const main = join(import.meta.dirname, '../../src/main.ts')
const minute = 60_000

const birdwire = async (args: readonly string[], environment: Readonly<Record<string, string>>) =>
  (await promisify(execFile)(process.execPath, [main, ...args], { cwd: tmpdir(), env: environment })).stdout

for (const catchUp of [true, false])
  test(catchUp
    ? 'what was owed when the backup was taken comes once, what came after it is fetched again, what came during the stop is not missed'
    : 'with --no-catch-up nothing of the time since the backup comes, and the gap says so', {
    timeout: 60_000,
  }, async () => {
    await using rig = await startServiceRig({ channels: [channel], speed: 20 })
    const { world, slack } = rig
    const file = join(rig.dir, '..', `birdwire-backup-${process.pid}-${catchUp}.sqlite`)
    const shown = () => slack.messages(channel).flatMap(postsShown)
    const write = async (text: string) => {
      const post = world.post({ author: 'mira_okafor', text })
      await rig.x.emit(post)
      return post.id
    }
    await rig.type(channel, 'follow mira_okafor')
    await rig.reading()
    const before = await write('Before')
    await untilTrue(() => shown().length === 1)
    slack.faults.schedule('post:rate-limited', { subject: channel, detail: { retryAfter: 3000 } })
    const owed = await write('Owed at the time of the backup')
    await untilTrue(() => rig.log.some(line => line.includes('not sent yet')))
    assert.match(await birdwire(['backup', file], rig.environment), /1 channel, 2 posts, 3 messages, .*read back/)
    rig.leap(51 * minute)
    await untilTrue(() => shown().includes(owed))
    const since = await write('Since the backup')
    await untilTrue(() => shown().includes(since))
    await rig.stop()
    rig.leap(minute)
    const missed = world.post({ author: 'mira_okafor', text: 'While it was stopped' }).id
    rig.leap(minute)

    rmSync(join(rig.dir, 'birdwire.sqlite'))
    const said = await birdwire(['restore', file, ...(catchUp ? [] : ['--no-catch-up'])], rig.environment)
    assert.match(said, /^Restored [\s\S]*1 message was owed at that time: looked for in Slack/)
    assert.match(said, catchUp ? /come once more/ : /is not fetched/)
    assert.ok(!said.includes('What was there before'), 'nothing was')
    await rig.start()
    await rig.reading()
    const after = await write('After the restore')
    await untilTrue(() => shown().includes(after))
    await untilTrue(async () => (await rig.status()).lanes.every(({ pending }) => pending === 0))
    assert.deepEqual(
      shown(),
      catchUp ? [before, owed, since, since, missed, after] : [before, owed, since, after],
      'the one that was owed is found in Slack, and not sent again',
    )
    assert.match(await rig.type(channel, 'list'), /Mira Okafor/)
    if (!catchUp) assert.match(await rig.type(channel, 'gaps'), /said that it had been posted/)
    rmSync(file)
    assert.ok(!existsSync(`${file}.part`))
  })

test('with --no-catch-up what was posted in the last seconds before the restore does not come again, and why says so', {
  timeout: 60_000,
}, async () => {
  // By the machine's own clock, which the command line goes by, too: a gap's posts are asked for from half a minute before it.
  await using rig = await startServiceRig({ channels: [channel], x: { keepAliveMs: 500 } })
  const file = join(rig.dir, '..', `birdwire-backup-${process.pid}-soon.sqlite`)
  const shown = () => rig.slack.messages(channel).flatMap(postsShown)
  const write = async (text: string) => {
    const { post } = await rig.x.emit(rig.world.post({ author: 'mira_okafor', text }))
    await untilTrue(() => shown().includes(post.id))
    return post
  }
  await rig.type(channel, 'follow mira_okafor')
  await rig.x.connected()
  await rig.x.rulesAre(rules => rules.length > 0)
  await birdwire(['backup', file], rig.environment)
  const { id: since, createdAt } = await write('Since the backup')
  await rig.stop()
  // X tells whole seconds only, so what is of the second of the restore counts as written after it.
  await untilTrue(() => Math.floor(Date.now() / 1000) > Math.floor(createdAt / 1000))
  await birdwire(['restore', file, '--no-catch-up'], rig.environment)
  await rig.start()
  await rig.x.connected(2)
  const { id: after } = await write('After the restore')
  await untilTrue(async () => (await rig.status()).gaps.every(({ state }) => state !== 'open'))
  await untilTrue(async () => (await rig.status()).lanes.every(({ pending }) => pending === 0))
  assert.deepEqual(shown(), [since, after])
  assert.match(await rig.type(channel, `why https://x.com/mira_okafor/status/${since}`), /said that it had been posted/)
  rmSync(file)
})

for (const catchUp of [true, false])
  test(`a digest that came since the backup ${catchUp ? 'comes once more, and the command says so' : 'does not come again with --no-catch-up'}`, {
    timeout: 60_000,
  }, async () => {
    const startsAt = Date.now() - 3 * 60 * minute
    await using rig = await startServiceRig({ channels: [channel], speed: 20, startsAt })
    const file = join(rig.dir, '..', `birdwire-backup-${process.pid}-digest-${catchUp}.sqlite`)
    const shown = () => rig.slack.messages(channel).flatMap(postsShown)
    await rig.type(channel, 'follow mira_okafor')
    const digest = new Date(startsAt + 30 * minute).toISOString().slice(11, 16)
    assert.match(await rig.type(channel, `pace digest ${digest} UTC`), /The next digest/)
    await rig.reading()
    const owed: string[] = []
    for (const text of ['One', 'Two', 'Three']) {
      const post = rig.world.post({ author: 'mira_okafor', text })
      owed.push(post.id)
      await rig.x.emit(post)
    }
    await untilTrue(async () => (await rig.status()).lanes.some(({ pending }) => pending === owed.length))
    await birdwire(['backup', file], rig.environment)
    rig.leap(31 * minute)
    await untilTrue(() => shown().length === owed.length)
    await rig.stop()
    const said = await birdwire(['restore', file, ...(catchUp ? [] : ['--no-catch-up'])], rig.environment)
    assert.match(said, /3 posts were to come with others/)
    assert.match(said, catchUp ? /in Slack already comes once more/ : /taken to be in Slack, and not sent/)
    await rig.start()
    await rig.reading()
    await untilTrue(async () => (await rig.status()).lanes.every(({ pending }) => pending === 0))
    assert.deepEqual(shown().toSorted(), (catchUp ? [...owed, ...owed] : owed).toSorted())
    assert.match(
      await rig.type(channel, `why https://x.com/mira_okafor/status/${owed[0]}`),
      catchUp ? /Posted/ : /said that it had been posted/,
    )
    rmSync(file)
  })

test('the window that is left: of what waited for Slack and then came in one message with later posts, only the first is found in it', {
  timeout: 60_000,
}, async () => {
  await using rig = await startServiceRig({ channels: [channel], speed: 20, startsAt: Date.now() - 3 * 60 * minute })
  const file = join(rig.dir, '..', `birdwire-backup-${process.pid}-burst.sqlite`)
  const shown = () => rig.slack.messages(channel).flatMap(postsShown)
  const write = async (text: string) => (await rig.x.emit(rig.world.post({ author: 'mira_okafor', text }))).post.id
  const owed = (count: number) =>
    untilTrue(async () => (await rig.status()).lanes.some(({ pending }) => pending === count))
  await rig.type(channel, 'follow mira_okafor')
  await rig.reading()
  rig.slack.faults.schedule('post:rate-limited', { subject: channel, detail: { retryAfter: 3000 } })
  const first = await write('First')
  await untilTrue(() => rig.log.some(line => line.includes('not sent yet')))
  const second = await write('Second')
  await owed(2)
  await birdwire(['backup', file], rig.environment)
  const later: string[] = []
  for (const text of ['Third', 'Fourth', 'Fifth', 'Sixth']) later.push(await write(text))
  await owed(6)
  rig.leap(51 * minute)
  await untilTrue(() => shown().length === 6)
  await rig.stop()
  await birdwire(['restore', file, '--no-catch-up'], rig.environment)
  await rig.start()
  await rig.reading()
  await untilTrue(async () => (await rig.status()).lanes.every(({ pending }) => pending === 0))
  assert.deepEqual(shown(), [first, second, ...later, second])
  rmSync(file)
})
