/** Previews on a real store: what they say is what saving then does; nothing is changed before; nothing is saved over somebody else's change. */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import fc from 'fast-check'
import { controlsRig, people, postBy, type Rig } from '../../test/rig/controls.ts'
import type { Account } from '../domain/account.ts'
import { dayMs } from '../domain/day.ts'
import type { Post } from '../domain/post.ts'
import type { Actor } from './control.ts'

const ann = { id: 'U1', name: 'ann' }
const bob = { id: 'U2', name: 'bob' }
const guest: Actor = { id: 'U3', name: 'gil', role: 'guest' }
const here = 'C1'
const [mira, tomas, ibm, , boss] = people
assert.ok(mira && tomas && ibm && boss)

/** Posts that came, whoever wanted them: written an hour apart, the last just now. */
async function seen(rig: Rig, posts: readonly Post[]): Promise<void> {
  const now = rig.clock.now()
  await rig.store.commit(
    posts.map((post, n) => ({
      source: 'x',
      arrival: {
        kind: 'post',
        cursor: `${n}`,
        post: { ...post, createdAt: now - (posts.length - 1 - n) * 3_600_000 },
        via: 'stream',
        at: now,
      },
      deliver: [],
      rejected: [],
    })),
    now,
  )
}

const by = (author: Account, n: number, text: string) =>
  postBy(author, `${1_790_000_000_000_000_000n + BigInt(n)}`, text)

const saveOf = async (rig: Rig, who: Actor, command: string) => {
  const { offers = [], text } = await rig.controls.run(who, here, `preview ${command}`)
  const save = offers.find(({ label }) => label === 'Save')
  assert.ok(save, text)
  return save.does
}

describe('preview', () => {
  test('says what would have come and what not, with the newest of them, and changes nothing', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow mira_okafor tomas_lind')
    await seen(rig, [
      ...Array.from({ length: 7 }, (_, n) => by(mira, n, `Giveaway number ${n}`)),
      by(tomas, 10, 'Squeezed light at last.'),
      by(ibm, 11, 'A quantum leap'),
    ])
    const before = await rig.route(here)
    const woken = rig.changes()
    const answer = await rig.controls.run(ann, here, 'preview keyword add -giveaway')
    assert.match(answer.text, /^\*Preview\* of `\/birdwire keyword add -giveaway`\. Nothing is changed yet/)
    assert.match(answer.text, /Over the last 14 days this would have added 0 and removed 7; 1 would stay\./)
    assert.match(answer.text, /\*Removed\*, the newest 5 of 7:\n• Mira Okafor \(@mira_okafor\), </)
    assert.match(
      answer.text,
      /<https:\/\/x\.com\/mira_okafor\/status\/1790000000000000006\|2 hours ago>: Giveaway number 6\n/,
    )
    assert.ok(!answer.text.includes('Giveaway number 1'), answer.text)
    assert.deepEqual(await rig.route(here), before)
    assert.equal(rig.changes(), woken)
    assert.equal((await rig.store.audit(here, 10)).length, 1)
    const topic = await rig.controls.run(ann, here, 'preview topic add quantum')
    assert.match(
      topic.text,
      /would have added 1 and removed 0; 8 would stay\.\n\*Added\*:\n• IBM \(@IBM\), .*: A quantum leap\n/,
    )
    assert.match(topic.text, /X was never asked for `quantum`/)
  })

  test('what a preview says is what the change then does to the same posts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ who: fc.constantFrom(mira, tomas, ibm), text: fc.constantFrom('a b', 'b c', 'c', '#a') }),
          {
            maxLength: 12,
          },
        ),
        fc.array(fc.constantFrom('keyword add b', 'follow ibm', 'topic add c', 'mute tomas_lind', 'pause'), {
          maxLength: 2,
        }),
        fc.constantFrom(
          'keyword add a',
          'keyword add -c',
          'unfollow ibm',
          'topic add b',
          'mute mira_okafor',
          'pause',
          'resume',
        ),
        async (posts, first, command) => {
          await using rig = await controlsRig()
          await rig.controls.run(ann, here, 'follow mira_okafor tomas_lind')
          for (const text of first) await rig.controls.run(bob, here, text)
          await seen(
            rig,
            posts.map(({ who, text }, n) => by(who, n, text)),
          )
          const wanted = async () => {
            const route = await rig.route(here)
            assert.ok(route)
            const judge = rig.deps.judging(route)
            return new Set(
              (await rig.store.writtenSince('x', 0, 99))
                .map(({ post }) => post)
                .filter(post => judge(post).wanted)
                .map(({ id }) => id),
            )
          }
          const was = await wanted()
          const { text, offers = [] } = await rig.controls.run(ann, here, `preview ${command}`)
          const save = offers.find(({ label }) => label === 'Save')
          if (save === undefined) {
            assert.match(text, /^This would change nothing:/)
            assert.equal((await rig.controls.run(ann, here, command)).changed, false)
            return
          }
          assert.equal((await rig.controls.run(ann, here, save.does)).changed, true)
          const is = await wanted()
          const added = [...is].filter(id => !was.has(id)).length
          const removed = [...was].filter(id => !is.has(id)).length
          const said =
            added + removed === 0
              ? /would have added and removed nothing;/
              : new RegExp(`would have added ${added} and removed ${removed};`)
          assert.match(text, said)
        },
      ),
      { numRuns: 25 },
    )
  })

  test('says what its past leaves out: what X filtered, who is new, how long nothing was read', async () => {
    await using rig = await controlsRig()
    rig.source.known.set('mira_okafor', { ...mira, postsPerDay: 20 })
    await rig.controls.run(ann, here, 'follow mira_okafor')
    await rig.controls.run(ann, here, 'keyword add light')
    await rig.clock.advance(20 * dayMs)
    await seen(
      rig,
      Array.from({ length: 40 }, (_, n) => by(mira, n, 'light')),
    )
    const { text } = await rig.controls.run(ann, here, 'preview keyword remove light')
    assert.match(text, /X sent about 40 of some 280 posts of those followed here in that time/)
    assert.doesNotMatch(text, /followed nowhere|less than that time|not wholly read/)
    const follow = await rig.controls.run(ann, here, 'preview follow tomas_lind')
    assert.match(follow.text, /Tomás Lind \(@tomas_lind\) is followed nowhere yet/)
    assert.match(follow.text, /X was asked for 1 name, at most \$0\.01/)
    await rig.controls.run(ann, here, 'follow tomas_lind')
    assert.match(
      (await rig.controls.run(ann, here, 'preview mute tomas_lind')).text,
      /not known from before: Tomás Lind/,
    )
  })

  test('a channel that reads everything has nothing left out', async () => {
    await using rig = await controlsRig()
    rig.source.known.set('mira_okafor', { ...mira, postsPerDay: 20 })
    await rig.controls.run(ann, here, 'follow mira_okafor')
    await rig.clock.advance(20 * dayMs)
    await seen(rig, [by(mira, 1, 'light')])
    const { text } = await rig.controls.run(ann, here, 'preview keyword add light')
    assert.match(text, /added and removed nothing; the 1 post would stay\.\nNothing is changed until you save it/)
  })

  test('a change that moves no post says so, and one that is none offers nothing', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    assert.match(
      (await rig.controls.run(ann, here, 'preview options deletions strike')).text,
      /Which posts come stays the same/,
    )
    const none = await rig.controls.run(ann, here, 'preview follow ibm')
    assert.match(none.text, /^This would change nothing:\nAlready followed here: IBM.*\.$/)
    assert.equal(none.offers, undefined)
  })

  test('foreign text in it neither pings nor formats nor links', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow channel')
    await seen(rig, [by(boss, 1, '<!channel> *now* @here <https://evil.example|click> `x`\n> quote')])
    const { text } = await rig.controls.run(ann, here, 'preview mute channel')
    assert.match(text, /&lt;!channel&gt; ∗now∗/)
    assert.doesNotMatch(text, /<!|@here|<https:\/\/evil/)
  })

  test('nonsense inside of it is refused in words', async () => {
    await using rig = await controlsRig()
    for (const inner of ['', 'preview pause', 'save - pause', 'undo', 'takedown 1', 'dance', '__proto__', 'help']) {
      for (const verb of ['preview', 'save -', 'save x']) {
        const answer = await rig.controls.run(ann, here, `${verb} ${inner}`)
        assert.match(
          answer.text,
          /^(?:Which change\?|There is no command|`\w+` cannot be previewed)/,
          `${verb} ${inner}`,
        )
        assert.equal(answer.changed, false)
      }
    }
    assert.match((await rig.controls.run(ann, here, 'preview keyword add (')).text, /^This would change nothing:/)
  })
})

describe('save', () => {
  test('makes the change, with its trace and its line; twice changes nothing twice and says so', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    const does = await saveOf(rig, ann, 'keyword add quantum')
    const saved = await rig.controls.run(ann, here, does)
    assert.match(saved.text, /^Added the keyword `quantum`\./)
    assert.deepEqual((await rig.route(here))?.keywords, ['quantum'])
    const [undo] = saved.offers ?? []
    assert.match(undo?.does ?? '', /^undo id\d+$/)
    const again = await rig.controls.run(ann, here, does)
    assert.match(again.text, /^Nothing was changed: it is like that already\.\nAlready there/)
    assert.equal((await rig.store.audit(here, 10)).length, 2)
    assert.deepEqual(await rig.notices(here), ['*ann* followed IBM (@IBM).', '*ann* added the keyword `quantum`.'])
    assert.match((await rig.controls.run(ann, here, undo?.does ?? '')).text, /^Taken back: added the keyword quantum/)
  })

  test('works for the first change of a channel', async () => {
    await using rig = await controlsRig()
    const does = await saveOf(rig, ann, 'topic add "dark matter"')
    assert.equal(does, 'save - topic add "dark matter"')
    assert.equal((await rig.controls.run(ann, here, does)).changed, true)
  })

  test('something else changed meanwhile: nothing is saved, it is said what, and a new preview offered', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    const does = await saveOf(rig, ann, 'keyword add quantum')
    await rig.controls.run(bob, here, 'keyword add light')
    const answer = await rig.controls.run(ann, here, does)
    assert.match(
      answer.text,
      /^Something else changed here since that preview, so nothing was saved\. `U2` added the keyword light, just now\./,
    )
    assert.equal(answer.changed, false)
    assert.deepEqual((await rig.route(here))?.keywords, ['light'])
    const [again] = answer.offers ?? []
    assert.equal(again?.does, 'preview keyword add quantum')
  })

  test('what changes between the look and the change is noticed too', async () => {
    await using rig = await controlsRig()
    const does = await saveOf(rig, ann, 'follow ibm')
    const gate = Promise.withResolvers<void>()
    rig.source.gate = gate.promise
    const saving = rig.controls.run(ann, here, does)
    await rig.controls.run(bob, here, 'keyword add light')
    rig.source.gate = undefined
    gate.resolve()
    const answer = await saving
    assert.match(answer.text, /^Something else changed here/)
    assert.deepEqual((await rig.route(here))?.follows, [])
  })

  test('asks of whoever presses what the command inside asks', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    const does = await saveOf(rig, ann, 'keyword add quantum')
    assert.match((await rig.controls.run(guest, here, does)).text, /^Guests can look/)
    await rig.controls.run({ ...ann, role: 'admin' }, here, 'options locked on')
    const locked = await rig.controls.run(ann, here, 'preview keyword add light')
    assert.match(locked.text, /This channel is locked/)
    assert.equal(locked.offers, undefined)
    const [newest] = await rig.store.audit(here, 1)
    assert.match(
      (await rig.controls.run(ann, here, `save ${newest?.id} keyword add light`)).text,
      /^This channel is locked/,
    )
    assert.match(
      (await rig.controls.run(ann, here, `save ${newest?.id} options locked off`)).text,
      /^Only an administrator/,
    )
    assert.deepEqual((await rig.route(here))?.keywords, [])
  })

  test('whoever may only look sees the preview, but spends no money on it', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(guest, here, 'preview follow ibm')
    assert.match(answer.text, /X was not asked who ibm is/)
    assert.equal(answer.offers, undefined)
    assert.deepEqual(rig.source.asked, [])
  })

  test('cancel says that nothing was changed', async () => {
    await using rig = await controlsRig()
    assert.deepEqual(await rig.controls.run(ann, here, 'cancel'), { text: 'Nothing was changed.', changed: false })
  })
})
