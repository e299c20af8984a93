/** What `/birdwire cost` says, and the estimates that follow and keyword answer with; the ledger is made up, the rest is real. */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { controlsRig, people, postBy, type Rig } from '../../test/rig/controls.ts'
import { everything } from '../domain/money/levels.ts'
import type { Standing } from '../domain/money/standing.ts'
import type { Post } from '../domain/post.ts'
import { answerCharsMax } from '../limits.ts'
import type { Flow, LaneState, Spending, StoredPost, Usage } from '../store/store.ts'
import type { Actor } from './control.ts'
import { cost } from './cost.ts'

const ann = { id: 'U1', name: 'ann', role: 'admin' } as const
const bob = { id: 'U2', name: 'bob' }
const here = 'C1'
const dollar = 1_000_000
const dayMs = 24 * 3_600_000

interface Shelf {
  spending: Spending[]
  usage: Usage[]
  flows: Flow[]
  posts: Post[]
}

/** A rig whose store knows what the test puts on the shelf. Its clock stands at 9:00 on 5 January 2026. */
async function moneyRig(shelf: Partial<Shelf> = {}): Promise<Rig> {
  const rig = await controlsRig()
  const { spending = [], usage = [], flows = [], posts = [] } = shelf
  const lane = (channel: string, name: string): LaneState => {
    return { channel, name, pending: 0, sent: 0, dead: 0, unknown: 0 }
  }
  const stored = (post: Post): StoredPost => {
    const delivery = { channel: here, because: '', state: 'sent', at: 0 } as const
    return { post, via: 'stream', arrivedAt: 0, rejected: [], deliveries: [delivery] }
  }
  return Object.assign(rig, {
    store: Object.assign(rig.store, {
      spending: async () => spending,
      usage: async () => usage,
      people: async () => [],
      accountFlows: async () => flows,
      shownPosts: async () => posts.map(({ id }) => id),
      post: async (_source: string, id: string) => posts.filter(post => post.id === id).map(stored)[0],
      lanes: async () => [lane(here, 'papers'), lane('C2', 'desk')],
    }),
  })
}

function row(changes: Partial<Spending>): Spending {
  const what = { kind: 'posts', via: 'stream', relation: 'original', by: 'follow' } as const
  const whose = { account: '101', channels: [here], count: 100, delivered: 80, micros: dollar / 2 }
  return { source: 'x', day: '2026-01-02', ...what, ...whose, ...changes }
}

const run = (rig: Rig, standing?: Standing, who: Actor = ann) =>
  cost({ ...rig.deps, ...(standing === undefined ? {} : { money: { standing: () => standing } }) }, who, here, '')

describe('cost', () => {
  test('what was spent, on whom and for which channel, and where it leads', async () => {
    await using rig = await moneyRig({
      spending: [
        row({}),
        row({ relation: 'repost', account: '103', count: 400, delivered: 40, micros: 2 * dollar }),
        row({ account: '999', channels: ['C2'], by: 'topic', micros: dollar / 2 }),
        row({ kind: 'users', via: 'lookup', relation: '', by: '', account: '', channels: [], micros: 40_000 }),
      ],
      usage: [{ day: '2026-01-02', posts: 610, at: 0 }],
    })
    await rig.controls.run(ann, here, 'follow mira_okafor ibm')
    const { text } = await run(rig, { spent: 3_040_000, unaccounted: 0, budget: 25 * dollar, level: everything })
    assert.equal(
      text,
      [
        '*X in January*: $3.04 spent, about $30.02 by 31 January at this pace. Budget $25.00.',
        '```',
        'channel                       spent     bought  delivered',
        '#papers                       $2.50        500        120',
        '#desk                         $0.50        100         80',
        '',
        'account                       spent     bought  delivered',
        '@IBM                          $2.00        400         40',
        '@mira_okafor                  $0.50        100         80',
        '999                           $0.50        100         80',
        '```',
        'Of this: looking people up $0.04.',
        'X itself counted 610 posts on 2026-01-02, Birdwire 600.',
        'Prices: $0.005 a post and $0.01 a person as X had them on 2026-08-22; each is charged once a day (UTC).',
        '*Cheapest change*: `/birdwire options reposts off` in `#papers` would save about $15.00 a month and cost about 300 of the 900 posts a month there.',
      ].join('\n'),
    )
    const seen = (await run(rig, undefined, bob)).text
    assert.match(seen, /\$3\.04 spent.*#papers.*@mira_okafor/s)
    assert.doesNotMatch(seen, /#desk|999/, 'a member sees no other channel and nobody whom only others read')
  })

  test('without a service, a budget or a purchase it says so', async () => {
    await using rig = await moneyRig()
    assert.deepEqual((await rig.controls.run(ann, here, 'cost')).text.split('\n').slice(0, 3), [
      '*X in January*: $0.00 spent. No budget is set (`X_BUDGET_USD`).',
      'Nothing was bought for any channel yet.',
      "X's own count is not known yet.",
    ])
  })

  test('what is given up, why nothing is read, and why the count of X is not there', async () => {
    await using rig = await moneyRig({ spending: [row({})] })
    const standing = { spent: dollar, unaccounted: dollar / 2, budget: dollar, usageTrouble: 'X said <no>.' } as const
    const less = await run(rig, { ...standing, level: { step: 3, dropped: ['C1 101'] } })
    assert.match(less.text, /^\*Reading less\*: .*topics, reposts and 1 account are not read until 1 February/m)
    assert.match(less.text, /X's own count cannot be had now: X said &lt;no&gt;\./)
    assert.match(less.text, /posts that X counted and Birdwire did not \$0\.50/)
    const held = await run(rig, { ...standing, level: everything, held: 'All is spent.' })
    assert.match(held.text, /^\*Held\*: All is spent\.$/m)
  })

  test('on the first day what the month will cost is called a guess, and no change is advised', async () => {
    const today = row({ day: '2026-01-05', relation: 'repost', account: '103' })
    await using rig = await moneyRig({ spending: [today] })
    await rig.controls.run(ann, here, 'follow ibm')
    const { text } = await run(rig)
    assert.match(text, /by 31 January, a guess: no full day is known yet\./)
    assert.doesNotMatch(text, /at this pace|Cheapest change/)
  })

  test('an account given up in two channels is one account', async () => {
    await using rig = await moneyRig({ spending: [row({})] })
    const standing = { spent: dollar, unaccounted: 0, budget: dollar } as const
    const { text } = await run(rig, { ...standing, level: { step: 3, dropped: ['C1 101', 'C2 101'] } })
    assert.match(text, /topics, reposts and 1 account are not read/)
  })

  test('a thousand channels and accounts fit into one answer', async () => {
    const spending = Array.from({ length: 1000 }, (_, n) => row({ account: `${n}`, channels: [`C${n}`] }))
    await using rig = await moneyRig({ spending })
    const { text } = await run(rig)
    assert.match(text, /^990 more +\$495\.00/m)
    assert.ok(text.length < answerCharsMax / 2)
  })
})

describe('estimates', () => {
  test('by what was seen, else by what X says of the whole life, else nothing', async () => {
    const at = Date.UTC(2026, 0, 5, 9)
    await using rig = await moneyRig({ flows: [{ id: '101', posts: 63, firstAt: at - 7 * dayMs, newestAt: at }] })
    assert.equal(
      (await rig.controls.run(ann, here, 'follow mira_okafor')).text,
      'Now following Mira Okafor (@mira_okafor).\nAbout 9 posts a day, $1.35 a month.',
    )
    rig.source.known.set('ibm', { source: 'x', id: '103', handle: 'IBM', name: 'IBM', postsPerDay: 2 })
    assert.equal(
      (await rig.controls.run(ann, here, 'follow ibm ligo_lab')).text,
      'Now following IBM (@IBM) and LIGO Lab (@ligo_lab).\nAbout 2 posts a day, $0.30 a month without those named below by what X says of their whole time there.\nHow much is posted by LIGO Lab (@ligo_lab) is not known yet.',
    )
    assert.match(
      (await rig.controls.run(ann, 'C2', 'follow ibm')).text,
      /Read for another channel already, so at no further cost: IBM \(@IBM\)\.$/,
    )
    assert.equal(
      (await rig.controls.run(ann, here, 'follow tomas_lind')).text,
      'Now following Tomás Lind (@tomas_lind).',
    )
  })

  test('with keywords, that is the most it can be', async () => {
    await using rig = await moneyRig()
    await rig.controls.run(ann, here, 'keyword ligo')
    rig.source.known.set('ibm', { source: 'x', id: '103', handle: 'IBM', name: 'IBM', postsPerDay: 2 })
    assert.match(
      (await rig.controls.run(ann, here, 'follow ibm')).text,
      /^About 2 posts a day, \$0\.30 a month, at most/m,
    )
  })

  test('the first keyword is measured on what came; a later one is not, since what did not match was not seen', async () => {
    const [mira] = people
    if (mira === undefined) throw new Error('nobody')
    const posts = Array.from({ length: 40 }, (_, n) =>
      postBy(mira, `${100 + n}`, n % 4 === 0 ? 'LIGO heard it' : 'tea'),
    )
    await using rig = await moneyRig({
      posts: posts.map(post => ({ ...post, createdAt: Date.UTC(2026, 0, 1, 9) })),
    })
    await rig.controls.run(ann, here, 'follow mira_okafor')
    assert.deepEqual((await rig.controls.run(ann, here, 'keyword ligo')).text.split('\n').slice(1), [
      'From now on: only what matches the keyword here comes.',
      'Of the last 40 posts of those followed here 10 match: about 2.5 a day, $0.38 a month where X filters them for us.',
    ])
    assert.equal((await rig.controls.run(ann, here, 'keyword tea')).text, 'Added the keyword `tea`.')
  })

  test('where all is read complete a keyword saves nothing; a later one is measured on what the first let through: not at all', async () => {
    const [mira] = people
    if (mira === undefined) throw new Error('nobody')
    const posts = Array.from({ length: 40 }, (_, n) => postBy(mira, `${100 + n}`, 'LIGO heard it'))
    await using rig = await moneyRig({
      posts: posts.map(post => ({ ...post, createdAt: Date.UTC(2026, 0, 1, 9) })),
    })
    await rig.controls.run(ann, here, 'follow mira_okafor')
    await rig.controls.run(ann, here, 'options reading complete')
    assert.match(
      (await rig.controls.run(ann, here, 'keyword ligo')).text,
      /40 match: about 10 a day\. What is bought stays the same while this channel reads \*complete\*\.$/,
    )
    assert.equal((await rig.controls.run(ann, here, 'keyword tea')).text, 'Added the keyword `tea`.')
  })

  test('minutes are not called a day', async () => {
    const [mira] = people
    if (mira === undefined) throw new Error('nobody')
    const posts = Array.from({ length: 40 }, (_, n) => postBy(mira, `${100 + n}`, 'LIGO heard it'))
    await using rig = await moneyRig({
      posts: posts.map(post => ({ ...post, createdAt: Date.UTC(2026, 0, 5, 8, 30) })),
    })
    await rig.controls.run(ann, here, 'follow mira_okafor')
    assert.match((await rig.controls.run(ann, here, 'keyword ligo')).text, /followed here 40 match\.$/)
  })
})
