import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { describe } from 'node:test'
import { controlsRig, type Rig } from '../../test/rig/controls.ts'
import { ImportError } from '../control/import.ts'
import { importCommand } from './import.ts'

const oldConfig = "channel: 'bot-dev'\nuser_file: users.csv\nkeyword_file: keywords.csv\ncontrol_port: 3000\n"

/** A folder as the old bot left it. */
function oldBot(files: Readonly<Record<string, string>>) {
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-old-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content)
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) }
}

async function runImport(rig: Rig, dir: string, defaultChannel?: string, broken?: RegExp) {
  const said: string[] = []
  const ok = await importCommand(dir, {
    run: async (channel, text) => {
      if (broken?.test(text)) throw new Error('The service does not answer.')
      return (await rig.controls.run({ id: 'command line' }, channel, text)).text
    },
    findChannel: async name => (name === 'bot-dev' ? 'C0BOTDEV' : undefined),
    defaultChannel,
    say: line => said.push(line),
  })
  return { ok, said }
}

describe('birdwire import', () => {
  test("takes over the old bot's lists as they are and says what it did", async () => {
    await using rig = await controlsRig()
    using old = oldBot({
      'config.yaml': oldConfig,
      'users.csv': '\ufeff@ibm\r\n@Mira_Okafor\r\n\r\n@nobody_here\r\n',
      'keywords.csv': 'quantum\ndark matter\n',
    })
    const { ok, said } = await runImport(rig, old.dir)
    assert.equal(ok, true)
    assert.deepEqual(said, [
      'Importing into #bot-dev: users.csv has 3, keywords.csv 2.',
      "config.yaml: control_port is not taken over; the port is set by PORT, and Slack's commands need none in Socket Mode.",
      'keywords.csv line 2: dark matter is taken as the phrase "dark matter", whole words in any letter case.',
      'Added the keywords quantum and "dark matter".',
      'Nobody is followed here yet: keywords choose among the posts of those you follow. For posts from anyone, /birdwire topic add ….',
      'Now following IBM (@IBM) and Mira Okafor (@mira_okafor).',
      'There is no @nobody_here on X.',
      'Only what matches one of the 2 keywords here comes: /birdwire list shows.',
      'Done. If something above did not work, import again: nothing is added twice.',
    ])
    const route = await rig.route('C0BOTDEV')
    assert.deepEqual(
      route?.follows.map(account => account.handle),
      ['IBM', 'mira_okafor'],
    )
    assert.deepEqual(route?.keywords, ['quantum', '"dark matter"'])
  })

  test('is the same when done twice', async () => {
    await using rig = await controlsRig()
    using old = oldBot({ 'config.yaml': oldConfig, 'users.csv': '@ibm\n', 'keywords.csv': 'quantum\n' })
    await runImport(rig, old.dir)
    const before = await rig.route('C0BOTDEV')
    const { said } = await runImport(rig, old.dir)
    assert.ok(said.includes('Already followed here: IBM (@IBM).') && said.includes('Already there: quantum.'))
    assert.deepEqual(await rig.route('C0BOTDEV'), before)
    assert.equal(rig.changes(), 2)
  })

  test('changes nothing when a file, a line or the channel is wrong, and says which', async () => {
    await using rig = await controlsRig()
    const good = { 'config.yaml': oldConfig, 'users.csv': '@ibm\n', 'keywords.csv': 'quantum\n' }
    const cases: readonly [Record<string, string>, RegExp][] = [
      [{}, /config\.yaml: there is no such file.*Give the folder/],
      [{ ...good, 'config.yaml': 'channel: [' }, /^config\.yaml line 1: this is not YAML/],
      [{ ...good, 'keywords.csv': 'a\n"b\n' }, /^keywords\.csv line 2: a quotation mark is never closed/],
      [{ ...good, 'config.yaml': 'channel: elsewhere\n' }, /the bot sees no channel #elsewhere.*BIRDWIRE_CHANNEL/],
      [{ ...good, 'config.yaml': '' }, /it names no channel.*BIRDWIRE_CHANNEL/],
    ]
    for (const [files, sentence] of cases) {
      using old = oldBot(files)
      await assert.rejects(
        runImport(rig, old.dir),
        error => error instanceof ImportError && sentence.test(error.message),
      )
    }
    assert.equal(rig.changes(), 0)
  })

  test('uses BIRDWIRE_CHANNEL where the old channel is not to be found', async () => {
    await using rig = await controlsRig()
    using old = oldBot({ 'config.yaml': 'channel: gone\n', 'users.csv': '@ibm\n', 'keywords.csv': '' })
    await runImport(rig, old.dir, 'C0123456789')
    assert.equal((await rig.route('C0123456789'))?.follows.length, 1)
  })

  test('says what is done and what is not when it has to stop half way', async () => {
    await using rig = await controlsRig()
    using old = oldBot({ 'config.yaml': oldConfig, 'users.csv': '@ibm\n', 'keywords.csv': 'quantum\n' })
    const { ok, said } = await runImport(rig, old.dir, undefined, /^follow/)
    assert.equal(ok, false)
    assert.match(
      said.at(-1) ?? '',
      /^Stopped after 1 of 2 steps: The service does not answer\. What is said above is done/,
    )
    assert.equal((await rig.route('C0BOTDEV'))?.keywords.length, 1)
  })
})
