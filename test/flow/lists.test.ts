/**
 * Lists as files, through the real service and both simulators: an edit applies within a second on the same stream, a change in Slack is in
 * the file, a broken file changes nothing and is answered in the log and in Slack; and `export` and `apply` carry everything elsewhere.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { describe } from 'node:test'
import { commandLine } from '../../src/control/command-line.ts'
import { controlsRig } from '../rig/controls.ts'
import { type ServiceRig, startServiceRig, untilTrue } from '../rig/service.ts'

const papers = 'C0PAPERS'
const limitMs = 15_000

function folder(): { readonly dir: string } & Disposable {
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-flow-lists-'))
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) }
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
const said = (rig: ServiceRig) => rig.slack.messages(papers).map(({ text }) => text)

for (const inbound of ['http', 'socket'] as const) {
  describe(`lists as files, ${inbound}`, () => {
    test('a YAML file and a channel are kept the same', { timeout: limitMs }, async () => {
      using place = folder()
      const file = join(place.dir, 'lists.yaml')
      await using rig = await startServiceRig({ channels: [papers], inbound, lists: file })
      const [one, two] = ['mira_okafor', 'jonas_lindqv']
      await rig.ready()
      await typed(rig, `follow ${one}`)
      await untilTrue(() => textOf(file).includes(`- ${one} (`))
      await untilTrue(async () => (await rig.status()).sources[0]?.state === 'streaming')
      const connects = (await rig.status()).sources[0]?.connects

      const at = Date.now()
      writeFileSync(file, textOf(file).replace(/( +)- .*\n/, `$&$1- ${two} # a colleague of theirs\n`))
      await untilTrue(async () => (await typed(rig, 'list')).includes(`@${two}`))
      const tookMs = Date.now() - at
      assert.ok(tookMs < 1500, `an edit took ${tookMs} ms`)
      await untilTrue(() => said(rig).some(text => text.includes('lists.yaml') && text.includes(`@${two}`)))
      await untilTrue(() => rig.x.rules().length > 0)
      assert.equal((await rig.status()).sources[0]?.connects, connects, 'the stream is the same')

      const broken = `${textOf(file)}    keywords: ["(never closed"]\n`
      writeFileSync(file, broken)
      await untilTrue(() =>
        said(rig).some(text => /cannot be used, so nothing was changed:\n• lists\.yaml line \d+: /.test(text)),
      )
      assert.ok(rig.log.some(line => line.includes('Nothing was changed') && /"line":\d+/.test(line)))
      assert.equal(textOf(file), broken)
      assert.match(await typed(rig, 'list'), new RegExp(`@${two}`))

      writeFileSync(file, broken.replace('(never closed', 'gravity'))
      await untilTrue(async () => (await typed(rig, 'list')).includes('gravity'))
      await typed(rig, 'keyword remove gravity')
      await untilTrue(() => !textOf(file).includes('gravity'))
      assert.match(textOf(file), /# a colleague of theirs/)
    })

    test("the old bot's folders", { timeout: limitMs }, async () => {
      using place = folder()
      mkdirSync(join(place.dir, papers))
      writeFileSync(join(place.dir, papers, 'users.csv'), 'mira_okafor\n')
      writeFileSync(join(place.dir, papers, 'keywords.csv'), 'dark matter\n')
      await using rig = await startServiceRig({ channels: [papers], inbound, lists: place.dir })
      await untilTrue(async () => (await typed(rig, 'list')).includes('Okafor'))
      await typed(rig, 'keyword add gravity')
      await untilTrue(() => textOf(join(place.dir, papers, 'keywords.csv')) === 'dark matter\ngravity\n')
    })
  })
}

/** Types it as soon as Slack's connection is there. */
async function typed(rig: ServiceRig, text: string): Promise<string> {
  for (;;) {
    const answer = await rig.type(papers, text).catch(() => undefined)
    if (answer !== undefined) return answer
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

test('what is exported is the same again after it was applied elsewhere, without asking X about anybody', async () => {
  await using here = await controlsRig()
  await using there = await controlsRig()
  const nell = { id: 'U1', name: 'nell', role: 'admin' as const }
  for (const text of [
    'follow mira_okafor IBM',
    'keyword add ibm, "dark matter", -giveaway',
    'options replies on language en',
    'mute ligo_lab',
  ])
    await here.controls.run(nell, papers, text)
  await here.controls.run(nell, 'C0OTHER', 'topic add "gravitational waves" lang:en')
  await here.controls.run(nell, 'C0OTHER', 'pause')
  const text = await commandLine(here.deps, { text: 'export' })
  const asked = there.source.asked.length
  const applied = JSON.parse(await commandLine(there.deps, { text: 'apply lists.yaml', lists: text }))
  assert.equal(applied.ok, true, JSON.stringify(applied))
  assert.equal(await commandLine(there.deps, { text: 'export' }), text)
  assert.equal(there.source.asked.length, asked)
  const [trace] = await there.store.audit(papers, 1)
  assert.equal(trace?.who, 'lists')
  assert.match(trace?.what ?? '', /followed @mira_okafor and @IBM/)
  const twice = JSON.parse(await commandLine(there.deps, { text: 'apply lists.yaml', lists: text }))
  assert.deepEqual(twice, { ok: true, said: ['Everything is as the file says already.'] })

  const wrong = JSON.parse(
    await commandLine(there.deps, { text: 'apply lists.yaml', lists: text.replace('IBM (103)', 'nobody_here') }),
  )
  assert.deepEqual(wrong, { ok: false, said: [wrong.said[0], 'Nothing was changed.'] })
  assert.match(wrong.said[0], /^lists\.yaml line \d+, C0PAPERS: There is no @nobody_here on X\.$/)
  assert.equal(await commandLine(there.deps, { text: 'export' }), text)
})
