/**
 * Slack, inward, against the simulated Slack, over HTTP and over Socket Mode: every command is answered in words within three seconds and
 * seen by its author alone; what Slack did not sign is refused; what Slack or the network does wrong changes a state and nothing else.
 */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import fc from 'fast-check'
import type { Tampering } from '../../sim/slack/server.ts'
import {
  slackPatienceMs,
  slackPeopleMs,
  slackRetryFirstMs,
  slackSocketStaggerMs,
  slackWhoMs,
} from '../../src/limits.ts'
import { eventually, modes, type, type Whole, whole } from './slack-in-rig.ts'

for (const mode of modes) {
  describe(`over ${mode}`, () => {
    test('every command is answered in words, to its author alone, and acts on the channel it is typed in', async () => {
      await using all = await whole(mode)
      const { slack, rig } = all
      assert.match(
        await type(slack, '/birdwire', 'follow https://x.com/ibm, Ligo_Lab'),
        /^Now following IBM \(@IBM\) and/,
      )
      assert.match(await type(slack, '/birdwire', 'keyword add #qubits, “dark matter”, R&D'), /^Added the keywords/)
      assert.match(await type(slack, '/birdwire', 'topic "squeezed light"'), /^Added the topic/)
      assert.match(await type(slack, '/birdwire', 'list'), /Followed here/)
      assert.match(await type(slack, '/birdwire', 'options replies on'), /^Done/)
      assert.match(await type(slack, '/birdwire', 'pause'), /^Paused/)
      assert.match(await type(slack, '/birdwire', 'resume'), /^Resumed/)
      assert.match(await type(slack, '/birdwire', 'status'), /\*X\*: connected/)
      assert.match(await type(slack, '/birdwire', 'unfollow ibm'), /^No longer following/)
      assert.match(await type(slack, '/birdwire', 'help'), /brings posts from X/)
      assert.match(await type(slack, '/birdwire', 'dance'), /^There is no command/)
      assert.match(await type(slack, '/BirdWire', 'follow @tomas_lind'), /^That is a Slack user/)
      const route = await rig.route('C0DARK')
      assert.deepEqual(route?.keywords, ['#qubits', '"dark matter"', '"R&D"'])
      assert.equal(await rig.route('C0QUBITS'), undefined)
      const [first] = await rig.notices('C0DARK')
      assert.match(first ?? '', /^\*juno_albright\* followed IBM \(@IBM\)/)
      assert.deepEqual(slack.posts(), [], 'what hears posts nothing itself')
      assert.deepEqual(all.failures, [])
    })

    test('the old seven work as they did', async () => {
      await using all = await whole(mode)
      const { slack, rig } = all
      assert.match(await type(slack, '/add_user', 'ibm'), /^Now following IBM/)
      assert.match(await type(slack, '/users'), /IBM \(@IBM\)/)
      assert.match(
        await type(slack, '/add_keyword', 'dark matter'),
        /^Added the keyword `"dark matter"`\.\nFrom now on: .*\nThat is a phrase/,
      )
      assert.match(await type(slack, '/keywords'), /`"dark matter"`/)
      assert.match(await type(slack, '/remove_keyword', 'Dark Matter'), /^Removed the keyword/)
      assert.match(await type(slack, '/remove_user', '@ibm'), /^No longer following/)
      assert.match(await type(slack, '/help'), /`\/add_keyword WORD or phrase`/)
      assert.deepEqual((await rig.route('C0DARK'))?.follows, [])
      assert.deepEqual(all.failures, [])
    })

    test('in a private channel where nothing was ever posted the person is told to invite the bot', async () => {
      await using all = await whole(mode)
      assert.match(await type(all.slack, '/birdwire', 'follow ibm', 'G0HIRING'), /\n.*`\/invite @birdwire`/)
      assert.doesNotMatch(await type(all.slack, '/birdwire', 'list', 'G0HIRING'), /invite/)
      assert.equal((await all.rig.notices('G0HIRING')).length, 1)
      assert.doesNotMatch(await type(all.slack, '/birdwire', 'unfollow ibm', 'G0HIRING'), /invite/)
    })

    test('when the network is slow, Slack is told to wait and the answer follows', async () => {
      await using all = await whole(mode)
      const gate = Promise.withResolvers<void>()
      all.rig.source.gate = gate.promise
      const command = { user: 'U0JUNO', channel: 'C0DARK', command: '/birdwire', text: 'follow ibm' }
      const asking = all.slack.command(command)
      await eventually(async () => all.rig.source.asked.length === 1)
      await all.rig.clock.advance(slackPatienceMs)
      const asked = await asking
      assert.equal(asked.ack.ok, true)
      assert.ok(asked.ack.ms < 3000)
      assert.equal(asked.shown?.text, 'Looking that up…')
      gate.resolve()
      const [use] = await asked.later(1)
      assert.equal(use?.shown?.text, 'Now following IBM (@IBM).')
      assert.ok(use.shown !== undefined && 'from' in use.shown, 'still for its author alone')
    })

    test('a button with an address is acknowledged', async () => {
      await using all = await whole(mode)
      const { slack } = all
      const message = { channel: 'C0DARK', text: 'A post', blocks: JSON.stringify([button]) }
      const posted = await fetch(`${slack.apiUrl}chat.postMessage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${slack.botToken}` },
        body: new URLSearchParams(message),
      })
      assert.equal(posted.ok, true)
      const [on] = await slack.received(1, 'C0DARK')
      assert.ok(on)
      const { ack } = await slack.action({ user: 'U0JUNO', on, actionId: 'view' })
      assert.equal(ack.ok, true)
    })

    test('a channel that closes is paused, one that is renamed is known by its new name, an invitation is greeted once', async () => {
      await using all = await whole(mode)
      const { slack, rig } = all
      await type(slack, '/birdwire', 'follow ibm')
      await slack.event({ type: 'channel_rename', channel: { id: 'C0DARK', name: 'wimps', created: 1 } })
      await slack.event({ type: 'channel_archive', channel: 'C0DARK', user: 'U0MIRA' })
      await eventually(async () => (await rig.route('C0DARK'))?.paused === true)
      assert.equal((await rig.store.lanes()).find(lane => lane.channel === 'C0DARK')?.name, 'wimps')
      const joined = { type: 'member_joined_channel', channel: 'C0QUBITS', channel_type: 'C', team: 'T0LATTICE' }
      await slack.event({ ...joined, user: 'U0MIRA' })
      await slack.event({ ...joined, user: 'U0BIRDWIRE', inviter: 'U0MIRA' })
      await eventually(async () => (await rig.store.audit('C0QUBITS', 5)).length === 1)
      assert.match((await rig.notices('C0QUBITS'))[0] ?? '', /^Birdwire brings posts/)
      assert.deepEqual(all.failures, [])
    })

    test('who somebody is, is asked once; administrators are Slack’s own and those in BIRDWIRE_ADMINS', async () => {
      await using all = await whole(mode, { admins: ['U0TOMAS'] })
      const reconnect = (user: string) => type(all.slack, '/birdwire', 'reconnect', 'C0DARK', user)
      for (const user of ['U0MIRA', 'U0TOMAS', 'U0MIRA']) assert.match(await reconnect(user), /^X ended one connection/)
      for (const _ of [1, 2]) assert.match(await reconnect('U0JUNO'), /^Only an administrator can do that/)
      assert.equal(all.slack.calls('users.info').length, 2)
    })

    test('a message has an address once Slack told that of the workspace', async () => {
      await using all = await whole(mode)
      const { slackIn } = all
      const there = 'https://lattice-group.slack.com/archives/C0DARK/p1358546515000080'
      assert.equal(slackIn.permalink('C0DARK', '1358546515.000080'), there)
      assert.equal(
        slackIn.permalink('C0DARK', '1358546515.000080', '1358546500.000010'),
        `${there}?thread_ts=1358546500.000010&cid=C0DARK`,
      )
      await using refused = await whole(mode, { botToken: 'xoxb-of-somebody-else', ready: false })
      assert.equal(refused.slackIn.permalink('C0DARK', '1358546515.000080'), undefined)
    })

    test('an app that was removed is a state, and Slack is asked again', async () => {
      await using all = await whole(mode)
      await all.slack.event({ type: 'tokens_revoked', tokens: { oauth: ['U0MIRA'], bot: [] } })
      await all.slack.event({ type: 'app_uninstalled' })
      await all.reached('blocked')
      assert.match(all.slackIn.state().detail, /removed from the workspace/)
      assert.match(await type(all.slack, '/birdwire', 'list'), /^Nothing is wanted/)
    })

    test('a refused token neither stops the start nor the answers', async () => {
      await using all = await whole(mode, { botToken: 'xoxb-of-somebody-else', ready: false })
      await all.reached('blocked')
      assert.match(all.slackIn.state().detail, /Slack refuses the bot token \(invalid_auth\)/)
      if (mode === 'socket') await all.slack.sockets.connected(1)
      assert.match(await type(all.slack, '/birdwire', 'list'), /^Nothing is wanted/)
    })
  })
}

const button = {
  type: 'actions',
  elements: [{ type: 'button', action_id: 'view', text: { type: 'plain_text', text: 'View' }, url: 'https://x.com/a' }],
}

/** Lets the time of the next attempts come until it holds. */
async function again(all: Whole, holds: () => boolean): Promise<void> {
  await eventually(async () => {
    if (holds()) return true
    await all.rig.clock.advance(slackRetryFirstMs)
    return holds()
  })
}

describe('over HTTP, from strangers', () => {
  test('what Slack did not sign, or not now, is refused with 401 and changes nothing', async () => {
    await using all = await whole('http')
    const tamperings: readonly Tampering[] = [
      'forged',
      'other-body',
      'stale',
      'future',
      'no-signature',
      'no-timestamp',
      'no-headers',
      'garbled',
    ]
    for (const tampering of tamperings) {
      const { ack } = await all.slack.command({
        user: 'U0JUNO',
        channel: 'C0DARK',
        command: '/add_user',
        text: 'ibm',
        tampering,
      })
      assert.equal(ack.status, 401, tampering)
    }
    assert.equal(all.refusals.length, tamperings.length)
    assert.equal(await all.rig.route('C0DARK'), undefined)
    assert.match(await type(all.slack, '/add_user', 'ibm'), /^Now following/)
  })

  test("Slack's own questions are answered, and a repeated event is done once", async () => {
    await using all = await whole('http')
    assert.equal((await all.slack.verifyUrl()).verified, true)
    assert.equal((await all.slack.sslCheck()).status, 200)
    const body = new URLSearchParams({
      command: '/add_user',
      text: 'ibm',
      channel_id: 'C0DARK',
      channel_name: 'dark-matter',
      user_id: 'U0JUNO',
      trigger_id: '1.2.same',
    }).toString()
    const first = await all.slack.sendRaw(body, 'application/x-www-form-urlencoded; charset=utf-8')
    const again = await all.slack.sendRaw(body, 'application/x-www-form-urlencoded')
    assert.deepEqual([first.status, again.status], [200, 200])
    assert.equal(again.body, undefined)
    assert.equal((await all.rig.store.audit('C0DARK', 10)).length, 1)
  })

  test('odd bodies, types and methods get a 4xx', async () => {
    await using all = await whole('http')
    const form = 'application/x-www-form-urlencoded'
    const json = 'application/json'
    const cases: readonly [string, string, number][] = [
      ['', form, 404],
      ['a=b', 'text/plain', 415],
      ['{', json, 400],
      ['null', json, 400],
      ['[]', json, 400],
      ['payload=%7B', form, 400],
      ['payload=null', form, 400],
      ['{"event":null}', json, 400],
      ['{"type":"event_callback","event":{"type":"never_heard_of"}}', json, 200],
      ['{"type":"never_heard_of"}', json, 404],
      ['a'.repeat(1024 * 1024 + 1), form, 413],
    ]
    for (const [body, contentType, status] of cases) {
      const { status: given } = await all.slack.sendRaw(body, contentType)
      assert.equal(given, status, `${contentType} ${body.slice(0, 40)}`)
    }
    const got = await all.slackIn.handle?.({ method: 'GET', headers: {}, rawBody: new Uint8Array() })
    assert.equal(got?.status, 405)
    const bare = await all.slack.sendRaw('command=%2Fbirdwire', form)
    assert.match(JSON.stringify(bare.body), /without saying what or where/)
  })

  test('any signed bytes get an answer', async () => {
    await using all = await whole('http')
    const body = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.json(),
      fc.webQueryParameters(),
      fc
        .dictionary(
          fc.constantFrom('command', 'payload', 'type', 'event', 'actions', 'name', 'view', 'user'),
          fc.anything(),
        )
        .map(value => JSON.stringify(value)),
    )
    const contentType = fc.constantFrom('application/json', 'application/x-www-form-urlencoded')
    await fc.assert(
      fc.asyncProperty(body, contentType, async (text, kind) => {
        const { status = 0 } = await all.slack.sendRaw(text, kind)
        assert.ok(status === 200 || (status >= 400 && status < 500), `${status} for ${kind} ${text}`)
      }),
      { numRuns: 300 },
    )
  })
})

test('where Slack does not say who somebody is, nobody waits for it, and nobody is an administrator for it', async () => {
  await using all = await whole('http', { admins: ['U0TOMAS'] })
  const { slack, rig } = all
  const reconnect = (user: string) => type(slack, '/birdwire', 'reconnect', 'C0DARK', user)
  assert.match(await reconnect('U0MIRA'), /^X ended one connection/)
  slack.faults.schedule('call:hang-before', { subject: 'users.info' })
  await rig.clock.advance(slackPeopleMs)
  const asking = reconnect('U0MIRA')
  await eventually(async () => slack.calls('users.info').length === 2)
  await rig.clock.advance(slackWhoMs)
  assert.match(await asking, /^Only an administrator/)
  slack.faults.schedule('call:error-before', { subject: 'users.info', detail: { error: 'missing_scope' } })
  assert.match(await type(slack, '/birdwire', 'follow ibm'), /^Now following/)
  assert.match(await reconnect('U0JUNO'), /^Only an administrator/)
  assert.match(await reconnect('U0TOMAS'), /^X ended one connection/)
  slack.faults.assertAllFired()
})

describe('over Socket Mode, with trouble', () => {
  test('a refresh and a cut are followed by a new connection', async () => {
    await using all = await whole('socket')
    for (const end of [() => all.slack.sockets.disconnect('refresh_requested'), () => all.slack.sockets.cut()]) {
      end()
      await all.slack.until('sockets', () => all.slack.sockets.connections === 0)
      await again(all, () => all.slack.sockets.connections === 1 && all.slackIn.state().state === 'ready')
      assert.match(await type(all.slack, '/birdwire', 'list'), /^Nothing is wanted/)
    }
  })

  test('the second connection comes a while after the first, so that Slack does not refresh both at once', async () => {
    await using all = await whole('socket')
    assert.equal(all.slack.sockets.connections, 1)
    await all.rig.clock.advance(slackSocketStaggerMs)
    await all.slack.sockets.connected(2)
    for (const text of ['list', 'status', 'help']) assert.notEqual(await type(all.slack, '/birdwire', text), '')
  })

  test('a Slack that cannot be asked for an address is a state, tried again until it can', async () => {
    await using all = await whole('socket', { ready: false })
    await all.reached('ready')
    all.slack.faults.schedule('call:drop-before', { subject: 'apps.connections.open' })
    all.slack.sockets.cut()
    await again(all, () => all.slackIn.state().state === 'waiting')
    assert.match(all.slackIn.state().detail, /^Slack cannot be heard/)
    await again(all, () => all.slackIn.state().state === 'ready')
    all.slack.faults.assertAllFired()
  })
})
