/** Who changed what: ids that can be typed, names where they are known, and what was taken back. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { controlsRig } from '../../test/rig/controls.ts'
import { emptyRoute } from '../domain/route.ts'
import { createControls } from './controls.ts'
import { changesMeant, shortId } from './log.ts'

const ann = { id: 'U1', name: 'ann' }
const bob = { id: 'U2', name: 'bob' }
const here = 'C1'

test('the log shows the newest first, who and when, what is taken back, and what takes back the rest', async () => {
  await using rig = await controlsRig()
  assert.equal((await rig.controls.run(ann, here, 'log')).text, 'Nothing was ever changed here.')
  await rig.controls.run(ann, here, 'follow ibm')
  await rig.clock.advance(120_000)
  await rig.controls.run(bob, here, 'keyword add *light*')
  const [row] = await rig.store.audit(here, 1)
  await rig.clock.advance(120_000)
  await rig.controls.run(ann, here, 'undo')
  const [back] = await rig.store.audit(here, 1)
  const [first] = (await rig.store.audit(here, 9)).slice(-1)
  const { text } = await rig.controls.run(ann, here, 'log')
  assert.deepEqual(text.split('\n'), [
    'Changes here, newest first:',
    `• *ann* took back: ${row?.what.replaceAll('*', '∗')}, just now · \`undo ${back?.id}\``,
    `• \`U2\` ${row?.what.replaceAll('*', '∗')}, 2 minutes ago · taken back by *ann* just now`,
    `• *ann* followed @IBM, 4 minutes ago · \`undo ${first?.id}\``,
  ])
})

test('names come from whoever can say them', async () => {
  await using rig = await controlsRig()
  const controls = createControls({ ...rig.deps, nameOf: async id => (id === 'U2' ? '<@U2> *Bob*' : undefined) })
  await controls.run(bob, here, 'follow ibm')
  await controls.run({ id: 'U4' }, here, 'pause')
  const { text } = await controls.run(ann, here, 'log')
  assert.match(text, /• `U4` paused, just now/)
  assert.match(text, /• \*&lt;@U2&gt; ∗Bob∗\* followed @IBM/)
})

test('as many as asked for, within reason, and only of this channel', async () => {
  await using rig = await controlsRig()
  for (let n = 0; n < 60; n++) await rig.controls.run(ann, here, n % 2 === 0 ? 'pause' : 'resume')
  await rig.controls.run(ann, 'C2', 'follow ibm')
  const lines = async (args: string) => (await rig.controls.run(ann, here, `log ${args}`)).text.split('\n')
  assert.equal((await lines('')).filter(line => line.startsWith('•')).length, 10)
  assert.match((await lines('')).at(-1) ?? '', /^There are older ones: `\/birdwire log 20`\.$/)
  assert.equal((await lines('3')).filter(line => line.startsWith('•')).length, 3)
  const all = await lines('1000')
  assert.equal(all.filter(line => line.startsWith('•')).length, 50)
  assert.match(all[0] ?? '', /the newest 50/)
  assert.ok(!all.join().includes('@IBM'))
  for (const odd of ['0', '-1', 'all', '1.5', 'NaN', '1e99'])
    assert.match((await lines(odd))[0] ?? '', /^How many changes\?/)
})

test('an id is as short as tells it from all others, and is understood again', () => {
  const route = { id: '', at: 0, channel: here, who: 'U1', what: 'x', before: undefined }
  const rows = ['0190-aaaaaa111111', '0190-bbbbbb111111', '0190-cccccc222222'].map(id => ({
    ...route,
    id,
    after: emptyRoute('x', here),
  }))
  for (const { id } of rows)
    assert.deepEqual(
      changesMeant(shortId(id, rows), rows).map(row => row.id),
      [id],
    )
  assert.equal(shortId('0190-cccccc222222', rows), '222222')
  assert.equal(shortId('0190-aaaaaa111111', rows), 'a111111')
  assert.equal(changesMeant('111111', rows).length, 2)
  assert.equal(changesMeant('1', rows).length, 0)
  assert.equal(changesMeant('A111111', rows).length, 1)
})
