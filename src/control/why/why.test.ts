/** Goal: each stage says its verdict, for every way a post can fare. Method: real store and judging, an invented network. */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { controlsRig, people, postBy, type Rig } from '../../../test/rig/controls.ts'
import type { Arrival, Gap } from '../../domain/arrival.ts'
import { everything } from '../../domain/money/levels.ts'
import type { Post } from '../../domain/post.ts'
import { becauseInWords, refusalInWords } from '../../domain/reasons.ts'
import type { StoredPost } from '../../store/store.ts'
import { commandLine } from '../command-line.ts'
import type { Actor, ControlDeps } from '../control.ts'
import { why } from '../why.ts'
import { tellSeen } from './seen.ts'

const [mira, tomas] = people
assert.ok(mira !== undefined && tomas !== undefined)
const here = 'C1'
const ann: Actor = { id: 'U1', name: 'Ann' }
const id = '1790000000000000001'
const url = `https://x.com/mira_okafor/status/${id}`
const minute = 60_000

async function ask(rig: Rig, args = url, who = ann) {
  const { text, offers = [] } = await rig.controls.run(who, here, `why ${args}`)
  assert.ok(text.split('\n').length <= 12, text)
  return { text, offers: offers.map(({ label, does }) => `${label} → ${does}`) }
}

/** The post arrives, judged by the channel's route as ingest would. */
async function arrive(
  rig: Rig,
  post: Post,
  arrival: Partial<Extract<Arrival, { kind: 'post' }>> = {},
  grouping: object = {},
) {
  const route = await rig.route(here)
  const verdict = route === undefined ? undefined : rig.deps.judging(route)(post)
  const now = rig.clock.now()
  await rig.store.commit(
    [
      {
        source: 'x',
        arrival: { kind: 'post', cursor: '1', post, via: 'stream', at: now, ...arrival },
        deliver:
          verdict?.wanted === true ? [{ channel: here, because: becauseInWords(verdict.because), ...grouping }] : [],
        rejected:
          verdict?.wanted === false && verdict.refusal !== undefined
            ? [{ channel: here, because: refusalInWords(verdict.refusal) }]
            : [],
      },
    ],
    now,
  )
}

const written = (rig: Rig, text: string, changes: Partial<Post> = {}): Post => ({
  ...postBy(mira, id, text),
  createdAt: rig.clock.now() - 4000,
  ...changes,
})

async function gap(rig: Rig, changes: Partial<Gap>) {
  const now = rig.clock.now()
  const arrived: Gap = {
    ...{ source: 'x', id: 'g1', from: now - 30 * minute, to: now - 10 * minute, why: 'stalled', state: 'open' },
    ...{ how: '', lost: '', channels: [] },
    ...changes,
  }
  await rig.store.commit(
    [{ source: 'x', arrival: { kind: 'gap', gap: arrived, cursor: '1', at: now }, deliver: [], rejected: [] }],
    now,
  )
}

const run = (rig: Rig, text: string) => rig.controls.run(ann, here, text)

describe('of a post that was seen', () => {
  test('the word that let it in is shown, and Slack’s answer with the message', async () => {
    await using base = await controlsRig()
    const rig: Rig = base
    await run(rig, 'follow mira_okafor')
    await run(rig, 'keyword add "dark matter"')
    await rig.notices(here)
    await arrive(rig, written(rig, 'All about Dark Matter today'))
    assert.match((await ask(rig)).text, /\n\*Waiting\* for its turn\.$/)
    await rig.clock.advance(2000)
    await rig.notices(here)
    await rig.clock.advance(5 * minute)
    const { text, offers } = await ask(rig)
    assert.equal(
      text,
      [
        '*Seen* 5 minutes ago: a post by Mira Okafor (@mira_okafor). It came on the stream, 4 seconds after it was written.',
        '*Wanted*: its author is followed here and the keyword `"dark matter"` matched: “All about *Dark Matter* today”.',
        '*Posted* 5 minutes ago; Slack took it 2 seconds after it came.',
      ].join('\n'),
    )
    assert.deepEqual(offers, [])
  })

  test('the blocking word is shown in the quoted post, with the change that lets such posts in', async () => {
    await using rig = await controlsRig()
    await run(rig, 'follow mira_okafor')
    await run(rig, 'keyword add -giveaway')
    const inner = { ...postBy(tomas, '17', 'Big giveaway *now*') }
    await arrive(rig, written(rig, 'Look', { relation: 'quote', inner }))
    const { text, offers } = await ask(rig)
    assert.match(
      text,
      /\n\*Not posted\*: `giveaway` is blocked here: “Big \*giveaway\* ∗now∗” \(in the quoted post\)\.\n/,
    )
    assert.match(text, /\*To have it\*: .+: `\/birdwire keyword remove -giveaway`\.?$/)
    assert.deepEqual(offers, ['Preview: keyword remove -giveaway → preview keyword remove -giveaway'])
    await run(rig, 'keyword remove -giveaway')
    const since = await ask(rig)
    assert.match(
      since.text,
      /\*Not posted\*: giveaway was blocked here\.\n\*Now\* such a post comes, because the author is followed here\.$/,
    )
  })

  test('a reply, a digest, a held lane and a dead letter say what they wait for and what one can do', async () => {
    await using rig = await controlsRig()
    await run(rig, 'follow mira_okafor')
    await rig.notices(here)
    const until = rig.clock.now() + 3 * 3_600_000
    await arrive(rig, written(rig, 'Held'), {}, { hold: { until, why: 'digest' } })
    assert.match((await ask(rig)).text, /\n\*Waiting\* until 12:00, for this channel's digest\.$/)

    await using other = await controlsRig()
    await run(other, 'follow mira_okafor')
    await other.notices(here)
    await arrive(other, written(other, 'Refused'))
    const [claim] = await other.store.claim(other.clock.now(), minute, 1)
    assert.ok(claim)
    const dead = { state: 'dead', reason: 'refused', why: 'Slack refused it.' } as const
    await other.store.settle(claim, { delivery: dead, lane: { freeAt: 0 } }, other.clock.now())
    const { text, offers } = await ask(other)
    assert.match(
      text,
      /\n\*Not posted\*: it could not be\. Slack refused it\. `\/birdwire redeliver \w+` tries again\.$/,
    )
    assert.equal(offers.length, 1)
    assert.match(offers[0] ?? '', /^Send it again → redeliver \w+$/)
  })

  test('where its message is, what it waits for, and what became of it since', async () => {
    await using rig = await controlsRig()
    const now = rig.clock.now()
    const found = { post: written(rig, 'Here'), arrivedAt: now - 3000, via: 'poll', rejected: [] } as const
    const base = { channel: here, because: 'the author is followed here', at: now } as const
    const deps = { ...rig.deps, permalink: (channel: string, ts: string) => `https://w.example/${channel}/${ts}?a&b` }
    const cases: readonly (readonly [Partial<StoredPost['deliveries'][number]>, StoredPost['gone'], RegExp])[] = [
      [
        { state: 'sent', ts: '1.2', place: 'thread' },
        undefined,
        /^\*Posted\* just now as a reply in a thread \(<https:\/\/w\.example\/C1\/1\.2\?a&amp;b\|message>\); Slack took it 3 seconds after it came\.$/,
      ],
      [
        { state: 'sent', place: 'named' },
        undefined,
        /without a message of its own: it is named in the message of what it reposts; Slack/,
      ],
      [{ state: 'sent', among: 3 }, undefined, /just now in a message with 2 other posts; Slack/],
      [{ state: 'sent', change: 'pending' }, undefined, / Its message is still to be changed\.$/],
      [
        { state: 'sent', change: 'dead' },
        'deleted',
        / Its author has deleted it since, but its message could not be removed or struck through/,
      ],
      [{ state: 'leased' }, undefined, /^\*Being posted\*/],
      [
        { state: 'pending', at: now + 60 * minute, hold: 'quiet' },
        undefined,
        /^\*Waiting\* until 10:00, because of this channel's quiet hours\.$/,
      ],
      [{ state: 'pending', why: 'Slack said `busy`.' }, undefined, /^\*Waiting\*\. Slack said ˋbusyˋ\.$/],
    ]
    for (const [changes, gone, says] of cases) {
      const deliveries = [{ ...base, state: 'sent' as const, ...changes }]
      const { lines } = await tellSeen(
        deps,
        here,
        { ...found, deliveries, ...(gone === undefined ? {} : { gone }) },
        [],
      )
      assert.match(lines[0] ?? '', /It came when X was asked in turn, 1 second after/)
      assert.equal(lines[1], '*Wanted*: the author is followed here.')
      assert.match(lines[2] ?? '', says)
    }
  })

  test('what came for a gap says which', async () => {
    await using rig = await controlsRig()
    await run(rig, 'follow mira_okafor')
    await gap(rig, { state: 'closed' })
    await arrive(rig, written(rig, 'Late', { createdAt: rig.clock.now() - 20 * minute }), {
      via: 'catch-up',
      gap: 'g1',
    })
    assert.match(
      (await ask(rig)).text,
      /It came afterwards, for the gap of 20 minutes that ended 10 minutes ago \(stalled\), 20 minutes after/,
    )
  })

  test('of several posts the first ten are told, each once', async () => {
    await using rig = await controlsRig()
    const ids = Array.from({ length: 12 }, (_, n) => String(40 + n))
    const { text } = await rig.controls.run(ann, here, `why ${ids.join(' ')} 40`)
    assert.equal(text.match(/\*Not seen\*/g)?.length, 10)
    assert.match(text, /\nand 2 more posts: ask about each by its address\.$/)
  })
})

describe('of a post that was not seen', () => {
  test('an author nobody follows here, with the follow as a preview', async () => {
    await using rig = await controlsRig()
    rig.source.written.set(id, rig.clock.now() - 3 * minute)
    const { text, offers } = await ask(rig)
    assert.match(
      text,
      /^\*Not seen\*: .+ By its id it was written 3 minutes ago\.\n@mira_okafor is not followed here, and there is no topic\.\n/,
    )
    assert.deepEqual(offers, ['Preview: follow mira_okafor → preview follow mira_okafor'])
  })

  test('written before the follow, in a pause, in a gap, too new, or while the budget holds', async () => {
    await using rig = await controlsRig()
    const start = rig.clock.now()
    rig.source.written.set(id, start)
    await rig.clock.advance(5 * minute)
    await run(rig, 'follow mira_okafor')
    assert.match((await ask(rig)).text, /\n\*Before the follow\*: @mira_okafor has been followed here since just now/)
    await run(rig, 'pause')
    rig.source.written.set(id, start + 6 * minute)
    await rig.clock.advance(5 * minute)
    const paused = await ask(rig)
    assert.match(paused.text, /\n\*Paused\*: /)
    assert.deepEqual(paused.offers, ['Preview: resume → preview resume'])
    await run(rig, 'resume')
    await rig.clock.advance(60 * minute)
    rig.source.written.set(id, rig.clock.now() - 20 * minute)
    await gap(rig, {})
    assert.match((await ask(rig)).text, /\n\*In a gap\*: not covered for 20 minutes.+ The post may still come\.$/)
    await gap(rig, { state: 'lost', lost: 'X had no more.', channels: ['C9'] })
    assert.doesNotMatch((await ask(rig)).text, /In a gap/, 'nothing of this channel is lost in it')
    await gap(rig, { state: 'lost', lost: 'X had no more.', channels: [here] })
    assert.match((await ask(rig)).text, /X had no more\. This post may be among what is lost\.$/)
    rig.source.written.set(id, rig.clock.now() - 5000)
    assert.match((await ask(rig)).text, /\n\*Under way\*/)
    rig.source.written.set(id, rig.clock.now() - 5 * minute)
    rig.source.current = { ...rig.source.current, state: 'blocked', detail: 'No <credits>.' }
    assert.match((await ask(rig)).text, /\n\*Not read\*: .+ No &lt;credits&gt;\.$/)
  })

  test('a muted author, a bare id, and nothing wanted at all', async () => {
    await using rig = await controlsRig()
    assert.match((await ask(rig, id)).text, /\nNothing is wanted here: nobody is followed, and there is no topic\.$/)
    await run(rig, 'follow mira_okafor')
    assert.match(
      (await ask(rig, id)).text,
      /\nThe id does not say who wrote it\. X sends this channel what it can of 1 account, /,
    )
    await run(rig, 'mute mira_okafor')
    const { text, offers } = await ask(rig)
    assert.match(text, /\n\*Muted\*: @mira_okafor is followed and muted here/)
    assert.deepEqual(offers, ['Preview: unmute mira_okafor → preview unmute mira_okafor'])
  })

  test('while the budget holds nothing is bought, and that is said', async () => {
    await using rig = await controlsRig()
    await run(rig, 'follow mira_okafor')
    const held = 'The budget of $5 is used up.'
    const money = { standing: () => ({ spent: 5, unaccounted: 0, level: everything, held }) as const }
    const deps: ControlDeps = { ...rig.deps, money }
    const told = await why(deps, ann, here, url)
    assert.match(told.text, /\n\*Budget\*: nothing is read at present\. The budget of \$5 is used up\.$/)
    assert.equal(told.offers, undefined)
    const asked = rig.source.asked.length
    assert.match((await why(deps, ann, here, `${id} at X`)).text, /^X was not asked, .+ used up\.$/)
    assert.equal(rig.source.asked.length, asked)
  })

  test('from the command line every channel that may want it is told about by name', async () => {
    await using rig = await controlsRig()
    const asked = () => commandLine(rig.deps, { text: `why ${url}` })
    assert.match(await asked(), /\nNo channel follows its author, and none has a topic\.$/)
    await run(rig, 'follow mira_okafor')
    await rig.controls.run(ann, 'C2', 'follow tomas_lind')
    await run(rig, 'pause')
    const unseen = await asked()
    assert.match(unseen, /\n`C1`: \*Paused\*/)
    assert.doesNotMatch(unseen, /C2/)
    await arrive(rig, written(rig, 'Here now'))
    assert.match(await asked(), /\n`C1`: \*Not posted\*: the channel was paused\.\n/)
    assert.match(await commandLine(rig.deps, { text: 'why 77 at X' }), /^\*At X\*: X has no such post\.$/)
  })

  test('filtered at X: by this rule, and reading it at X tells more, for those who may', async () => {
    await using rig = await controlsRig()
    await run(rig, 'follow mira_okafor')
    await run(rig, 'keyword add axion')
    rig.source.written.set(id, rig.clock.now() + minute)
    await rig.clock.advance(10 * minute)
    rig.source.asking = new Map([[mira.id, ['from:101 (axion) -is:reply']]])
    const { text, offers } = await ask(rig)
    assert.match(text, /\n\*Filtered at X\*: .+ X now sends what matches `from:101 \(axion\) -is:reply`\.\n/)
    assert.deepEqual(offers, [`Look it up at X ($0.005) → why ${id} at X`])
    const guest = { ...ann, role: 'guest' } as const
    assert.deepEqual((await ask(rig, url, guest)).offers, [])
    const asked = rig.source.asked.length
    assert.match((await ask(rig, `${id} at X`, guest)).text, /^Guests can look/)
    assert.equal(rig.source.asked.length, asked, 'a guest spends nothing')

    rig.source.posts.set(id, { kind: 'found', post: postBy(mira, id, 'Interferometers, at last') })
    const read = await ask(rig, `${id} at X`)
    assert.match(
      read.text,
      /^\*At X\*: a post by Mira Okafor \(@mira_okafor\), written .+\n\*Not wanted\*: .+no keyword matches \(`axion`\)\.\n/,
    )
    assert.deepEqual(read.offers, ['Preview: keyword add Interferometers → preview keyword add Interferometers'])
    assert.equal(await rig.store.post('x', id), undefined, 'it is not kept')
    assert.deepEqual(
      await rig.store
        .claim(rig.clock.now(), minute, 10)
        .then(claims => claims.filter(({ content }) => content.kind === 'post')),
      [],
    )
    rig.source.posts.set(id, { kind: 'gone', why: 'X has no such post.' })
    assert.equal((await ask(rig, `${id} at X`)).text, '*At X*: X has no such post.')
  })
})
