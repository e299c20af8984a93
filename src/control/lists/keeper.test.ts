/** Files and channels are kept the same, both ways, on a real store and a real disk. */
import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { controlsRig } from '../../../test/rig/controls.ts'
import { channelFinder } from './channels.ts'
import { type ListsEvent, ListsKeeper } from './keeper.ts'
import { placeAt } from './place.ts'

const ann = { id: 'U1', name: 'ann' }

async function keeping(path = 'lists.yaml') {
  const rig = await controlsRig()
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-lists-'))
  if (path.endsWith('/')) mkdirSync(join(dir, path))
  const events: ListsEvent[] = []
  const keeper = async () =>
    new ListsKeeper({
      place: await placeAt(join(dir, path)),
      deps: rig.deps,
      findChannel: channelFinder(rig.deps, async name => (name === 'papers' ? 'C0PAPERS' : undefined)),
      baseFile: join(dir, 'base.json'),
      onEvent: event => events.push(event),
    })
  return {
    ...rig,
    dir,
    events,
    keeper: await keeper(),
    again: keeper,
    read: (file = path) => readFileSync(join(dir, file), 'utf8'),
    write: (text: string, file = path) => {
      mkdirSync(join(dir, file, '..'), { recursive: true })
      writeFileSync(join(dir, file), text)
    },
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

test('a file that is not there yet is made; what changes in Slack is written, what changes in the file is applied', async () => {
  await using rig = await keeping()
  await rig.controls.run(ann, 'C0PAPERS', 'follow mira_okafor')
  await rig.keeper.sync()
  assert.match(rig.read(), /C0PAPERS:\n {4}follow:\n {6}- mira_okafor \(101\)\n/)
  rig.write(rig.read().replace('- mira_okafor (101)', '- mira_okafor (101) # our neighbour\n      - tomas_lind'))
  await rig.keeper.sync()
  const route = await rig.route('C0PAPERS')
  assert.deepEqual(
    route?.follows.map(({ handle }) => handle),
    ['mira_okafor', 'tomas_lind'],
  )
  assert.deepEqual(await rig.notices('C0PAPERS'), [
    '*ann* followed Mira Okafor (@mira_okafor).',
    '*lists.yaml* followed Tomás Lind (@tomas_lind).',
  ])
  await rig.controls.run(ann, 'C0PAPERS', 'unfollow mira_okafor')
  await rig.controls.run(ann, 'C0PAPERS', 'options replies on')
  await rig.keeper.sync()
  assert.match(rig.read(), /follow:\n {6}- tomas_lind\n {4}kinds: \[original, repost, quote, reply, thread\]\n/)
  assert.deepEqual(readdirSync(rig.dir).toSorted(), ['base.json', 'lists.yaml'], 'no draft is left behind')
})

test('both sides may change something before they meet; also while nothing runs', async () => {
  await using rig = await keeping()
  await rig.controls.run(ann, 'C0PAPERS', 'follow mira_okafor tomas_lind')
  await rig.keeper.sync()
  rig.write(
    rig
      .read()
      .replace(/ +- mira_okafor.*\n/, '')
      .replace('follow:', 'keywords: [axion]\n    follow:'),
  )
  await rig.controls.run(ann, 'C0PAPERS', 'follow ligo_lab')
  const later = await rig.again()
  const stop = new AbortController()
  const running = later.run(stop.signal)
  await later.sync()
  const route = await rig.route('C0PAPERS')
  assert.deepEqual(
    [route?.follows.map(({ handle }) => handle), route?.keywords],
    [['tomas_lind', 'ligo_lab'], ['axion']],
  )
  await later.sync()
  assert.match(rig.read(), /- ligo_lab \(104\)/)
  stop.abort()
  await running
})

test('a file that cannot be used changes nothing, stays as it is, and is told of once, until it is mended', async () => {
  await using rig = await keeping()
  await rig.controls.run(ann, 'C0PAPERS', 'follow mira_okafor')
  await rig.controls.run(ann, 'C0OTHER', 'follow tomas_lind')
  await rig.keeper.sync()
  const good = rig.read()
  await rig.notices('C0PAPERS')
  await rig.notices('C0OTHER')
  const broken = good.replace('- mira_okafor (101)', '- mira_okafor (101)\n      - nobody_here\n    keywords: ["(ibm"]')
  rig.write(broken)
  await rig.keeper.sync()
  await rig.keeper.sync()
  await rig.controls.run(ann, 'C0OTHER', 'follow ligo_lab')
  await rig.keeper.sync()
  assert.equal(rig.read(), broken)
  assert.equal((await rig.route('C0PAPERS'))?.follows.length, 1)
  const [said, ...more] = await rig.notices('C0PAPERS')
  assert.match(
    said ?? '',
    /^⚠️ The lists in lists\.yaml cannot be used, so nothing was changed:\n• lists\.yaml line \d+: keywords: .*/,
  )
  assert.deepEqual(more, [])
  assert.equal(rig.events.filter(({ kind }) => kind === 'refused').length, 1)

  rig.write(broken.replace('"(ibm"', 'ibm'))
  await rig.keeper.sync()
  assert.match((await rig.notices('C0PAPERS'))[0] ?? '', /line \d+: There is no @nobody_here on X\./)
  assert.equal((await rig.route('C0PAPERS'))?.keywords.length, 0, 'all or nothing')

  rig.write(broken.replace('"(ibm"', 'ibm').replace('nobody_here', 'IBM'))
  await rig.keeper.sync()
  assert.deepEqual((await rig.route('C0PAPERS'))?.keywords, ['ibm'])
  assert.match(rig.read(), /ligo_lab/, 'what changed in Slack meanwhile is written now')
  assert.deepEqual(await rig.store.said('lists '), [])
})

test('while somebody writes a file, a change in Slack neither takes up half of it nor writes over it', async () => {
  await using rig = await keeping()
  await rig.controls.run(ann, 'C0PAPERS', 'follow mira_okafor tomas_lind')
  await rig.keeper.sync()
  const whole = rig.read()
  rig.write(whole.slice(0, whole.indexOf('- tomas_lind')))
  await rig.controls.run(ann, 'C0PAPERS', 'options replies on')
  await rig.keeper.changed()
  assert.equal((await rig.route('C0PAPERS'))?.follows.length, 2)
  rig.write(whole.replace('- tomas_lind', '- ligo_lab\n      - tomas_lind'))
  await rig.keeper.sync()
  assert.equal((await rig.route('C0PAPERS'))?.follows.length, 3)
  assert.match(rig.read(), /kinds: \[.*reply/)
})

test('what is not UTF-8 is said in Slack; a link stays a link', async () => {
  await using rig = await keeping()
  await rig.controls.run(ann, 'C0PAPERS', 'follow mira_okafor')
  await rig.keeper.sync()
  await rig.notices('C0PAPERS')
  writeFileSync(join(rig.dir, 'lists.yaml'), Buffer.from('birdwire: 1 # caf\xe9', 'latin1'))
  await rig.keeper.sync()
  assert.match((await rig.notices('C0PAPERS'))[0] ?? '', /line 1: .*not text in UTF-8/)
  rmSync(join(rig.dir, 'lists.yaml'))
  writeFileSync(join(rig.dir, 'real.yaml'), 'birdwire: 1\n', { mode: 0o600 })
  symlinkSync(join(rig.dir, 'real.yaml'), join(rig.dir, 'lists.yaml'))
  await rig.keeper.sync()
  assert.ok(lstatSync(join(rig.dir, 'lists.yaml')).isSymbolicLink())
  assert.equal(statSync(join(rig.dir, 'real.yaml')).mode & 0o777, 0o600)
})

test('a file that was deleted changes nothing and is not made anew; a section that was taken out stays out', async () => {
  await using rig = await keeping()
  await rig.controls.run(ann, 'C0PAPERS', 'follow mira_okafor')
  await rig.controls.run(ann, 'C0OTHER', 'follow tomas_lind')
  await rig.keeper.sync()
  rig.write(rig.read().replace(/ {2}C0OTHER:\n( {4}.*\n)+/, ''))
  await rig.keeper.sync()
  await rig.controls.run(ann, 'C0PAPERS', 'pause')
  await rig.keeper.sync()
  assert.match(rig.read(), /paused: true/)
  assert.doesNotMatch(rig.read(), /C0OTHER/)
  assert.equal((await rig.route('C0OTHER'))?.follows.length, 1)
  rmSync(join(rig.dir, 'lists.yaml'))
  await rig.keeper.sync()
  await rig.controls.run(ann, 'C0PAPERS', 'resume')
  await rig.keeper.sync()
  assert.equal(existsSync(join(rig.dir, 'lists.yaml')), false)
  assert.equal(rig.events.filter(({ kind }) => kind === 'missing').length, 1)
})

test("the old bot's folders, one a channel: names and keywords both ways, nothing else", async () => {
  await using rig = await keeping('lists/')
  rig.write('mira_okafor\nibm\n', 'lists/papers/users.csv')
  rig.write('dark matter\n', 'lists/papers/keywords.csv')
  await rig.keeper.sync()
  const route = await rig.route('C0PAPERS')
  assert.deepEqual(
    [route?.follows.map(({ handle }) => handle), route?.keywords],
    [['mira_okafor', 'IBM'], ['"dark matter"']],
  )
  await rig.controls.run(ann, 'C0PAPERS', 'keyword add a OR b')
  await rig.controls.run(ann, 'C0PAPERS', 'topic add lisa')
  await rig.store.nameChannel('C0PAPERS', 'papers')
  await rig.keeper.sync()
  assert.equal(rig.read('lists/papers/keywords.csv'), 'dark matter\na OR b\n')
  rig.write('a OR b\n', 'lists/papers/keywords.csv')
  await rig.keeper.sync()
  const after = await rig.route('C0PAPERS')
  assert.deepEqual([after?.keywords, after?.topics], [['a OR b'], ['lisa']])
  rig.write('"never closed\n', 'lists/papers/keywords.csv')
  await rig.keeper.sync()
  assert.match(
    (await rig.notices('C0PAPERS')).at(-1) ?? '',
    /papers\/keywords\.csv line 1: a quotation mark is never closed/,
  )
})
