/**
 * The bounded share of the soak (`npm run soak` is a week of it), and whether it could fail at all: its plan is its seed's, and its judge sees what is
 * missing, twice, astray and pinging.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { startSlack } from '../../sim/slack/server.ts'
import { createWorld, type WorldPost } from '../../sim/world/world.ts'
import type { Books } from './books.ts'
import { Findings } from './findings.ts'
import { judge } from './judge.ts'
import { hourMs, plan, slackKinds, xKinds } from './plan.ts'
import { runSoak } from './run.ts'
import { grown } from './size.ts'
import { Wishes } from './wishes.ts'

const hours = 4
const noon = Date.UTC(2026, 2, 2, 12)

test('some hours with people, faults, stops and kills: nothing is missing, twice, out of order, stuck or uncounted', {
  timeout: 120_000,
}, async () => {
  const result = await runSoak({ hours, seed: 4 })
  assert.deepEqual(result.failures, [])
  assert.ok(result.posts > 50, `only ${result.posts} posts belonged anywhere: this proves little`)
  assert.ok(result.either < result.posts * 2, `${result.either} pairs could not be judged`)
  assert.ok(result.compared > 10, `only ${result.compared} first attempts could be compared`)
  assert.ok(result.crashes >= 2 && result.stops >= 2)
  assert.ok(Object.keys(result.faults).length >= 20, `faults: ${JSON.stringify(result.faults)}`)
})

test('the plan is its seed’s: the same again, another for another seed, each kind of fault in a week', () => {
  assert.deepEqual(plan(5, 168, noon), plan(5, 168, noon))
  assert.notDeepEqual(plan(5, 168, noon), plan(6, 168, noon))
  const week = plan(7, 168, noon)
  assert.ok(week.every(({ at }, n) => at >= (week[n - 1]?.at ?? noon) && at <= noon + 171 * hourMs))
  const faults = new Set(week.flatMap(step => ('fault' in step ? [step.fault] : [])))
  assert.deepEqual([...faults].toSorted(), [...xKinds, ...slackKinds].toSorted())
  const kinds = new Set(week.map(({ kind }) => kind))
  assert.deepEqual([...kinds].toSorted(), [
    'archive',
    'delete',
    'kill',
    'post',
    'revoke',
    'slack',
    'standing',
    'stop',
    'type',
    'x',
  ])
})

test('the judge sees what is missing, what is there twice, what does not belong there, and what pings', async () => {
  await using slack = await startSlack({
    now: () => noon,
    channels: [{ id: 'C0LAB', name: 'lab', bot: true }],
    users: [{ id: 'U0NELL', name: 'nell' }],
  })
  const world = createWorld({ now: () => noon })
  const wishes = new Wishes(world)
  wishes.changed('C0LAB', 'follow mira_okafor', noon - hourMs)
  wishes.changed('C0LAB', 'keyword add "dark matter"', noon - hourMs)
  const write = (author: string, text: string) => world.post({ author, text })
  const [lost, twice, right] = ['one', 'two', 'three'].map(n => write('mira_okafor', `dark matter ${n}`))
  const [other, unasked] = [write('jonas_lindqv', 'dark matter'), write('mira_okafor', 'darker matter')]
  assert.ok(lost && twice && right)
  const show = ({ id }: WorldPost) => slack.say('U0NELL', 'C0LAB', `<https://x.com/a/status/${id}|View on X>`)
  for (const post of [twice, twice, right, unasked]) show(post)
  slack.say('U0NELL', 'C0LAB', 'look, <!channel>')
  const written = [lost, twice, right, other, unasked].map(post => ({ post, at: noon, through: noon }))
  const wire = new Map(written.map(({ post }) => [post.id, noon]))
  const evidence = { world, slack, wishes, wire, kills: [], archivedAt: Number.POSITIVE_INFINITY }
  const channel = ['C0LAB']
  const verdicts = judge(evidence, written, { posts: 0, messages: 0 }, channel)
  const posts = (pairs: readonly { readonly post: string }[]) => pairs.map(({ post }) => post)
  assert.deepEqual(
    { ...verdicts, missing: posts(verdicts.missing), twice: posts(verdicts.twice), astray: posts(verdicts.astray) },
    {
      ...{ belong: 3, there: 2, either: 0, missing: [lost.id], twice: [twice.id], astray: [unasked.id] },
      pinging: ['C0LAB: look, <!channel>'],
    },
  )
})

test('a change, and whether it was in force, is judged by when a post came: on the stream to the second, of a gap only roughly', () => {
  const world = createWorld({ now: () => noon })
  const wishes = new Wishes(world)
  wishes.changed('C', 'follow mira_okafor', noon - 5 * hourMs)
  wishes.changed('C', 'keyword add zugzwang', noon - hourMs)
  const post = world.post({ author: 'mira_okafor', text: 'coffee' })
  const came = (at: number, wireAt?: number) => wishes.verdict('C', post, { at, wireAt, through: at + hourMs })
  assert.equal(came(noon - 2 * hourMs, noon - 2 * hourMs), 'yes')
  assert.equal(came(noon - hourMs, noon - hourMs), 'either')
  assert.equal(came(noon, noon), 'no')
  assert.equal(came(noon - 1.5 * hourMs), 'either', 'fetched after the change, maybe')
  wishes.changed('C', 'undo', noon)
  assert.equal(came(noon + hourMs, noon + hourMs), 'yes')
  wishes.changed('C', 'pause', noon + 2 * hourMs)
  assert.equal(came(noon + 3 * hourMs, noon + 3 * hourMs), 'no')
})

test('memory and a file that grow are seen in a week, and those that do not are not', () => {
  const size = (hour: number, service: number, file: number) => ({ hour, service, file })
  const sizes = [size(24, 1e6, 2e6), size(168, 2e6, 2e6)]
  const files = Array.from({ length: 168 }, (_, hour) => 1e6 + 1e4 * Math.min(hour, 100))
  assert.deepEqual(grown(sizes, files), [])
  const growing = files.map((_, hour) => 1e4 * hour)
  assert.deepEqual(grown([size(24, 1e6, 2e6), size(168, 9e6, 2e6)], growing), [
    'memory: the service kept 1.0 MB at first and 9.0 MB in the end',
    'the database had 1.2 MB after four days and 1.7 MB in the end',
  ])
})

test('a secret in the log, an uncounted post, a bill that is not in the ledger and a row that may not be are findings', () => {
  const log = ['{"msg":"token is s3cret"}', '{"msg":"what is past its term was forgotten","posts":3}']
  const days = () => [
    { date: '2026-03-02', posts: 1000, users: 0 },
    { date: '2026-03-03', posts: 100, users: 1 },
  ]
  const findings = new Findings({ dir: '', secrets: ['s3cret'], takeLog: () => log, x: { bill: { days } } })
  const spent = new Map([['2026-03-03', 500_000]])
  const books: Books = { stored: 2, tallies: {}, posts: ['1', '2'], owed: 0, changes: new Map(), spent, wrong: [] }
  findings.read(books, 'hour 1')
  findings.readBill(books, '2026-03-03', 'hour 1')
  assert.deepEqual(findings.failures, [])
  assert.equal(findings.unread, 10_000)
  findings.read({ ...books, posts: ['2', '3'], wrong: ['stuck: 1'] }, 'hour 2')
  findings.readLog('hour 2')
  findings.readBill({ ...books, spent: new Map() }, '2026-03-03', 'hour 2')
  findings.readBill({ ...books, spent: new Map([['2026-03-03', 520_000]]) }, '2026-03-03', 'hour 3')
  assert.deepEqual(findings.failures, [
    'hour 2: I3: 2 posts were counted as stored, and 3 were',
    'hour 2: stuck: 1',
    'hour 2: I7: a secret is in the log',
    'hour 2: X charged $0.51 on 2026-03-03, and the ledger says $0',
    'hour 3: X charged $0.51 on 2026-03-03, and the ledger says $0.52',
  ])
  assert.equal(findings.forgotten, 3)
})
