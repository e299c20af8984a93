/** Goal: a token of ours that somebody pastes where a name or a word belongs is kept nowhere and told nobody (I7). Method: the real service; its end searches log, Slack and files. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { loadConfig } from '../../src/config.ts'
import { applyText } from '../../src/control/lists/whole.ts'
import { offlineControls } from '../../src/offline.ts'
import { startServiceRig, untilTrue } from '../rig/service.ts'

const channel = 'C0LAB'
const lists = (follow: string) => `birdwire: 1\nchannels:\n  ${channel}:\n    follow: [${follow}]\n`

test('a token in a command, in a form or in the file of lists is refused and not repeated', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'birdwire-pasted-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'lists.yaml')
  writeFileSync(file, lists('mira_okafor'))
  await using rig = await startServiceRig({ channels: [channel], lists: file })
  await untilTrue(async () => /Mira Okafor/.test(await rig.type(channel, 'list')))
  const said = () => rig.slack.messages(channel).length
  await untilTrue(() => said() === 1)

  const { botToken: token, signingSecret } = rig.slack
  for (const typed of ['follow', 'keyword', 'topic', 'why', 'import', 'preview keyword', ''])
    for (const secret of [token, signingSecret, rig.x.bearer]) {
      const answer = await rig.type(channel, `${typed} ${secret}`)
      assert.match(answer, /holds one of Birdwire.s own tokens/, typed)
    }
  const cut = `${token.slice(0, 6)}\u200b${token.slice(6)}`
  assert.match(
    await rig.type(channel, `keyword ${cut}`),
    /holds one of Birdwire.s own tokens/,
    'an invisible sign in it',
  )
  const { shown } = await rig.slack.command({ user: 'U0NELL', channel, command: '/add_keyword', text: token })
  assert.match(shown?.text ?? '', /holds one of Birdwire.s own tokens/)
  assert.equal(said(), 1, 'only that the lists were applied')

  writeFileSync(file, lists(`mira_okafor, "${token}"`))
  await untilTrue(() => rig.log.some(line => line.includes('this line holds one of Birdwire')))
  writeFileSync(file, lists('mira_okafor, jonas_lindqv'))
  await untilTrue(async () => /Jonas Lindqvist/.test(await rig.type(channel, 'list')))
  assert.ok(!readFileSync(file, 'utf8').includes(token))
})

test('a token in a file that is applied is named by its line', async t => {
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-pasted-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const config = loadConfig({
    ...{ X_BEARER_TOKEN: 'a-bearer-of-this-test', SLACK_BOT_TOKEN: 'xoxb-a-bot-of-this-test' },
    ...{ SLACK_SIGNING_SECRET: 'a-secret-of-this-test', BIRDWIRE_DATA: dir },
  })
  const { deps, close } = await offlineControls(config, config)
  const { ok, said } = await applyText(deps, 'lists.yaml', lists(config.slack.botToken), async () => channel)
  await close()
  assert.equal(ok, false)
  assert.match(said[0] ?? '', /^lists.yaml line 4: this line holds one of Birdwire.s own/)
  assert.ok(!said.join('').includes(config.slack.botToken))
})
