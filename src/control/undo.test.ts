/** Taking back: exactly that change and nothing else, or a refusal that says whose change it would have cost. On a real store. */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import fc from 'fast-check'
import { controlsRig, type Rig } from '../../test/rig/controls.ts'
import type { Route } from '../domain/route.ts'
import { termsPerChannelMax } from '../limits.ts'
import type { Actor } from './control.ts'
import { sameWishes } from './preview-trial.ts'
import { touched } from './undo-pieces.ts'

const ann = { id: 'U1', name: 'ann' }
const bob = { id: 'U2', name: 'bob' }
const here = 'C1'

const newest = async (rig: Rig, channel = here) => {
  const [row] = await rig.store.audit(channel, 1)
  assert.ok(row)
  return row
}
const run = (rig: Rig, who: Actor, text: string) => rig.controls.run(who, here, text)

describe('undo', () => {
  test('gives back what the newest change took, with a line in the channel', async () => {
    await using rig = await controlsRig()
    await run(rig, ann, 'follow mira_okafor tomas_lind ibm')
    const before = await rig.route(here)
    await run(rig, bob, 'unfollow tomas_lind')
    const answer = await run(rig, ann, 'undo')
    assert.equal(answer.text, 'Taken back: unfollowed @tomas_lind. `/birdwire log` shows all changes here.')
    assert.deepEqual(await rig.route(here), before)
    assert.equal((await rig.notices(here)).at(-1), "*ann* took back `U2`'s change: unfollowed @tomas_lind.")
  })

  test('goes further back each time, and says when there is nothing left', async () => {
    await using rig = await controlsRig()
    await run(rig, ann, 'keyword add a')
    await run(rig, ann, 'keyword add b')
    await run(rig, ann, 'undo')
    assert.deepEqual((await rig.route(here))?.keywords, ['a'])
    await run(rig, ann, 'undo')
    assert.deepEqual((await rig.route(here))?.keywords, [])
    assert.equal((await run(rig, ann, 'undo')).text, 'There is no change here to take back.')
    assert.equal((await rig.notices(here)).at(-1), '*ann* took back their own change: added the keyword a.')
  })

  test('twice: who did it, and when; an undo can be undone, and that again', async () => {
    await using rig = await controlsRig()
    await run(rig, ann, 'follow ibm')
    const { id } = await newest(rig)
    await run(rig, bob, `undo ${id}`)
    await rig.clock.advance(180_000)
    const again = await run(rig, ann, `undo ${id}`)
    assert.equal(again.text, '`U2` took that back 3 minutes ago, so nothing was changed.')
    assert.equal((await rig.store.audit(here, 9)).length, 2)
    const undone = await newest(rig)
    assert.equal((await run(rig, ann, `undo ${undone.id}`)).text.split('.')[0], 'Brought back: followed @IBM')
    assert.equal((await rig.route(here))?.follows.length, 1)
    const third = await newest(rig)
    assert.equal(third.what, 'brought back: followed @IBM')
    const hint = await run(rig, bob, `undo ${id}`)
    assert.match(
      hint.text,
      new RegExp(`and \`U1\` brought it back just now: \`/birdwire undo ${third.id}\` takes it back again`),
    )
    await run(rig, bob, `undo ${third.id}`)
    assert.equal((await rig.route(here))?.follows.length, 0)
    assert.match((await rig.notices(here)).at(-1) ?? '', /^\*bob\* took back `U1`'s change: followed @IBM\.$/)
  })

  test('leaves later changes alone, and refuses where it would cost one', async () => {
    await using rig = await controlsRig()
    await run(rig, ann, 'follow ibm ligo_lab')
    const { id } = await newest(rig)
    await run(rig, bob, 'follow mira_okafor')
    await run(rig, bob, 'unfollow ibm')
    const later = await newest(rig)
    const refusal = await run(rig, ann, `undo ${id}`)
    assert.match(
      refusal.text,
      new RegExp(
        `^That cannot be taken back without losing a later change: \`U2\` unfollowed @IBM, just now\\. Take that back first \\(\`/birdwire undo ${later.id}\``,
      ),
    )
    await run(rig, bob, `undo ${later.id}`)
    assert.equal((await run(rig, ann, `undo ${id}`)).changed, true)
    assert.deepEqual(
      (await rig.route(here))?.follows.map(({ handle }) => handle),
      ['mira_okafor'],
    )
  })

  test('somebody who did the same again by hand meant it', async () => {
    await using rig = await controlsRig()
    await run(rig, ann, 'keyword add light')
    const { id } = await newest(rig)
    await run(rig, bob, 'keyword remove light')
    await run(rig, bob, 'keyword add light')
    assert.match((await run(rig, ann, `undo ${id}`)).text, /^That cannot be taken back without losing a later change/)
    assert.deepEqual((await rig.route(here))?.keywords, ['light'])
  })

  test('no change of another channel, and nothing that is no change', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, 'C2', 'follow ibm')
    const elsewhere = await newest(rig, 'C2')
    for (const id of [elsewhere.id, 'nothing', '*x*', 'a'.repeat(3000), '%', 'C2'])
      assert.match((await run(rig, ann, `undo ${id}`)).text, /^There is no change `/)
    assert.equal((await rig.route('C2'))?.follows.length, 1)
  })

  test('only an administrator takes back a lock, and only they anything in a locked channel', async () => {
    await using rig = await controlsRig()
    const admin: Actor = { id: 'U9', name: 'ada', role: 'admin' }
    await run(rig, ann, 'follow ibm')
    await run(rig, admin, 'options locked on')
    assert.match((await run(rig, ann, 'undo')).text, /^This channel is locked/)
    await run(rig, admin, 'options locked off')
    const { id } = await newest(rig)
    assert.match((await run(rig, ann, `undo ${id}`)).text, /^Only an administrator/)
    assert.equal((await rig.route(here))?.locked, false)
    assert.equal((await run(rig, admin, `undo ${id}`)).changed, true)
    assert.equal((await rig.route(here))?.locked, true)
  })

  test('two at the same time take it back once', async () => {
    await using rig = await controlsRig()
    await run(rig, ann, 'follow ibm')
    const { id } = await newest(rig)
    const answers = await Promise.all([run(rig, ann, `undo ${id}`), run(rig, bob, `undo ${id}`)])
    assert.deepEqual(answers.map(({ changed }) => changed).toSorted(), [false, true])
    assert.equal((await rig.store.audit(here, 9)).length, 2)
  })

  test('settings are taken back one by one', async () => {
    await using rig = await controlsRig()
    await run(rig, ann, 'pace quiet 22:00-07:00')
    const { id } = await newest(rig)
    await run(rig, bob, 'pace at most 4 an hour')
    await run(rig, bob, 'options replies on reposts off')
    await run(rig, ann, `undo ${id}`)
    const route = await rig.route(here)
    assert.equal(route?.pace.quiet, undefined)
    assert.equal(route?.pace.perHour, 4)
    assert.equal(route?.kinds.reply, true)
  })

  test('what no longer fits is not brought back', async () => {
    await using rig = await controlsRig()
    const words = (from: number, count: number) => Array.from({ length: count }, (_, n) => `w${from + n}`)
    const set = (keywords: readonly string[]) =>
      rig.store.change({ source: 'x', channel: here }, 'U2', 0, route => ({
        route: { ...route, keywords },
        what: 'set',
      }))
    await set(words(0, termsPerChannelMax))
    await run(rig, ann, 'keyword remove w0, w1')
    const { id } = await newest(rig)
    await set([...words(2, termsPerChannelMax - 2), 'v0', 'v1'])
    assert.match((await run(rig, ann, `undo ${id}`)).text, /^There is no room any more/)
    assert.equal((await rig.route(here))?.keywords.length, termsPerChannelMax)
  })

  test('a new pace that is taken back lets what waits go by the old one', async () => {
    await using rig = await controlsRig()
    await run(rig, ann, 'pace quiet 22:00-07:00')
    const { before, after } = await newest(rig)
    assert.notDeepEqual(after.pace, before?.pace)
    assert.equal((await run(rig, ann, 'undo')).changed, true)
    assert.equal((await rig.route(here))?.pace.quiet, undefined)
  })
})

/** Commands that touch each other's pieces often. */
const command = fc.constantFrom(
  'follow ibm',
  'unfollow ibm',
  'follow mira_okafor tomas_lind',
  'unfollow tomas_lind',
  'mute ibm',
  'unmute ibm',
  'keyword add light, Dark',
  'keyword add dark',
  'keyword remove LIGHT',
  'keyword add -x',
  'topic add light',
  'topic remove light',
  'options replies on reposts off',
  'options replies off',
  'options language en',
  'options language en,de',
  'options deletions strike',
  'pause',
  'resume',
  'undo',
)

test('after any later changes an undo restores exactly, or refuses and changes nothing: nobody else’s change is lost', async () => {
  let restored = 0
  let refused = 0
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 12 }), fc.nat(), async (commands, pick) => {
      await using rig = await controlsRig()
      for (const [n, text] of commands.entries()) {
        await rig.clock.advance(1000)
        await run(rig, n % 2 === 0 ? ann : bob, text)
      }
      const rows = await rig.store.audit(here, 99)
      const row = rows[pick % Math.max(1, rows.length)]
      const now = await rig.route(here)
      if (row === undefined || now === undefined || row.before === undefined) return
      const others = rows.slice(0, rows.indexOf(row))
      const answer = await run(rig, ann, `undo ${row.id}`)
      const then = await rig.route(here)
      assert.ok(then)
      if (!answer.changed) {
        refused++
        assert.ok(sameWishes(then, now), 'a refusal changes nothing')
        assert.notEqual(others.length, 0, 'the newest change can always be taken back')
        return
      }
      restored++
      const mine = touched(row.before, row.after)
      assert.deepEqual(touched(now, then), mine, 'exactly its own pieces change')
      assert.deepEqual(both(touched(row.before, then), mine), [], 'and are as they were before it')
      const standing = others.filter(({ undoes, undoneBy }) => undoes === undefined && undoneBy === undefined)
      for (const { before, after } of standing)
        assert.deepEqual(before && both(touched(before, after), mine), [], 'no later change was about them')
      const untouchedByOthers = others.every(({ before, after }) => before !== undefined && sameWishes(before, after))
      if (untouchedByOthers) assert.deepEqual(listsOf(then), listsOf(row.before), 'in their old order')
    }),
    { numRuns: 60 },
  )
  assert.ok(restored > 5 && refused > 2, `restored ${restored}, refused ${refused}`)
})

const listsOf = ({ follows, muted, keywords, topics, blocks }: Route) => ({ follows, muted, keywords, topics, blocks })

const both = (one: ReadonlySet<string>, other: ReadonlySet<string>) => [...one].filter(piece => other.has(piece))
