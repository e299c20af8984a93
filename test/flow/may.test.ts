/**
 * Who may do what, for every control and from every door: typed in Slack, typed the old way, pressed as a button, asked by the shortcut, at
 * the command line, and through the controls themselves for those who come from elsewhere. What is refused names who may, and leaves the
 * store as it was. What each verb asks is written down here once more by hand: a verb that is not in the table fails.
 */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import fc from 'fast-check'
import type { UserSeed } from '../../sim/slack/seed.ts'
import type { SimMessage } from '../../sim/slack/server.ts'
import { commandLine } from '../../src/control/command-line.ts'
import type { Need, Role } from '../../src/control/may.ts'
import { oldVerbs, synonyms, verbs } from '../../src/control/verbs.ts'
import { controlsRig, type Rig } from '../rig/controls.ts'
import { botPosts, buttons, type Mode, modes, type, type Whole, whole } from './slack-in-rig.ts'

const channel = 'C0DARK'
const post = '1790000000000000000'
const unchanged: readonly Case[] = [
  ['', 'look'],
  ['list', 'look'],
]
type Case = readonly [args: string, need: Need]

/** What each verb asks of whoever uses it. */
const asked: Readonly<Record<string, readonly Case[]>> = {
  follow: [['tomas_lind', 'change']],
  unfollow: [['ibm', 'change']],
  import: [['https://x.com/i/lists/1600', 'change']],
  mute: [['tomas_lind', 'change']],
  unmute: [['tomas_lind', 'change']],
  keyword: [...unchanged, ['axion', 'change'], ['list price', 'change'], ['remove axion', 'change']],
  topic: [...unchanged, ['axion', 'change'], ['show business', 'change'], ['remove axion', 'change']],
  options: [
    ['', 'look'],
    ['replies on', 'change'],
    ['locked on', 'administer'],
    ['LOCK=off', 'administer'],
    ['replies off, locked: yes', 'administer'],
  ],
  pace: [
    ['', 'look'],
    ['live', 'change'],
    ['digest 9:00', 'change'],
  ],
  pause: [['', 'change']],
  resume: [['', 'change']],
  preview: [
    ['follow tomas_lind', 'look'],
    ['options locked on', 'look'],
  ],
  save: [
    ['- follow tomas_lind', 'change'],
    ['- options locked on', 'administer'],
  ],
  cancel: [['', 'look']],
  undo: [['', 'change']],
  log: [['', 'look']],
  fewer: [[post, 'look']],
  list: [['', 'look']],
  status: [['', 'look']],
  why: [
    [post, 'look'],
    [`${post} at X`, 'change'],
  ],
  cost: [['', 'look']],
  gaps: [['', 'look']],
  dead: [['', 'look']],
  redeliver: [['all', 'change']],
  takedown: [[post, 'administer']],
  reconnect: [['', 'administer']],
  help: [['', 'look']],
}
const askedOld: Readonly<Record<string, readonly Case[]>> = {
  '/users': [['ibm', 'look']],
  '/keywords': [['axion', 'look']],
  '/add_user': [['ibm', 'change']],
  '/remove_user': [['ibm', 'change']],
  '/add_keyword': [['axion', 'change']],
  '/remove_keyword': [['axion', 'change']],
  '/help': [['', 'look']],
}
const cases = Object.entries(asked).flatMap(([verb, some]) =>
  some.map(([args, need]) => ({ text: `${verb} ${args}`.trim(), need })),
)

test('every verb is in the table', () => {
  assert.deepEqual(Object.keys(asked).toSorted(), Object.keys(verbs).toSorted())
  assert.deepEqual(Object.keys(askedOld).toSorted(), Object.keys(oldVerbs).toSorted())
  for (const [word, verb] of Object.entries(synonyms)) assert.ok(Object.hasOwn(verbs, verb), word)
})

/** Who may; else what they are told. */
function refusal(role: Role, need: Need, locked: boolean): RegExp | undefined {
  if (need === 'look' || role === 'admin' || role === 'operator') return undefined
  if (role === 'guest') return /^Guests can look, .+: a member of this channel can\.$/
  if (role === 'outsider') return /^People from other organisations can look, .+: a member of this workspace can\.$/
  if (role === 'visitor') return /^Only members of that channel and administrators can change it\./
  if (need === 'administer') return /^Only an administrator can do that: .+ `BIRDWIRE_ADMINS`\.$/
  return locked ? /^This channel is locked: only an admin .+ `BIRDWIRE_ADMINS`, can change it\.$/ : undefined
}
const anyRefusal = /^(?:Guests can|People from other|Only members of|Only an admin|This channel is locked)/

/** Everything that a change would show in. */
async function state({ store, changes }: Rig): Promise<string> {
  const [routes, audit, dead, lanes] = await Promise.all([
    store.routes(),
    store.audit(undefined, 1000),
    store.dead(100),
    store.lanes(),
  ])
  return JSON.stringify([routes, audit, dead, lanes, changes()])
}

const operator = { id: 'command line', role: 'operator' } as const
const lock = (rig: Rig, locked: boolean) =>
  rig.controls.run(operator, channel, `options locked ${locked ? 'on' : 'off'}`)

/** Asks, and looks whether that was answered and obeyed as it should be. */
async function check(
  rig: Rig,
  { role, need, locked, what }: { role: Role; need: Need; locked: boolean; what: string },
  ask: () => Promise<string>,
): Promise<void> {
  await lock(rig, locked)
  const before = await state(rig)
  const answer = await ask()
  const expected = refusal(role, need, locked)
  const saying = `${what} by ${role}${locked ? ', locked' : ''}: ${answer}`
  if (expected === undefined) assert.doesNotMatch(answer, anyRefusal, saying)
  else {
    assert.match(answer, expected, saying)
    assert.equal(await state(rig), before, saying)
  }
  if (need === 'look') assert.equal(await state(rig), before, saying)
}

const locks = [false, true]

describe('through the controls', () => {
  const roles: readonly (Role | undefined)[] = [
    'operator',
    'admin',
    'member',
    undefined,
    'visitor',
    'guest',
    'outsider',
  ]
  for (const role of roles) {
    test(`${role ?? 'nobody in particular'}, with every verb`, async () => {
      await using rig = await controlsRig()
      const who = { id: 'U1', ...(role === undefined ? {} : { role }) }
      for (const locked of locks) {
        for (const { text, need } of cases)
          await check(
            rig,
            { role: role ?? 'member', need, locked, what: text },
            async () => (await rig.controls.run(who, channel, text)).text,
          )
        for (const [command, some] of Object.entries(askedOld))
          for (const [args, need] of some)
            await check(rig, { role: role ?? 'member', need, locked, what: command }, async () => {
              const answer = await rig.controls.old(command, who, channel, args)
              return answer?.text ?? ''
            })
      }
    })
  }

  test('at the command line everything is allowed', async () => {
    await using rig = await controlsRig()
    for (const { text, need } of cases)
      await check(rig, { role: 'operator', need, locked: true, what: text }, () =>
        commandLine(rig.deps, { text, channel }),
      )
  })

  for (const role of ['guest', 'outsider', 'visitor'] as const) {
    test(`whatever a ${role} types, nothing changes`, async () => {
      await using rig = await controlsRig()
      await rig.controls.run({ id: 'U1' }, channel, 'follow ibm')
      await rig.controls.run({ id: 'U1' }, channel, 'keyword axion, haloscope')
      const before = await state(rig)
      const word = fc.constantFrom(
        'add',
        'remove',
        'list',
        'show',
        'on',
        'locked',
        'ibm',
        'axion',
        'all',
        'force',
        '-',
        ',',
        '“',
        post,
      )
      const typed = fc
        .tuple(
          fc.constantFrom('', 'preview ', 'save - '),
          fc.constantFrom(...Object.keys(verbs), ...Object.keys(synonyms)),
          fc.array(fc.oneof(word, fc.string({ unit: 'grapheme' }))),
        )
        .map(([first, verb, rest]) => `${first}${[verb, ...rest].join(' ')}`)
      await fc.assert(
        fc.asyncProperty(typed, async text => {
          const answer = await rig.controls.run({ id: 'U2', role }, channel, text)
          assert.equal(answer.changed, false, answer.text)
          assert.equal(await state(rig), before, answer.text)
        }),
        { numRuns: 300 },
      )
    })
  }
})

test('what only administrators can do, only they take back', async () => {
  await using rig = await controlsRig()
  await lock(rig, true)
  await lock(rig, false)
  const before = await state(rig)
  const { text } = await rig.controls.run({ id: 'U1', role: 'member' }, channel, 'undo')
  assert.match(text, /^Only an administrator can do that/)
  assert.equal(await state(rig), before)
})

/** Who there is in the simulated workspace, by what they are. */
const somebody = { admin: 'U0MIRA', member: 'U0JUNO', guest: 'U0GUEST', outsider: 'U0OUTSIDE' } as const
/** In BIRDWIRE_ADMINS. */
const named = 'U0NAMED'
const users: readonly UserSeed[] = [
  { id: somebody.admin, name: 'mira_okafor', isAdmin: true },
  { id: somebody.member, name: 'juno_albright' },
  { id: somebody.guest, name: 'gus_visser', guest: 'multi' },
  { id: somebody.outsider, name: 'odile_renard', isAdmin: true, foreignTeam: 'T0ELSEWHERE' },
  { id: named, name: 'nora_vance' },
]
const slackOf = (mode: Mode) => whole(mode, { admins: [named], slack: { users } })
const inSlack: readonly (readonly [user: string, role: Role])[] = [
  [somebody.admin, 'admin'],
  [named, 'admin'],
  [somebody.member, 'member'],
  [somebody.guest, 'guest'],
  [somebody.outsider, 'outsider'],
]
/** All of them by everybody over both would take long: over sockets, and of one of two administrators, one of each need. */
const casesOver = (mode: Mode, user: string) =>
  mode === 'http' && user !== named
    ? cases
    : cases.filter(({ text }) => ['list', 'pause', 'follow tomas_lind', 'reconnect'].includes(text))

/** What somebody is told after a press. */
async function pressed(
  { slack }: Whole,
  user: string,
  on: Parameters<typeof slack.action>[0]['on'],
  actionId: string,
  choose?: string,
) {
  const { ack, later } = await slack.action({ user, on, actionId, ...(choose === undefined ? {} : { choose }) })
  assert.equal(ack.ok, true)
  const [use] = await later(1)
  assert.ok(use?.shown !== undefined && 'from' in use.shown && use.shown.user === user, 'for them alone')
  return use.shown.text
}

for (const mode of modes) {
  describe(`over ${mode}`, () => {
    for (const [user, role] of inSlack) {
      test(`${user}, ${role}: typed`, async () => {
        await using all = await slackOf(mode)
        await type(all.slack, '/birdwire', 'help', channel, user)
        for (const locked of locks) {
          for (const { text, need } of casesOver(mode, user))
            await check(all.rig, { role, need, locked, what: text }, () =>
              type(all.slack, '/birdwire', text, channel, user),
            )
          for (const [command, [first]] of Object.entries(askedOld)) {
            const [args, need] = first ?? ['', 'look']
            await check(all.rig, { role, need, locked, what: command }, () =>
              type(all.slack, command, args, channel, user),
            )
          }
        }
        assert.deepEqual(all.failures, [])
      })

      test(`${user}, ${role}: pressed`, async () => {
        await using all = await slackOf(mode)
        await type(all.slack, '/birdwire', 'help', channel, user)
        const some = casesOver(mode, user)
        // An actions block takes 25 buttons.
        const batches = [some.slice(0, 25), some.slice(25)].filter(({ length }) => length > 0)
        const blocks = batches.map(batch => buttons(...batch.map(({ text }) => text)))
        const messages: SimMessage[] = []
        for (const block of blocks) messages.push(await botPosts(all.slack, channel, [block]))
        for (const locked of locks)
          for (const [i, { text, need }] of some.entries()) {
            const message = messages[Math.floor(i / 25)]
            assert.ok(message)
            await check(all.rig, { role, need, locked, what: text }, () =>
              pressed(all, user, message, `birdwire:do:${i % 25}`),
            )
          }
        assert.deepEqual(all.failures, [])
      })
    }
  })
}
