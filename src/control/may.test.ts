/** What is told of other channels: only to whom it belongs. Who may do what is tested from every door in test/flow/may.test.ts. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { controlsRig } from '../../test/rig/controls.ts'
import { gaps } from './gaps.ts'
import { isAbout } from './may.ts'
import { status } from './status.ts'

test('a sentence is about those whom it names, or about everybody', () => {
  const handles = new Set(['mira_okafor'])
  const rooms = new Set(['C0PAPERS', 'papers'])
  assert.ok(isAbout('no post of Mira Okafor (@Mira_Okafor) for two days', handles, rooms))
  assert.ok(!isAbout('no post of Tomás Lind (@tomas_lind) for two days', handles, rooms))
  assert.ok(isAbout('nothing for #papers since Monday', handles, rooms))
  assert.ok(!isAbout('nothing for the channel C0PRIVATE since Monday', handles, rooms))
  assert.ok(!isAbout('nothing for #private since Monday, where @mira_okafor is followed', handles, rooms))
  assert.ok(isAbout('nothing at all since Monday', handles, rooms))
})

test('status and gaps tell a member nothing of channels that are not theirs; administrators see all', async () => {
  await using rig = await controlsRig()
  const private_ = 'the topic search "acme takeover" found nothing for C0PRIVATE'
  const gap = {
    ...{ source: 'x', id: 'g1', from: 0, to: 60_000, why: 'stalled', state: 'lost', how: '', lost: private_ },
    ...{ channels: ['C0PRIVATE'], posts: 0, micros: 0 },
  } as const
  const deps = {
    ...rig.deps,
    store: Object.assign(rig.store, { gaps: async () => [gap] }),
    sources: () => [{ ...rig.source.current, problems: [private_] }],
    findings: async () => [
      { name: 'silence', ok: false, detail: 'nothing for the channel C0PRIVATE' },
      { name: 'silence', ok: false, detail: 'nothing at all' },
    ],
  }

  for (const control of [gaps, status]) {
    const member = (await control(deps, { id: 'U1' }, 'C0PAPERS', '')).text
    assert.doesNotMatch(member, /C0PRIVATE|acme/)
    assert.match((await control(deps, { id: 'U2', role: 'admin' }, 'C0PAPERS', '')).text, /C0PRIVATE/)
  }
  assert.match((await status(deps, { id: 'U1' }, 'C0PAPERS', '')).text, /nothing at all/)
})
