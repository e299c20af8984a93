/**
 * The other controls through the one door, on a real store: what is answered, what is kept, what trace is left. And: nothing that anybody
 * types, however odd, is answered with anything but words.
 */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import fc from 'fast-check'
import { controlsRig, people, postBy } from '../../test/rig/controls.ts'

const ann = { id: 'U1', name: 'ann' }
const here = 'C1'

describe('options, pause, list', () => {
  test('several options in one line; the same again changes nothing', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(ann, here, 'options replies on, language EN,de')
    assert.equal(
      answer.text,
      'Done.\nOptions: originals on, quotes on, reposts on, threads on, replies *on*; language de, en; reading cheap; deletions remove.',
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
    const before = rig.changes()
    const answer = await rig.controls.run(ann, here, 'resume')
    assert.equal(rig.changes(), before + 1, 'whoever delivers is woken')
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
      problems: [],
    }
    await rig.controls.run(ann, here, 'follow ibm')
    assert.deepEqual((await rig.controls.run(ann, here, 'status')).text.split('\n'), [
      '*X*: not connected for 60 seconds. X closed the connection. Next attempt in 30 seconds.',
      '*This channel*: on.',
      'Wanted here: 1 account, 0 keywords, 0 topics. `/birdwire list` shows them.',
      'Read *cheap*: X sends only what can fit.',
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
      '*Seen* just now: a post by Mira Okafor (@mira_okafor). It came on the stream, 60 minutes after it was written.',
      '*Not posted*: no keyword matches.',
      'It also belongs in 1 other channel.',
    ])
    const unseen = await rig.controls.run(ann, here, 'why https://x.com/tomas_lind/status/42')
    assert.match(unseen.text, /has not seen that post\.\n@tomas_lind is not followed here/)
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
    const before = rig.changes()
    assert.match((await rig.controls.run(ann, here, 'redeliver all force')).text, /will be sent again now/)
    assert.equal(rig.changes(), before + 1, 'whoever delivers is woken')
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
      /^There is no command `folow`\. Did you mean `\/birdwire follow ibm`\? `\/birdwire help` shows all of them\.$/,
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

  test('a channel that Birdwire itself found gone comes back whole when it is invited, and delivering is woken', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    const [claim] = await rig.store.claim(rig.clock.now(), 60_000, 1)
    assert.ok(claim)
    const gone = { state: 'dead', reason: 'channel-gone', why: 'the channel is archived' } as const
    await rig.store.settle(claim, { delivery: gone, lane: { freeAt: 0, gone: gone.why } }, rig.clock.now())
    assert.equal((await rig.route(here))?.paused, true)
    await rig.controls.run(ann, here, 'keyword quantum')
    const before = rig.changes()
    await rig.controls.invited(here)
    assert.equal((await rig.route(here))?.paused, false)
    assert.deepEqual(await rig.store.dead(10), [])
    assert.ok(rig.changes() > before)
    const notices = await rig.notices(here)
    assert.equal(notices.length, 3)
    assert.match(notices[0] ?? '', /followed/, 'in the order in which it was owed')
    assert.match(notices[2] ?? '', /^Birdwire is back/)
  })

  test('a channel that is no longer archived goes on, unless a person paused it; one that nobody uses is not greeted', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    await rig.controls.closed(here, 'the channel was archived')
    await rig.controls.unarchived(here)
    assert.equal((await rig.route(here))?.paused, false)
    await rig.controls.run(ann, here, 'pause')
    await rig.controls.closed(here, 'the channel was archived')
    await rig.controls.unarchived(here)
    assert.equal((await rig.route(here))?.paused, true)
    await rig.controls.unarchived('C9')
    assert.equal(await rig.route('C9'), undefined)
    assert.deepEqual(await rig.notices('C9'), [])
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
