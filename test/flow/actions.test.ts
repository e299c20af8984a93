/**
 * Buttons, menus and the shortcut, over HTTP and Socket Mode, against the simulated Slack. A press does what typing would, for whoever
 * presses, once; what is repeated, expired, forged, foreign or malformed changes nothing twice, never throws, and is answered in words
 * where anybody can be answered.
 */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import fc from 'fast-check'
import type { Interaction, SimMessage } from '../../sim/slack/server.ts'
import type { Answer } from '../../src/control/control.ts'
import { people, postBy } from '../rig/controls.ts'
import { botPosts, buttons, eventually, modes, type, type Whole, whole } from './slack-in-rig.ts'

const channel = 'C0DARK'
const juno = 'U0JUNO'
const menu = {
  type: 'section',
  text: { type: 'mrkdwn', text: 'A post' },
  accessory: {
    type: 'overflow',
    action_id: 'birdwire:post',
    options: [
      { text: { type: 'plain_text', text: 'Why is this here?' }, value: 'why' },
      { text: { type: 'plain_text', text: 'Mute' }, value: 'mute' },
      { text: { type: 'plain_text', text: 'Something of later' }, value: 'later' },
      { text: { type: 'plain_text', text: 'Open on X' }, value: 'open', url: 'https://x.com/mira_okafor/status/1790' },
    ],
  },
}

const press = (all: Whole, on: Parameters<Whole['slack']['action']>[0]['on'], actionId: string, choose?: string) =>
  all.slack.action({ user: juno, on, actionId, ...(choose === undefined ? {} : { choose }) })

/** What the presser was told through the response_url. */
async function said({ ack, later }: Interaction): Promise<string> {
  assert.equal(ack.ok, true)
  const [use] = await later(1)
  assert.equal(use?.status, 200, use?.answer)
  assert.ok(use.shown !== undefined && 'from' in use.shown, 'for the presser alone')
  assert.equal(use.shown.user, juno)
  return use.shown.text
}

/** Body of the first answer to a raw interaction; `hook` is of a command typed just before. */
async function saidOf(all: Whole, payload: object): Promise<{ readonly text: string; readonly url: string }> {
  const { hook, later } = await all.slack.command({ user: juno, channel, command: '/birdwire', text: 'list' })
  const ack = await all.interact({ ...payload, response_url: hook?.url })
  assert.equal(ack.ok, true)
  const [use] = await later(1)
  return { text: use?.shown?.text ?? '', url: hook?.url ?? '' }
}

/** A press as Slack tells of it. */
const blockActions = (action: object, more: object = {}) => ({
  ...{ type: 'block_actions', api_app_id: 'A0BIRDWIRE', trigger_id: `1.${++triggers}.raw` },
  team: { id: 'T0LATTICE', domain: 'lattice-group' },
  user: { id: juno, username: 'juno_albright', name: 'juno_albright', team_id: 'T0LATTICE' },
  container: { type: 'message', message_ts: '1.1', channel_id: channel, is_ephemeral: false },
  channel: { id: channel, name: 'dark-matter' },
  message: { type: 'message', ts: '1.1', bot_id: 'B0BIRDWIRE', app_id: 'A0BIRDWIRE', text: 'A post' },
  actions: [{ type: 'button', block_id: 'b', action_ts: '1.2', ...action }],
  ...more,
})
let triggers = 0

const shortcut = (message: SimMessage, more: object = {}) => ({
  ...{ type: 'message_action', callback_id: 'why_message', trigger_id: `2.${++triggers}.raw`, action_ts: '1.2' },
  team: { id: 'T0LATTICE', domain: 'lattice-group' },
  user: { id: juno, name: 'juno_albright', team_id: 'T0LATTICE' },
  channel: { id: channel, name: 'dark-matter' },
  message_ts: message.ts,
  message: { type: 'message', user: message.user, ts: message.ts, text: message.text },
  ...more,
})

/** A post by mira_okafor that this message of ours shows. */
async function shows({ rig }: Whole, message: SimMessage, id = '1790000000000000000'): Promise<void> {
  const [mira] = people
  assert.ok(mira)
  const at = rig.clock.now()
  const arrival = { kind: 'post', cursor: id, post: postBy(mira, id, 'Axions, perhaps'), via: 'stream', at } as const
  await rig.store.commit(
    [{ source: 'x', arrival, deliver: [{ channel, because: '@mira_okafor is followed' }], rejected: [] }],
    at,
  )
  const [claim] = await rig.store.claim(at, 60_000, 1)
  assert.ok(claim)
  const sent = { state: 'sent', ts: message.ts } as const
  await rig.store.settle(claim, { delivery: sent, lane: { freeAt: at } }, at)
}

const changes = async ({ rig }: Whole) => (await rig.store.audit(undefined, 100)).length
const follows = async ({ rig }: Whole) => (await rig.route(channel))?.follows.map(({ handle }) => handle) ?? []

for (const mode of modes) {
  describe(`over ${mode}`, () => {
    test('a button does what typing would, where it stands, for whoever presses; the message stays', async () => {
      await using all = await whole(mode)
      const message = await botPosts(all.slack, channel, [buttons('follow ibm', 'list')])
      assert.match(await said(await press(all, message, 'birdwire:do:0')), /^Now following IBM \(@IBM\)/)
      assert.deepEqual(await follows(all), ['IBM'])
      assert.equal((await all.rig.store.audit(channel, 1))[0]?.who, juno)
      assert.match((await all.rig.notices(channel))[0] ?? '', /^\*juno_albright\* followed IBM/)
      assert.match(await said(await press(all, message, 'birdwire:do:1')), /Followed here/)
      assert.equal(all.slack.messages(channel)[0]?.text, 'A post')
      assert.deepEqual(all.failures, [])
    })

    test('a press in a thread is answered in the thread', async () => {
      await using all = await whole(mode)
      const first = await botPosts(all.slack, channel, [menu])
      const reply = await botPosts(all.slack, channel, [buttons('list')], first.ts)
      const [use] = await (await press(all, reply, 'birdwire:do:0')).later(1)
      assert.ok(typeof use?.body === 'object' && use.body !== null && 'thread_ts' in use.body)
      assert.equal(use.body.thread_ts, first.ts)
    })

    test('an answer with offers has buttons; a press puts the result in its place, Cancel takes it away', async () => {
      const offering: Answer = {
        text: 'This would add 3 posts.',
        changed: false,
        offers: [
          { label: 'Save', does: 'follow ibm', style: 'primary' },
          { label: 'Cancel', does: 'cancel' },
        ],
      }
      await using all = await whole(mode, {
        controls: real => ({ ...real, run: async (...args) => (args[2] === 'offer' ? offering : real.run(...args)) }),
      })
      const { shown } = await all.slack.command({ user: juno, channel, command: '/birdwire', text: 'offer' })
      assert.ok(shown)
      assert.equal(shown.text, 'This would add 3 posts.')
      const [saved] = await (await press(all, shown, 'birdwire:do:0')).later(1)
      assert.match(JSON.stringify(saved?.body), /"replace_original":true/)
      assert.match(saved?.shown?.text ?? '', /^Now following IBM/)
      const [gone] = await (await press(all, shown, 'birdwire:do:1')).later(1)
      assert.deepEqual(gone?.body, { delete_original: true })
      assert.deepEqual(await follows(all), ['IBM'])
      assert.deepEqual(all.failures, [])
    })

    test('a double click, and the same request again, change once', async () => {
      await using all = await whole(mode)
      const message = await botPosts(all.slack, channel, [buttons('follow ibm')])
      const [one, two] = await Promise.all([press(all, message, 'birdwire:do:0'), press(all, message, 'birdwire:do:0')])
      const texts = [await said(one), await said(two)].toSorted()
      assert.match(texts[0] ?? '', /^Already follow/)
      assert.match(texts[1] ?? '', /^Now following/)
      const replayed = blockActions({ action_id: 'birdwire:do', value: 'follow ligo_lab' })
      await saidOf(all, replayed)
      await all.rig.controls.run({ id: juno }, channel, 'unfollow ligo_lab')
      const before = await changes(all)
      for (let i = 0; i < 3; i++) assert.equal((await all.interact(replayed)).ok, true)
      await type(all.slack, '/birdwire', 'list')
      assert.equal(await changes(all), before)
      assert.deepEqual(await follows(all), ['IBM'])
      assert.deepEqual(all.failures, [])
    })

    test('what is done is done once where the address for the answer is used up', async () => {
      await using all = await whole(mode)
      const { hook, later } = await all.slack.command({ user: juno, channel, command: '/birdwire', text: 'list' })
      const url = hook?.url ?? ''
      // Slack takes five answers at one address.
      for (let i = 0; i < 5; i++) await fetch(url, { method: 'POST', body: JSON.stringify({ text: 'used' }) })
      const payload = blockActions({ action_id: 'birdwire:do', value: 'follow ibm' }, { response_url: url })
      for (const [i, trigger_id] of ['1.first.raw', '1.again.raw'].entries()) {
        assert.equal((await all.interact({ ...payload, trigger_id })).ok, true)
        assert.equal((await later(6 + i))[5 + i]?.answer, 'used_url')
      }
      await eventually(async () => all.failures.length === 2)
      for (const failure of all.failures)
        assert.ok(failure instanceof Error && /404/.test(failure.message), String(failure))
      assert.equal(await changes(all), 1)
      // None at all, as from a view.
      const mute = blockActions({ action_id: 'birdwire:do', value: 'follow ibm' })
      assert.equal((await all.interact(mute)).ok, true)
      assert.match(await type(all.slack, '/birdwire', 'list'), /IBM/)
    })

    test('a slow control costs Slack nothing: acknowledged at once, answered when it is done', async () => {
      await using all = await whole(mode)
      const gate = Promise.withResolvers<void>()
      all.rig.source.gate = gate.promise
      const message = await botPosts(all.slack, channel, [buttons('follow ibm')])
      const pressed = await press(all, message, 'birdwire:do:0')
      assert.ok(pressed.ack.ok && pressed.ack.ms < 3000)
      assert.deepEqual(await follows(all), [])
      gate.resolve()
      assert.match(await said(pressed), /^Now following/)
    })

    test('a message that is not ours has no say', async () => {
      await using all = await whole(mode)
      const action = { action_id: 'birdwire:do', value: 'follow ibm' }
      const strangers = [
        { message: { type: 'message', ts: '1.1', bot_id: 'B0OTHER', app_id: 'A0BIRDWIRE' } },
        { message: { type: 'message', ts: '1.1', app_id: 'A0OTHER' } },
        { message: { type: 'message', ts: '1.1', user: juno } },
        { message: undefined },
      ]
      for (const stranger of strangers)
        assert.match((await saidOf(all, blockActions(action, stranger))).text, /not one of a message of Birdwire/)
      assert.equal(await changes(all), 0)
    })

    test('the menu of a post: why, mute its author, its address', async () => {
      await using all = await whole(mode)
      const message = await botPosts(all.slack, channel, [menu])
      assert.match(await said(await press(all, message, 'birdwire:post', 'why')), /no longer knows which post/)
      await shows(all, message)
      assert.match(await said(await press(all, message, 'birdwire:post', 'why')), /@mira_okafor/)
      assert.match(await said(await press(all, message, 'birdwire:post', 'later')), /does not know that button/)
      assert.equal(await changes(all), 0)
      assert.match(await said(await press(all, message, 'birdwire:post', 'mute')), /Mira Okafor/)
      assert.deepEqual(
        (await all.rig.route(channel))?.muted.map(({ handle }) => handle),
        ['mira_okafor'],
      )
      const opened = await press(all, message, 'birdwire:post', 'open')
      assert.equal(opened.ack.ok, true)
      await type(all.slack, '/birdwire', 'list')
      assert.equal(opened.hook?.uses.length, 0, 'Slack opens it by itself')
      assert.deepEqual(all.failures, [])
    })

    test('a guest may look from the menu and the shortcut, and change nothing', async () => {
      await using all = await whole(mode, { slack: { users: [{ id: juno, name: 'juno_albright', guest: 'multi' }] } })
      const message = await botPosts(all.slack, channel, [menu, buttons('follow ibm')])
      await shows(all, message)
      assert.match(await said(await press(all, message, 'birdwire:post', 'why')), /@mira_okafor/)
      assert.match((await saidOf(all, shortcut(message))).text, /@mira_okafor/)
      assert.match(await said(await press(all, message, 'birdwire:post', 'mute')), /^Guests can look/)
      assert.match(await said(await press(all, message, 'birdwire:do:0')), /^Guests can look/)
      // Whom the press itself calls of another workspace is one, whatever else is known.
      const outsider = { user: { id: 'U0TOMAS', name: 'tomas_lind', team_id: 'T0ELSEWHERE' } }
      const follow = blockActions({ action_id: 'birdwire:do', value: 'follow ibm' }, outsider)
      assert.match((await saidOf(all, follow)).text, /^People from other organisations can look/)
      assert.equal(await changes(all), 0)
    })

    test('a message of several posts: why for each, the rest by typing', async () => {
      const asked: string[] = []
      await using all = await whole(mode, {
        controls: real => ({
          ...real,
          postsIn: async () => ['1791', '1792'].map(id => ({ id, handle: 'mira_okafor' })),
          run: async (...args) => {
            asked.push(args[2])
            return real.run(...args)
          },
        }),
      })
      const why = {
        type: 'button',
        action_id: 'birdwire:post',
        text: { type: 'plain_text', text: 'Why?' },
        value: 'why',
      }
      const message = await botPosts(all.slack, channel, [{ type: 'actions', elements: [why] }, menu])
      await said(await press(all, message, 'birdwire:post'))
      assert.deepEqual(asked, ['why 1791 1792'])
      const mute = blockActions({ action_id: 'birdwire:post', selected_option: { value: 'mute' } })
      assert.match((await saidOf(all, mute)).text, /^This message shows several posts/)
      assert.equal(await changes(all), 0)
    })

    test('a button with an address is only acknowledged, one of a view is left to views, others are answered', async () => {
      await using all = await whole(mode)
      const silent = [blockActions({ action_id: 'link:0' }), blockActions({ action_id: 'link:why' })]
      for (const payload of silent) {
        const { hook } = await all.slack.command({ user: juno, channel, command: '/birdwire', text: 'list' })
        assert.equal((await all.interact({ ...payload, response_url: hook?.url })).ok, true)
        await type(all.slack, '/birdwire', 'list')
        assert.equal(hook?.uses.length, 0)
      }
      const odd = ['', 'view', 'birdwire:', 'birdwire:other', 'BIRDWIRE:DO', 'birdwire:doom']
      for (const id of odd)
        assert.match(
          (await saidOf(all, blockActions({ action_id: id, value: 'follow ibm' }))).text,
          /does not know that button/,
          id,
        )
      const lame: readonly object[] = [{ channel: undefined }, { user: { id: 7 } }, { container: [] }]
      for (const more of lame)
        assert.match(
          (await saidOf(all, blockActions({ action_id: 'birdwire:do', value: 'follow ibm' }, more))).text,
          /does not know that button/,
        )
      assert.equal(await changes(all), 0)
      assert.deepEqual(all.failures, [])
    })

    test('a direct message is no channel; a private one may still need the bot', async () => {
      await using all = await whole(mode)
      const follow = { action_id: 'birdwire:do', value: 'follow ibm' }
      const at = (id: string, name: string) => ({ channel: { id, name } })
      assert.match(
        (await saidOf(all, blockActions(follow, at('D0JUNO', 'directmessage')))).text,
        /brings posts into channels/,
      )
      assert.match(
        (await saidOf(all, blockActions(follow, at('G0HIRING', 'privategroup')))).text,
        /\n.*`\/invite @birdwire`/,
      )
      assert.equal(await changes(all), 1)
    })

    test('whatever a button says is answered in words', async () => {
      await using all = await whole(mode)
      const value = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc
          .tuple(
            fc.constantFrom('follow', 'keyword', 'topic', 'options', 'why', 'mute', 'pause', 'redeliver', 'list'),
            fc.string({ unit: 'grapheme' }),
          )
          .map(words => words.join(' ')),
      )
      await fc.assert(
        fc.asyncProperty(value, async text => {
          const { text: answer } = await saidOf(all, blockActions({ action_id: 'birdwire:do', value: text }))
          assert.ok(answer.length > 0)
          assert.doesNotMatch(answer, /went wrong inside/)
        }),
        { numRuns: 60 },
      )
      assert.deepEqual(all.failures, [])
    })

    test('the shortcut says why: of a message of ours, of an address in anybody’s, and that there is none', async () => {
      await using all = await whole(mode)
      const message = await botPosts(all.slack, channel, [menu])
      assert.match((await saidOf(all, shortcut(message))).text, /it shows none, and has no address of one/)
      await shows(all, message)
      assert.match((await saidOf(all, shortcut(message))).text, /@mira_okafor/)
      const theirs = all.slack.say(
        juno,
        channel,
        'Look: <https://twitter.com/mira_okafor/status/1790000000000000000?s=20>',
      )
      assert.match((await saidOf(all, shortcut(theirs))).text, /@mira_okafor/)
      const unknown = all.slack.say(juno, channel, '<https://x.com/tomas_lind/status/17> and x.com/a/status/12')
      assert.match((await saidOf(all, shortcut(unknown))).text, /@tomas_lind/)
      assert.match((await saidOf(all, shortcut(message, { callback_id: 'dance' }))).text, /does not know that shortcut/)
      assert.equal(await changes(all), 0)
      assert.deepEqual(all.failures, [])
    })
  })
}

test('over HTTP, a press that Slack did not sign is refused with 401 and changes nothing', async () => {
  await using all = await whole('http')
  const on = await botPosts(all.slack, channel, [buttons('follow ibm')])
  const tamperings = ['forged', 'other-body', 'stale', 'future', 'no-signature', 'no-headers', 'garbled'] as const
  for (const tampering of tamperings) {
    const { ack, hook } = await all.slack.action({ user: juno, on, actionId: 'birdwire:do:0', tampering })
    assert.equal(ack.status, 401, tampering)
    assert.equal(hook?.uses.length, 0)
  }
  assert.equal(await changes(all), 0)
})
