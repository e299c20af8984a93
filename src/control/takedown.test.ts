/** Taking a post down and ending all connections, as a person asks for it. What the store does with a take-down: the store's own tests. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { controlsRig, type Rig } from '../../test/rig/controls.ts'
import type { ControlDeps } from './control.ts'
import { postIdIn } from './post-address.ts'
import { reconnect } from './reconnect.ts'
import { takedown } from './takedown.ts'

const ann = { id: 'U1', name: 'ann' }
const here = 'C1'
const post = '1790000000000000000'

/** A store that knows one post, in these channels. */
function knowing(rig: Rig, channels: readonly string[]): { deps: ControlDeps; asked: string[] } {
  const asked: string[] = []
  const takeDown: ControlDeps['store']['takeDown'] = async (_, id) => {
    asked.push(id)
    return id === post ? channels : undefined
  }
  return { deps: { ...rig.deps, store: { ...rig.store, takeDown } }, asked }
}

test('a post is taken out of all its channels: how many, what happens, and who did it', async () => {
  await using rig = await controlsRig()
  const { deps, asked } = knowing(rig, ['C1', 'C2'])
  const answer = await takedown(deps, ann, here, `<https://x.com/mira_okafor/status/${post}?s=20|x.com>`)
  assert.deepEqual(asked, [post])
  assert.equal(answer.changed, true)
  assert.match(
    answer.text,
    /^Taken down: `1790000000000000000`\.\nIt was in 2 channels: its messages are being deleted/,
  )
  assert.match(answer.text, /does not post it again/)
  assert.equal(rig.changes(), 1, 'whoever delivers is woken, once')
  for (const channel of ['C1', 'C2']) {
    const [row] = await rig.store.audit(channel, 1)
    assert.equal(row?.what, `took down post ${post}`)
    assert.equal(row?.who, 'U1')
  }
  assert.deepEqual(await rig.notices('C1'), ['*ann* took a post down.'], 'a line that does not point at it')
})

test('where it was asked for has the trace too, although the post was not there', async () => {
  await using rig = await controlsRig()
  const one = await takedown(knowing(rig, ['C2']).deps, ann, here, post)
  assert.match(one.text, /It was in 1 channel: its message is being deleted/)
  const none = await takedown(knowing(rig, []).deps, ann, here, post)
  assert.match(none.text, /It is in no channel\./)
  assert.equal((await rig.store.audit(here, 10)).length, 2)
})

test('an unknown post and an address that is none change nothing and say why', async () => {
  await using rig = await controlsRig()
  const { deps, asked } = knowing(rig, [])
  const unknown = await takedown(deps, ann, here, '42')
  assert.equal(unknown.changed, false)
  assert.match(unknown.text, /does not know the post `42`/)
  for (const typed of ['', 'pizza', 'https://x.com/mira_okafor', `${post}0000`, `<!channel> ${post}`])
    assert.match((await takedown(deps, ann, here, typed)).text, /^Which post\? For example/)
  assert.deepEqual(asked, ['42'])
  assert.deepEqual(await rig.store.audit(undefined, 10), [])
  assert.equal(rig.changes(), 0)
})

test('an id is found in every form in which people paste an address, and only there', () => {
  const ids = fc.bigInt({ min: 1n, max: 10n ** 19n }).map(String)
  const forms = fc.constantFrom<(id: string) => string>(
    id => id,
    id => `https://x.com/a/status/${id}`,
    id => `<https://x.com/a/status/${id}>`,
    id => `<https://twitter.com/a/statuses/${id}?s=20&t=1|link>`,
    id => `  x.com/i/web/status/${id}/photo/1 `,
  )
  fc.assert(fc.property(ids, forms, (id, form) => postIdIn(form(id)) === id))
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), typed => /^\d{1,20}$/.test(postIdIn(typed) ?? '1')))
})

test('reconnect passes on what X says, escaped, and how it goes on', async () => {
  await using rig = await controlsRig()
  let asked = 0
  const disconnectAll = async () => {
    asked += 1
    return 'X ended 2 connections <!channel>.'
  }
  const source = { ...rig.deps.source, name: 'x' as const, disconnectAll } as ControlDeps['source']
  const answer = await reconnect({ ...rig.deps, source }, ann, here, '')
  assert.equal(asked, 1)
  assert.equal(answer.changed, false)
  assert.match(answer.text, /^X ended 2 connections &lt;!channel&gt;\.\nBirdwire connects again by itself/)
})
