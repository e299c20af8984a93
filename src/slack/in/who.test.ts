/** Who somebody is, by what a scripted Slack says of them, on a clock that stands still until it is moved. */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import type { App } from '@slack/bolt'
import { WebClient } from '@slack/web-api'
import fc from 'fast-check'
import { ManualClock } from '../../kit/clock.ts'
import { slackPeopleMs, slackWhoAgainMs, slackWhoMs } from '../../limits.ts'
import { createPeople, type Home, roleOf, type SlackUser } from './who.ts'

const home: Home = { team: 'T1' }
const ours: SlackUser = { team_id: 'T1' }

describe('what Slack says of somebody makes them', () => {
  const cases: readonly [string, SlackUser, Home | undefined, string][] = [
    ['nobody special', ours, home, 'member'],
    ['an administrator', { ...ours, is_admin: true }, home, 'admin'],
    ['an owner', { ...ours, is_owner: true }, home, 'admin'],
    ['a guest of several channels', { ...ours, is_restricted: true }, home, 'guest'],
    ['a guest of one channel', { ...ours, is_restricted: true, is_ultra_restricted: true }, home, 'guest'],
    ['a guest, whatever else is said', { ...ours, is_restricted: true, is_admin: true }, home, 'guest'],
    ['gone', { ...ours, deleted: true, is_admin: true }, home, 'guest'],
    ['of another workspace, an administrator there', { team_id: 'T2', is_admin: true }, home, 'outsider'],
    ['a stranger', { is_stranger: true, is_admin: true }, home, 'outsider'],
    ['an administrator of a workspace that is not known to be ours', { ...ours, is_admin: true }, undefined, 'member'],
    ['an administrator of no workspace', { is_admin: true }, home, 'member'],
    [
      'of our workspace by their organisation',
      { team_id: 'T2', is_admin: true, enterprise_user: { enterprise_id: 'E1', teams: ['T2', 'T1'] } },
      { team: 'T1', enterprise: 'E1' },
      'admin',
    ],
    [
      'of a sister workspace, an administrator there',
      { team_id: 'T2', is_admin: true, enterprise_user: { enterprise_id: 'E1', teams: ['T2'] } },
      { team: 'T1', enterprise: 'E1' },
      'member',
    ],
    [
      'of another organisation',
      { team_id: 'T2', enterprise_user: { enterprise_id: 'E2', teams: ['T2'] } },
      { team: 'T1', enterprise: 'E1' },
      'outsider',
    ],
  ]
  for (const [who, user, at, role] of cases) test(`${who}: ${role}`, () => assert.equal(roleOf(user, at), role))

  test('nobody is an administrator unless Slack calls them one in our own workspace', () => {
    const flag = fc.option(fc.boolean(), { nil: undefined })
    const team = fc.option(fc.constantFrom('T1', 'T2'), { nil: undefined })
    fc.assert(
      fc.property(flag, flag, flag, flag, flag, flag, team, (admin, owner, one, many, stranger, deleted, teamId) => {
        const user = {
          ...(admin === undefined ? {} : { is_admin: admin }),
          ...(owner === undefined ? {} : { is_owner: owner }),
          ...(one === undefined ? {} : { is_ultra_restricted: one }),
          ...(many === undefined ? {} : { is_restricted: many }),
          ...(stranger === undefined ? {} : { is_stranger: stranger }),
          ...(deleted === undefined ? {} : { deleted }),
          ...(teamId === undefined ? {} : { team_id: teamId }),
        }
        const may =
          (admin === true || owner === true) && teamId === 'T1' && ![one, many, stranger, deleted].includes(true)
        assert.equal(roleOf(user, home) === 'admin', may)
      }),
    )
  })
})

/** A client whose Slack answers what the script says, counted by method. */
function scripted(answer: (method: string, args: URLSearchParams) => Promise<object>) {
  const asked: string[] = []
  const client: App['client'] = new WebClient('xoxb-test', {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: async (url, init) => {
      const method = String(url).split('/').at(-1) ?? ''
      asked.push(method)
      return new Response(JSON.stringify(await answer(method, new URLSearchParams(String(init?.body)))), {
        headers: { 'content-type': 'application/json' },
      })
    },
  })
  return { client, asked }
}

function peopleOf(
  answer: (method: string, args: URLSearchParams) => Promise<object>,
  options: { admins?: readonly string[]; home?: Home | undefined } = {},
) {
  const clock = new ManualClock()
  const failures: unknown[] = []
  const { client, asked } = scripted(answer)
  const people = createPeople({
    ...{ client, token: 'xoxb-test', admins: options.admins ?? [], clock },
    home: () => ('home' in options ? options.home : home),
    failed: error => failures.push(error),
  })
  return { people, clock, asked, failures, role: async (id = 'U1') => (await people.actor({ id })).role }
}

const says = (user: object) => async () => ({ ok: true, user })

test('Slack is asked once in a while, and once for many who ask at the same time', async () => {
  const all = peopleOf(says({ team_id: 'T1', is_admin: true }))
  assert.deepEqual(await Promise.all([all.role(), all.role(), all.role('U2')]), ['admin', 'admin', 'admin'])
  assert.equal(all.asked.length, 2)
  await all.clock.advance(slackPeopleMs - 1)
  await all.role()
  assert.equal(all.asked.length, 2)
  await all.clock.advance(1)
  await all.role()
  assert.equal(all.asked.length, 3)
})

test('a name that the payload has is kept, an empty one is none', async () => {
  const { people } = peopleOf(says(ours))
  assert.deepEqual(await people.actor({ id: 'U1', name: 'ann' }), { id: 'U1', name: 'ann', role: 'member' })
  assert.deepEqual(await people.actor({ id: 'U1', name: '' }), { id: 'U1', role: 'member' })
})

test('a slow Slack costs a bound, and what it says late counts the next time', async () => {
  const late = Promise.withResolvers<object>()
  const all = peopleOf(() => late.promise)
  const asking = all.role()
  await all.clock.advance(slackWhoMs)
  assert.equal(await asking, 'member')
  late.resolve({ ok: true, user: { team_id: 'T1', is_restricted: true } })
  await late.promise
  assert.equal(await all.role(), 'guest')
  assert.equal(all.asked.length, 1)
})

test('a failure makes nobody more than they were, is told once, and Slack is asked again soon', async () => {
  const failing = async () => ({ ok: false, error: 'missing_scope' })
  const known: Record<string, object> = {
    UADMIN: { team_id: 'T1', is_admin: true },
    UGUEST: { team_id: 'T1', is_restricted: true },
    UOUT: { team_id: 'T2' },
  }
  let down = false
  const all = peopleOf(
    async (_method, args) =>
      down ? failing() : { ok: true, user: known[args.get('user') ?? ''] ?? { team_id: 'T1' } },
    { admins: ['UNAMED'] },
  )
  const roles = () => Promise.all([...Object.keys(known), 'UNAMED', 'UNEW'].map(id => all.role(id)))
  await Promise.all(Object.keys(known).map(id => all.role(id)))
  down = true
  await all.clock.advance(slackPeopleMs)
  assert.deepEqual(await roles(), ['member', 'guest', 'outsider', 'admin', 'member'])
  assert.equal(all.failures.length, 1)
  const asked = all.asked.length
  await roles()
  assert.equal(all.asked.length, asked)
  down = false
  await all.clock.advance(slackWhoAgainMs)
  assert.deepEqual(await roles(), ['admin', 'guest', 'outsider', 'admin', 'member'])
})

test('whatever Slack answers that is not a person: a member', async () => {
  for (const answer of [{}, { ok: true }, { ok: true, user: null }, { ok: true, user: { is_admin: 'yes' } }])
    assert.equal(await peopleOf(async () => answer).role(), 'member')
})

test('whom a payload calls of another workspace is an outsider without asking, unless named or of the organisation', async () => {
  const all = peopleOf(says({ team_id: 'T1', is_admin: true }), { admins: ['UNAMED'] })
  assert.equal((await all.people.actor({ id: 'U1', team: 'T2' })).role, 'outsider')
  assert.equal((await all.people.actor({ id: 'UNAMED', team: 'T2' })).role, 'admin')
  assert.equal(all.asked.length, 0)
  const grid = peopleOf(
    async (_method, args) =>
      args.get('user') === 'U1'
        ? { ok: true, user: { team_id: 'T2', enterprise_user: { enterprise_id: 'E1', teams: ['T2', 'T1'] } } }
        : { ok: false, error: 'user_not_found' },
    { home: { team: 'T1', enterprise: 'E1' } },
  )
  assert.equal((await grid.people.actor({ id: 'U1', team: 'T2' })).role, 'member')
  assert.equal((await grid.people.actor({ id: 'U2', team: 'T2' })).role, 'outsider')
})

describe('from elsewhere', () => {
  const page = (channels: readonly string[], cursor = '') => ({
    ...{ ok: true, channels: channels.map(id => ({ id })) },
    response_metadata: { next_cursor: cursor },
  })

  test('somebody changes a channel that they are in, and visits others', async () => {
    const { people, asked } = peopleOf(async (method, args) => {
      if (method === 'users.info') return { ok: true, user: ours }
      return args.get('cursor') === 'more' ? page(['C2']) : page(['C1'], 'more')
    })
    assert.equal((await people.actorIn({ id: 'U1' }, 'C1')).role, 'member')
    assert.equal((await people.actorIn({ id: 'U1' }, 'C2')).role, 'member')
    assert.equal((await people.actorIn({ id: 'U1' }, 'C3')).role, 'visitor')
    assert.deepEqual(await people.memberChannels('U1'), new Set(['C1', 'C2']))
    assert.equal(asked.filter(method => method === 'users.conversations').length, 2)
  })

  test('where Slack does not say, nobody is in a channel; administrators and guests stay what they are', async () => {
    for (const [user, role] of [
      [{ team_id: 'T1' }, 'visitor'],
      [{ team_id: 'T1', is_admin: true }, 'admin'],
      [{ team_id: 'T1', is_restricted: true }, 'guest'],
    ] as const) {
      const { people } = peopleOf(async method =>
        method === 'users.info' ? { ok: true, user } : { ok: false, error: 'missing_scope' },
      )
      assert.equal((await people.actorIn({ id: 'U1' }, 'C1')).role, role)
      assert.equal(await people.memberChannels('U1'), undefined)
    }
  })
})
