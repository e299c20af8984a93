/** Forms and Homes of every size and with hostile names, judged by the simulated Slack; and what follows from what is entered into a form. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { judgeView } from '../../../../sim/slack/blocks/view.ts'
import type { ChannelOverview } from '../../../control/overview.ts'
import type { Account } from '../../../domain/account.ts'
import { emptyRoute, type Route } from '../../../domain/route.ts'
import { answerView, formView, lookView, type Memory } from './channel-form.ts'
import { shownOf } from './fields.ts'
import { homeView } from './home-view.ts'
import { planOf } from './plan.ts'

const memory: Memory = { channel: 'C0DARK', change: 'id1', round: 0, here: true }
const account = (n: number, name = `Somebody ${n}`): Account => ({
  source: 'x',
  id: `${n}`,
  handle: `somebody_${n}`,
  name,
})
const route = (more: Partial<Route> = {}): Route => ({ ...emptyRoute('x', 'C0DARK'), ...more })
const overviewOf = (shown: Route): ChannelOverview => ({
  channel: shown.channel,
  route: shown,
  change: 'id1',
  follows: shown.follows.map(one => ({ account: one, micros: 5000, lastPostAt: 0 })),
  micros: 5000,
  month: 'November',
  lane: undefined,
  at: 1000,
})
const hostile = '<!channel> <@U0NELL> `*_~<https://evil.example|x> @here &amp; ‮'
const wishOf = (shown: Route, texts: Readonly<Record<string, string>>) => ({
  texts: { ...shownOf(shown).texts, ...texts },
})
const doing = (shown: Route, now: Route, texts: Readonly<Record<string, string>>) =>
  planOf(shown, now, wishOf(shown, texts)).steps.map(({ does }) => does)

test('a channel with a thousand follows and keywords opens, and tells where the rest is', () => {
  const many = Array.from({ length: 1000 }, (_, n) => n)
  const full = route({
    follows: many.map(n => account(n)),
    keywords: many.map(n => `word${n}`),
    blocks: many.map(n => `no${n}`),
  })
  const form = formView(memory, overviewOf(full))
  assert.deepEqual(judgeView(form, 'modal'), [])
  const text = JSON.stringify(form)
  assert.match(text, /1,000 accounts followed here/)
  assert.match(text, /and 970 more: `\/birdwire list` shows them/)
  // What is not shown in a field cannot be taken away by leaving it empty.
  assert.deepEqual(planOf(full, full, shownOf(full)).steps, [])
  assert.deepEqual(doing(full, full, { keywords: 'xenon' }), ['keyword add xenon'])
})

test('no name pings, and no view breaks a limit of Slack', () => {
  const names = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constant(hostile))
  fc.assert(
    fc.property(fc.array(names, { maxLength: 60 }), fc.array(names, { maxLength: 30 }), (people, words) => {
      const shown = route({ follows: people.map((name, n) => account(n, name)), keywords: words, topics: words })
      const overview = overviewOf(shown)
      const problems = new Map([['keywords', words.join('\n')] as const])
      const answer = {
        text: 'Done.',
        changed: true,
        offers: words.map(label => ({ label: `x${label}`, does: `import ${label}` })),
      }
      for (const view of [
        formView(memory, overview, { problems, said: 'Look.' }),
        lookView(memory, overview, 'Only look.'),
        answerView(memory, answer),
      ])
        assert.deepEqual(judgeView(view, 'modal'), [])
      const dead = people.map(
        (why, n) =>
          ({
            id: `d${n}`,
            channel: 'C0DARK',
            subject: { kind: 'notice', id: `n${n}` },
            url: why,
            reason: 'refused',
            why,
            at: 0,
          }) as const,
      )
      const rows = people.map((held, n) => ({
        channel: `C${n}`,
        route: shown,
        lane: { channel: `C${n}`, name: held, pending: 1, sent: 0, dead: 0, unknown: 0, held },
        micros: n,
      }))
      const home = homeView(
        { lines: people.map(() => '*X*: connected.'), spent: 'Nothing.', channels: rows, dead: [], at: 0 },
        true,
      )
      assert.deepEqual(judgeView(home, 'home'), [])
      const sick = homeView({ lines: [], spent: undefined, channels: [], dead: dead as never, at: 0 }, false, 'Done.')
      assert.deepEqual(judgeView(sick, 'home'), [])
      const mrkdwn =
        JSON.stringify([home, sick, lookView(memory, overview, '')]).match(
          /"type":"mrkdwn","text":"(?:[^"\\]|\\.)*"/g,
        ) ?? []
      for (const text of mrkdwn) assert.doesNotMatch(text, /<!(?!date)|<@|@here\b/)
    }),
    { numRuns: 40 },
  )
})

test('what was not touched is not done again, and nothing is opened before it is filtered', () => {
  const shown = route({
    follows: [account(1), account(2)],
    keywords: ['xenon'],
    blocks: ['giveaway'],
    topics: ['"dark matter"'],
  })
  assert.deepEqual(planOf(shown, shown, shownOf(shown)).steps, [])
  assert.deepEqual(doing(shown, shown, { keywords: 'XENON', blocks: '-giveaway' }), [], 'the same in other words')
  assert.deepEqual(
    doing(shown, shown, {
      follow: 'Name,Handle\nMira,mira_okafor',
      followed: '@somebody_1',
      keywords: 'argon, "squeezed light"',
      blocks: 'giveaway\nwin OR prize',
      topics: '',
      import: '@mira_okafor following',
      times: '9:00 17:00',
      zone: 'Europe/Berlin',
    }),
    [
      'keyword add argon, "squeezed light"',
      'keyword add -(win OR prize)',
      'pace digest 9:00 17:00 zone Europe/Berlin',
      'follow mira_okafor',
      'unfollow @somebody_2',
      'keyword remove xenon',
      'topic remove "dark matter"',
      'import @mira_okafor following',
    ],
  )
})

test('what somebody else changed stays; where both changed one setting, it is said', () => {
  const shown = route({ follows: [account(1), account(2)], keywords: ['xenon'] })
  const now = route({
    follows: [account(1), account(3)],
    keywords: ['xenon', 'argon'],
    pace: { mode: 'live', times: [], zone: 'UTC', perHour: 6 },
  })
  const plan = planOf(shown, now, wishOf(shown, { followed: '', keywords: '' }))
  assert.deepEqual(
    plan.steps.map(({ does }) => does),
    ['unfollow @somebody_1', 'keyword remove xenon'],
  )
  assert.equal(plan.overtaken.size, 0)
  const both = planOf(shown, now, wishOf(shown, { perHour: '3' }))
  assert.match(both.overtaken.get('perHour') ?? '', /it is “6” now/)
})

test('each mistake is at its own field', () => {
  const shown = route()
  const { problems } = planOf(
    shown,
    shown,
    wishOf(shown, {
      keywords: 'a OR',
      topics: '-spam',
      blocks: '(',
      times: 'teatime',
      zone: 'Mars',
      quiet: '9',
      perHour: '0',
    }),
  )
  assert.deepEqual([...problems.keys()].toSorted(), [
    'blocks',
    'keywords',
    'perHour',
    'quiet',
    'times',
    'topics',
    'zone',
  ])
})
