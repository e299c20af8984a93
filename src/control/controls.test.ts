/**
 * Each control through the one door, on a real store: what is answered, what is kept, what trace is left. And: nothing that anybody
 * types, however odd, is answered with anything but words.
 */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import fc from 'fast-check'
import { controlsRig, people, postBy } from '../../test/rig/controls.ts'
import { followsPerChannelMax } from '../limits.ts'

const ann = { id: 'U1', name: 'ann' }
const here = 'C1'

describe('following', () => {
  test('several names in one line, in any form, are one change with one line in the channel', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(ann, here, 'Follow @Mira_Okafor, https://x.com/tomas_lind “ibm”')
    assert.equal(answer.text, 'Now following Mira Okafor (@mira_okafor), Tomás Lind (@tomas_lind) and IBM (@IBM).')
    assert.equal(answer.changed, true)
    assert.equal(rig.changes(), 1)
    assert.deepEqual(await rig.notices(here), [
      '*ann* followed Mira Okafor (@mira_okafor), Tomás Lind (@tomas_lind) and IBM (@IBM).',
    ])
    const [row] = await rig.store.audit(here, 10)
    assert.equal(row?.who, 'U1')
    assert.equal(row?.what, 'followed @mira_okafor, @tomas_lind and @IBM')
    assert.deepEqual(row?.after.follows, people.slice(0, 3))
  })

  test('what works is done and what does not is said, in one answer', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    const answer = await rig.controls.run(ann, here, 'follow IBM nobody_here locked <@U77|bo lee> ligo_lab')
    assert.deepEqual(answer.text.split('\n'), [
      'Now following LIGO Lab (@ligo_lab).',
      'Already followed here: IBM (@IBM).',
      'That is a Slack user, not an account on X. Type the name as it is on X, without the @.',
      'There is no @nobody_here on X.',
      '@locked shows its posts to followers only.',
    ])
  })

  test('the network is not asked, and paid, for names that are known here', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    await rig.controls.run(ann, here, 'follow @IBM')
    await rig.controls.run(ann, here, 'unfollow ibm')
    assert.deepEqual(rig.source.asked, ['ibm'])
    assert.equal(rig.changes(), 2)
  })

  test('a name that somebody gave themselves can neither ping nor format', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run({ id: 'U2' }, here, 'follow channel')
    const [notice = ''] = await rig.notices(here)
    for (const text of [answer.text, notice]) {
      assert.doesNotMatch(text, /<!|<@|@channel\b/)
      assert.match(text, /&lt;!channel&gt; ∗boss∗/)
    }
    assert.match(notice, /^`U2` followed/, 'a user without a name is named without a mention')
  })

  test('a near miss is suggested, and the network is not asked about it', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ligo_lab')
    const answer = await rig.controls.run(ann, here, 'unfollow ligo-lab')
    assert.equal(answer.text, '@ligo-lab is not followed here. @ligo_lab is: did you mean that?')
    assert.equal(answer.changed, false)
    assert.deepEqual(rig.source.asked, ['ligo_lab'])
  })

  test('an account that renamed itself is unfollowed by its new name', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    rig.source.known.set('bigblue', { source: 'x', id: '103', handle: 'bigblue', name: 'Big Blue' })
    const answer = await rig.controls.run(ann, here, 'remove bigblue')
    assert.equal(answer.text, 'No longer following: IBM (@IBM).')
    assert.deepEqual((await rig.route(here))?.follows, [])
  })

  test('past the limit of a channel nothing is added, and it is said', async () => {
    await using rig = await controlsRig()
    await rig.store.change({ source: 'x', channel: here }, 'U1', 0, route => ({
      route: {
        ...route,
        follows: Array.from({ length: followsPerChannelMax }, (_, i) => ({
          source: 'x',
          id: `9${i}`,
          handle: `crowd${i}`,
          name: '',
        })),
      },
      what: 'filled',
    }))
    const answer = await rig.controls.run(ann, here, 'follow ibm')
    assert.equal(answer.text, 'No room for IBM (@IBM): a channel can hold 1,000 names.')
    assert.equal(answer.changed, false)
  })

  test('muting somebody who is followed says what that means', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    const answer = await rig.controls.run(ann, here, 'mute ibm')
    assert.match(answer.text, /^Muted here IBM \(@IBM\)\.\nStill followed/)
    assert.equal((await rig.controls.run(ann, here, 'unmute @IBM')).text, 'No longer muted: IBM (@IBM).')
  })
})

describe('keywords and topics', () => {
  test('several expressions, separated by commas, but not inside quotes', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    const answer = await rig.controls.run(ann, here, 'keyword add ibm, “dark, matter”, quantum OR qubit, -giveaway')
    assert.equal(
      answer.text,
      'Added the keywords `ibm`, `"dark, matter"` and `quantum OR qubit` and the block `-giveaway`.',
    )
    const route = await rig.route(here)
    assert.deepEqual(route?.keywords, ['ibm', '"dark, matter"', 'quantum OR qubit'])
    assert.deepEqual(route?.blocks, ['giveaway'])
    const notices = await rig.notices(here)
    assert.match(notices.at(-1) ?? '', /^\*ann\* added the keywords `ibm`/)
  })

  test('a mistake is shown at its place; the others are added', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(ann, here, 'keyword (quantum, qubit')
    assert.match(answer.text, /^Added the keyword `qubit`\.\n```\n\(quantum\n\^\n```\nThis bracket is never closed/)
  })

  test('the same in another dress is there already, and removed by any dress', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'keyword Quantum')
    assert.equal((await rig.controls.run(ann, here, 'keyword add "QUANTUM"')).text, 'Already there: `QUANTUM`.')
    assert.equal((await rig.controls.run(ann, here, 'keyword remove quantum')).text, 'Removed the keyword `quantum`.')
    assert.deepEqual((await rig.route(here))?.keywords, [])
  })

  test('a block is removed as it was typed', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'keyword -(free money)')
    assert.deepEqual((await rig.route(here))?.blocks, ['free money'])
    assert.match((await rig.controls.run(ann, here, 'keyword rm -(FREE money)')).text, /^Removed the block `-\(/)
    assert.deepEqual((await rig.route(here))?.blocks, [])
  })

  test('what is not there gets a suggestion', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'keyword quantum')
    const answer = await rig.controls.run(ann, here, 'keyword remove quantm')
    assert.equal(answer.text, '`quantm` is not a keyword here. `quantum` is: did you mean that?')
  })

  test('a topic that would bring half of the network is refused', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(ann, here, 'topic add lang:en, -spam, "dark matter" lang:en')
    assert.match(answer.text, /^Added the topic `"dark matter" lang:en`\.\n`lang:en` would bring half of X/)
    assert.deepEqual((await rig.route(here))?.topics, ['"dark matter" lang:en'])
  })

  test('something of Slack is not taken for a word', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(ann, here, 'keyword <@U1|bo>')
    assert.match(answer.text, /^That is a Slack user/)
    assert.equal(await rig.route(here), undefined)
  })
})

describe('options, pause, list', () => {
  test('several options in one line; the same again changes nothing', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(ann, here, 'options replies on, language EN,de')
    assert.equal(
      answer.text,
      'Done.\nOptions: originals on, quotes on, reposts on, threads on, replies *on*; language de, en.',
    )
    assert.deepEqual(await rig.notices(here), ['*ann* set replies on and language to de, en.'])
    const again = await rig.controls.run(ann, here, 'options retweets on')
    assert.equal(again.changed, false)
    assert.equal((await rig.controls.run(ann, here, 'options lang any')).changed, true)
    assert.deepEqual((await rig.route(here))?.languages, [])
  })

  test('half a setting is refused whole, with a suggestion', async () => {
    await using rig = await controlsRig()
    assert.match((await rig.controls.run(ann, here, 'options replies on repost maybe')).text, /can be `on` or `off`/)
    assert.match((await rig.controls.run(ann, here, 'options repleis on')).text, /Did you mean `replies`\?/)
    assert.match((await rig.controls.run(ann, here, 'options language englisch!')).text, /not a language code/)
    assert.equal(await rig.route(here), undefined)
  })

  test('pause and resume say what happens, and say so when nothing does', async () => {
    await using rig = await controlsRig()
    assert.match((await rig.controls.run(ann, here, 'pause')).text, /^Paused/)
    assert.match((await rig.controls.run(ann, here, 'PAUSE')).text, /paused already/)
    assert.match((await rig.controls.run(ann, here, 'resume')).text, /^Resumed/)
    assert.match((await rig.controls.run(ann, here, 'resume')).text, /was not paused/)
  })

  test('a channel that Birdwire could not post to is let go on by resume', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'pause')
    const [claim] = await rig.store.claim(rig.clock.now(), 60_000, 1)
    assert.ok(claim)
    const held = 'Birdwire is not in this channel: /invite it.'
    await rig.store.settle(
      claim,
      {
        delivery: { state: 'pending', dueAt: rig.clock.now(), why: held, imagesDropped: false, counted: true },
        lane: { freeAt: rig.clock.now(), held },
      },
      rig.clock.now(),
    )
    assert.match((await rig.controls.run(ann, here, 'status')).text, /\*This channel\*: held\. Birdwire is not in/)
    const answer = await rig.controls.run(ann, here, 'resume')
    assert.match(answer.text, /Trying again to post what waited here\. It was held because: Birdwire is not in/)
    assert.equal((await rig.notices(here)).length, 2)
  })

  test('the list has everything, and an empty channel is told how to start', async () => {
    await using rig = await controlsRig()
    assert.match((await rig.controls.run(ann, here, 'list')).text, /^Nothing is wanted here yet/)
    await rig.controls.run(ann, here, 'follow ibm')
    await rig.controls.run(ann, here, 'keyword quantum, -spam')
    await rig.controls.run(ann, here, 'topic "dark matter"')
    await rig.controls.run(ann, here, 'mute ligo_lab')
    const { text } = await rig.controls.run(ann, here, 'list')
    for (const part of ['IBM (@IBM)', '`quantum`', '`spam`', '`"dark matter"`', 'LIGO Lab (@ligo_lab)', 'replies off'])
      assert.ok(text.includes(part), `${part} in ${text}`)
  })

  test('a channel with a thousand names gets an answer that fits, and is told what is left out', async () => {
    await using rig = await controlsRig()
    const follows = Array.from({ length: 1000 }, (_, i) => ({
      source: 'x' as const,
      id: `9${i}`,
      handle: `crowd${i}`,
      name: 'A member of the crowd',
    }))
    await rig.store.change({ source: 'x', channel: here }, 'U1', 0, route => ({
      route: { ...route, follows },
      what: 'filled',
    }))
    const { text } = await rig.controls.run(ann, here, 'list')
    assert.ok(text.length < 10_000)
    assert.match(text, /\(1000\): .* and \d+ more/)
  })
})

describe('status, why, dead', () => {
  test('status says in words how the network, the channel and its messages are', async () => {
    await using rig = await controlsRig()
    rig.source.current = {
      name: 'x',
      state: 'waiting',
      since: rig.clock.now() - 60_000,
      until: rig.clock.now() + 30_000,
      detail: 'X closed the connection.',
      connects: 3,
    }
    await rig.controls.run(ann, here, 'follow ibm')
    assert.deepEqual((await rig.controls.run(ann, here, 'status')).text.split('\n'), [
      '*X*: not connected for 60 seconds. X closed the connection. Next attempt in 30 seconds.',
      '*This channel*: on.',
      'Wanted here: 1 account, 0 keywords, 0 topics. `/birdwire list` shows them.',
      'Sent here: 0 messages; waiting: 1.',
    ])
  })

  test('why tells this channel its own reasons and only counts the others', async () => {
    await using rig = await controlsRig()
    const [mira] = people
    assert.ok(mira)
    const post = postBy(mira, '1790000000000000001', 'Squeezed light at last.')
    await rig.store.commit(
      [
        {
          source: 'x',
          arrival: { kind: 'post', cursor: '1', post, via: 'stream', at: rig.clock.now() },
          deliver: [{ channel: 'C2', because: '@mira_okafor is followed' }],
          rejected: [{ channel: here, because: 'no keyword matches' }],
        },
      ],
      rig.clock.now(),
    )
    const url = `https://x.com/mira_okafor/status/${post.id}?s=20`
    const answer = await rig.controls.run(ann, here, `why ${url}`)
    assert.deepEqual(answer.text.split('\n'), [
      'Seen just now: a post by Mira Okafor (@mira_okafor).',
      'Not posted, because no keyword matches.',
      'It also belongs in 1 other channel.',
    ])
    const unseen = await rig.controls.run(ann, here, 'why https://x.com/tomas_lind/status/42')
    assert.match(unseen.text, /has not seen that post\. @tomas_lind is not followed here/)
    assert.match((await rig.controls.run(ann, here, 'why pizza')).text, /^Which post\?/)
  })

  test('what could not be delivered is listed, and sent again by a person, with a trace', async () => {
    await using rig = await controlsRig()
    assert.equal((await rig.controls.run(ann, here, 'dead')).text, 'Everything could be delivered.')
    await rig.controls.run(ann, here, 'pause')
    const [claim] = await rig.store.claim(rig.clock.now(), 60_000, 1)
    assert.ok(claim)
    await rig.store.settle(
      claim,
      { delivery: { state: 'dead', reason: 'unknowable', why: 'Slack did not let us look.' }, lane: { freeAt: 0 } },
      rig.clock.now(),
    )
    const { text } = await rig.controls.run(ann, here, 'dead')
    assert.ok(text.includes(claim.delivery.id) && text.includes('Slack did not let us look.'), text)
    assert.equal((await rig.controls.run(ann, 'C2', 'dead')).text, 'Everything could be delivered.')
    assert.match((await rig.controls.run(ann, here, `redeliver ${claim.delivery.id}`)).text, /may be in Slack already/)
    assert.match((await rig.controls.run(ann, here, 'redeliver all force')).text, /will be sent again now/)
    const [row] = await rig.store.audit(here, 1)
    assert.equal(row?.what, 'sent a line of Birdwire again')
    assert.equal((await rig.notices(here)).length, 1)
  })
})

describe('the door', () => {
  test('an unknown verb gets a suggestion and the help', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(ann, here, 'folow ibm')
    assert.match(
      answer.text,
      /^There is no command `folow`\. Did you mean `\/birdwire follow ibm`\?\n\*Birdwire\* brings/,
    )
    assert.match((await rig.controls.run(ann, here, '')).text, /^\*Birdwire\* brings/)
    assert.match((await rig.controls.run(ann, here, 'constructor')).text, /^There is no command/)
  })

  test('an archived channel is paused with a trace and comes back when the bot is invited', async () => {
    await using rig = await controlsRig()
    await rig.controls.closed('C9', 'the channel was archived')
    assert.equal(await rig.route('C9'), undefined, 'a channel nobody uses stays unknown')
    await rig.controls.run(ann, here, 'follow ibm')
    await rig.controls.closed(here, 'the channel was archived')
    assert.equal((await rig.route(here))?.paused, true)
    await rig.controls.invited(here)
    assert.equal((await rig.route(here))?.paused, false)
    assert.match((await rig.notices(here)).at(-1) ?? '', /^Birdwire is back/)
    await rig.controls.run(ann, here, 'pause')
    await rig.controls.invited(here)
    assert.equal((await rig.route(here))?.paused, true, "a person's pause is theirs to end")
  })

  test('a channel is greeted once', async () => {
    await using rig = await controlsRig()
    await rig.controls.invited('C5')
    await rig.controls.invited('C5')
    assert.equal((await rig.notices('C5')).length, 1)
  })

  test('thousands of random texts are answered in words, and no answer can ping', async () => {
    await using rig = await controlsRig()
    const verbs = [
      'follow',
      'unfollow',
      'keyword',
      'keyword add',
      'keyword rm',
      'topic',
      'mute',
      'options',
      'why',
      'redeliver',
      'list',
      '',
    ]
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.constantFrom(
        '"',
        '(',
        ')',
        'OR',
        '-',
        '#x',
        '<!channel>',
        '@here',
        '<@U1|a b>',
        '<https://x.com/a|b>',
        '&amp;',
        '“a”',
        ',',
        '\n',
        '`',
        '```',
        '__proto__',
      ),
    )
    const text = fc
      .tuple(fc.constantFrom(...verbs), fc.array(piece, { maxLength: 6 }))
      .map(([verb, rest]) => `${verb} ${rest.join(' ')}`)
    await fc.assert(
      fc.asyncProperty(text, async typed => {
        const answer = await rig.controls.run(ann, here, typed)
        assert.ok(answer.text.trim().length > 0, `an answer to ${JSON.stringify(typed)}`)
        assert.doesNotMatch(answer.text, /<[@!#]|@(?:here|channel|everyone)\b/)
      }),
      { numRuns: 3000 },
    )
    for (const notice of await rig.notices(here)) assert.doesNotMatch(notice, /<[@!#]|@(?:here|channel|everyone)\b/)
  })
})
