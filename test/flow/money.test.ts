/**
 * Goal: the month's budget is never passed by X's own bill, what is given up for it is said, and what Birdwire believes to have spent is what X
 * charges. Method: the real service between the simulators; the judge is the simulated X's bill.
 */
import assert from 'node:assert/strict'
import test, { suite } from 'node:test'
import { systemClock } from '../../src/kit/clock.ts'
import { newIds } from '../../src/kit/new-id.ts'
import { openStore } from '../../src/store/open.ts'
import { type ServiceRig, startServiceRig, untilTrue } from '../rig/service.ts'

const hour = 3_600_000
const day = 24 * hour
const [lab, topic] = ['C0LAB', 'C0TOPIC']
/** For tests at the machine's own pace. */
const soon = { rulesEffectMs: 300, holdMs: 300, searchDelayMs: 100 }
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

async function write(rig: ServiceRig, author: string, text: string): Promise<string> {
  const post = rig.world.post({ author, text })
  await rig.x.emit(post)
  return post.id
}

/** Of the dearest kind: each brings another post along. */
async function repost(rig: ServiceRig, author: string): Promise<void> {
  const original = rig.world.post({ author: 'moor_observer', text: 'What the moor says' })
  await rig.x.emit(rig.world.post({ author, repost: original.id }))
}

/** Own lines of Birdwire that say this. */
const told = (rig: ServiceRig, channel: string, what: RegExp) =>
  rig.slack
    .messages(channel)
    .map(({ text }) => text)
    .filter(text => what.test(text))

/** A channel that buys all of an account's posts and gets none of them, so that nothing waits before what it is told. */
async function buysInVain(rig: ServiceRig, ...accounts: readonly string[]): Promise<void> {
  await rig.type(lab, 'options reading complete')
  await rig.type(lab, 'keyword add zugzwang')
  await rig.type(lab, `follow ${accounts.join(' ')}`)
}

/** Millionths of a dollar, by the store. The service is stopped for it. */
async function ledger(rig: ServiceRig): Promise<number> {
  await rig.stop()
  const store = await openStore({ dir: rig.dir, newId: newIds(systemClock) })
  try {
    const rows = await store.spending('2000-01-01', '2100-01-01')
    return rows.reduce((sum, { micros }) => sum + micros, 0)
  } finally {
    await store.close()
  }
}

const microsBilled = (rig: ServiceRig) => Math.round(rig.x.bill.total().usd * 1_000_000)

test('a flood at the full rate of X does not pass the budget; the next month begins anew, and closes the gap within its allowance', {
  timeout: 60_000,
}, async () => {
  const startsAt = Date.UTC(2026, 11, 30, 20)
  await using rig = await startServiceRig({
    ...{ channels: [lab], xLimits: soon, startsAt },
    environment: { X_BUDGET_USD: '3' },
  })
  await buysInVain(rig, 'mira_okafor')
  await rig.reading()
  // X's self-serve tier brings at most 250 posts a second.
  for (let n = 0; n < 400; n++) {
    void repost(rig, 'mira_okafor')
    if (n % 5 === 4) await sleep(20)
  }
  await rig.x.disconnected()
  const { usd, posts } = rig.x.bill.total()
  assert.ok(usd <= 3, `X's bill: $${usd}`)
  assert.ok(posts >= 100 && posts < 600, `of a flood of 800 posts ${posts} were bought`)
  const held =
    /\$\d\.\d\d of this month's \$3\.00 for X is spent, and the last \$\d\.\d\d is kept for what is already on its way\. Nothing is read until 1 January \(UTC\), or until `?X_BUDGET_USD`? is raised\./
  const { status, wrong } = await rig.ready()
  assert.equal(status, 503)
  for (const part of ['budget', 'x']) assert.match(wrong[part] ?? '', held)
  assert.match(await rig.type(lab, 'cost'), new RegExp(`Budget \\$3\\.00\\.\n\\*Held\\*: ${held.source}`))
  assert.match(await rig.type(lab, 'status'), new RegExp(`\\*X\\*: stopped, and needs a person\\. ${held.source}`))
  await untilTrue(() => told(rig, lab, held).length > 0)

  rig.leap(day)
  for (let n = 0; n < 300; n++)
    rig.world.post({ author: 'mira_okafor', text: `Unread ${n}`, at: rig.world.now() - 300_000 + n * 1000 })
  rig.leap(Date.UTC(2027, 0, 1, 0, 1) - rig.world.now())
  await rig.reading()
  const lost =
    /X could not be read \(the month's budget did not allow it\)\. The rest was not asked for, because what the budget leaves for closing a gap \(\$0\.60\) is used up \(X_BUDGET_USD\)\.$/
  await untilTrue(() => told(rig, lab, lost).length > 0)
  const anew = /^A new budget of \$3\.00 for January: everything that is wanted here is read again\.$/
  for (const line of [held, anew, lost]) assert.equal(told(rig, lab, line).length, 1, String(line))
  const january = rig.x.bill.days().find(({ date }) => date === '2027-01-01')?.posts ?? 0
  assert.ok(january > 50 && january * 0.005 <= 0.2 * 3, `bought for the gap: ${january}`)
  // What was in the sockets at the stop is charged, and was never read.
  const unread = microsBilled(rig) - (await ledger(rig))
  assert.ok(unread >= 0 && unread <= 1_000_000, `charged, and not read: $${unread / 1_000_000}`)
})

suite('a month', { concurrency: 4 }, () => {
  test('topics go first, then reposts, then the accounts that cost most: each is told once, where it is missed', {
    timeout: 60_000,
  }, async () => {
    const notes = 'C0NOTES'
    await using rig = await startServiceRig({
      ...{ channels: [lab, topic, notes], speed: 20, startsAt: Date.UTC(2026, 11, 10, 8) },
      ...{ xLimits: { stallMs: 100 * day }, environment: { X_BUDGET_USD: '3' } },
    })
    await buysInVain(rig, 'jonas_lindqv')
    await rig.type(topic, 'topic add axion')
    await rig.type(notes, 'follow mira_okafor')
    await rig.type(notes, 'options reposts off')
    await rig.reading()
    const less = (what: string) => `To stay within the budget, ${what} are not read this month.`
    const expected = ['topics', 'topics and reposts', 'topics, reposts and the dearest accounts'].map(less)
    const steps: string[] = []
    for (let n = 0; n < 600 && steps.length < expected.length; n++) {
      if (n % 3 === 0) await write(rig, 'zoe_marchand', `An axion ${n}`)
      if (n % 3 === 1) await repost(rig, 'jonas_lindqv')
      if (n % 3 === 2) await write(rig, 'mira_okafor', `A note ${n}`)
      if (n % 40 === 39) rig.leap(day)
      await sleep(5)
      const found = (await rig.ready()).said['budget']
      if (found !== undefined && found !== steps.at(-1)) steps.push(found)
    }
    assert.deepEqual(steps, expected)
    assert.ok(rig.x.bill.total().usd <= 3, `X's bill: $${rig.x.bill.total().usd}`)
    const spent = String.raw`^\$1\.\d\d of this month's \$3\.00 for X is spent, and at this pace it would be \$\d+\.\d\d`
    const until = String.raw`\. So until 1 January \(UTC\) `
    const lines = [
      [topic, `${spent}${until}the topics of this channel are not read\\. `],
      [lab, `${spent}${until}reposts do not come into this channel\\. `],
      [notes, `${spent}.*${until}these accounts, which cost most for each post, are not read: \`@mira_okafor\`\\. `],
    ] as const
    for (const [channel, line] of lines) {
      await untilTrue(() => told(rig, channel, new RegExp(line)).length > 0)
      const all = told(rig, channel, /So until 1 January/)
      assert.ok(new RegExp(line).test(all[0] ?? ''), all.join(' | '))
      assert.equal(told(rig, channel, new RegExp(line)).length, 1, 'once')
    }
    assert.equal(told(rig, topic, /So until/).length, 1, 'who loses nothing is not told')
  })

  test('what another app of the project reads is told, and the budget goes by what X counts', {
    timeout: 60_000,
  }, async () => {
    await using rig = await startServiceRig({
      ...{ channels: [lab], speed: 20, startsAt: Date.UTC(2026, 11, 10, 8), xLimits: { stallMs: 100 * day } },
      environment: { X_BUDGET_USD: '10' },
    })
    await rig.type(lab, 'follow mira_okafor')
    await rig.reading()
    await write(rig, 'mira_okafor', 'Mine')
    await untilTrue(() => told(rig, lab, /Mine/).length > 0)
    const elsewhere = (count: number) =>
      rig.x.bill.read(
        Array.from({ length: count }, (_, n) => `elsewhere-${count}-${n}`),
        [],
      )
    elsewhere(700)
    rig.leap(hour)
    await untilTrue(async () => (await rig.ready()).said['usage'] !== undefined)
    const usage =
      /On 2026-12-10 X counted 701 posts for this project, Birdwire 1: another app or instance of the project may be reading too\. The budget goes by X's figure\./
    assert.match((await rig.ready()).said['usage'] ?? '', usage)
    assert.match(await rig.type(lab, 'status'), usage)
    const cost = await rig.type(lab, 'cost')
    assert.match(cost, /\$3\.52 spent/)
    assert.match(cost, /posts that X counted and Birdwire did not \$3\.50/)
    elsewhere(1100)
    rig.leap(hour)
    await untilTrue(async () => (await rig.ready()).wrong['budget'] !== undefined)
    assert.match(await rig.type(lab, 'cost'), /\*Held\*: \$9\.02 of this month's \$10\.00 for X is spent/)
  })

  for (const [environment, day1, day2] of [
    [{ X_AUTHORS: 'cached' }, { posts: 5, users: 3 }, { posts: 12, users: 1 }],
    [{ X_AUTHORS: 'always' }, { posts: 5, users: 3 }, { posts: 12, users: 4 }],
    [{ X_QUOTED: 'none' }, { posts: 4, users: 2 }, { posts: 10, users: 1 }],
  ] as const) {
    test(`with ${JSON.stringify(environment)} X charges what it should, and the ledger is exact over days, topics and gaps`, {
      timeout: 60_000,
    }, async () => {
      await using rig = await startServiceRig({
        ...{ channels: [lab, topic], speed: 20, startsAt: Date.UTC(2026, 11, 10, 8) },
        environment,
      })
      await rig.type(lab, 'follow mira_okafor')
      await rig.type(topic, 'topic add axion')
      await rig.reading()
      for (const sofar of [0, 3]) {
        await write(rig, 'zoe_marchand', 'An axion')
        await write(rig, 'zoe_marchand', 'An axion again')
        await write(rig, 'mira_okafor', 'A note')
        await repost(rig, 'mira_okafor')
        await untilTrue(() => [lab, topic].every(channel => rig.slack.messages(channel).length >= 3 + sofar))
        await rig.stop()
        rig.leap(day)
        rig.world.post({ author: 'jonas_lindqv', text: 'An axion in the gap', at: rig.world.now() - hour })
        rig.world.post({ author: 'mira_okafor', text: 'A note in the gap', at: rig.world.now() - hour })
        await rig.start()
        await rig.reading()
        await untilTrue(() => [lab, topic].every(channel => rig.slack.messages(channel).length >= 4 + sofar))
      }
      const { usd } = rig.x.bill.total()
      assert.ok((await rig.type(lab, 'cost')).includes(`: $${usd.toFixed(2)} spent`))
      assert.ok((await rig.type(lab, 'status')).includes(`: $${usd.toFixed(2)} (today`))
      assert.equal(await ledger(rig), microsBilled(rig))
      const [first, second] = rig.x.bill.days()
      assert.deepEqual(
        [first, second],
        [
          { date: '2026-12-10', ...day1 },
          { date: '2026-12-11', ...day2 },
        ],
      )
    })
  }

  test('a budget that is too small to read anything says so, to whoever wants something too; five dollars are enough to read', {
    timeout: 60_000,
  }, async () => {
    await using rig = await startServiceRig({ channels: [lab], speed: 20, environment: { X_BUDGET_USD: '1' } })
    await rig.type(lab, 'follow mira_okafor')
    const tooLittle =
      /A budget of \$1\.00 a month is too little to read X: \$1\.00 is always kept for what is on its way when reading stops\. Nothing is read until `?X_BUDGET_USD`? is raised to \$2\.00 or more\./
    await untilTrue(() => told(rig, lab, tooLittle).length === 1)
    assert.match((await rig.ready()).wrong['budget'] ?? '', tooLittle)
    assert.match(await rig.type(lab, 'status'), tooLittle)
    assert.equal(rig.x.connections.length, 0)
    assert.deepEqual(rig.x.bill.total(), { posts: 0, users: 1, usd: 0.01 })
    rig.environment['X_BUDGET_USD'] = '5'
    await rig.restart()
    await rig.reading()
    await write(rig, 'mira_okafor', 'A note')
    await untilTrue(() => told(rig, lab, /A note/).length === 1)
    assert.match(await rig.type(lab, 'cost'), /\*X in \w+\*: \$0\.02 spent, .+ Budget \$5\.00\./)
  })
})
