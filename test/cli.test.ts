/** The command line as people meet it: real processes, their words and their exit status. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { startServiceRig, untilTrue } from './rig/service.ts'

const root = join(import.meta.dirname, '..')

interface Ended {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { out: '', err: '' }
  child.stdout.on('data', chunk => {
    text.out += chunk
  })
  child.stderr.on('data', chunk => {
    text.err += chunk
  })
  const ended: Promise<Ended> = once(child, 'close').then(([status]) => ({ status, ...text }))
  return { child, text, ended }
}

const run = (args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ended> =>
  start(args, environment).ended

test('--help of the program and of each command ends with 0', async () => {
  const commands = ['demo', 'serve', 'doctor', 'import', 'move', 'backup', 'restore', 'why', 'dead', 'sim']
  for (const command of [[], ...commands.map(name => [name])]) {
    const { status, out } = await run([...command, '--help'])
    assert.equal(status, 0, command.join())
    assert.match(out, /Usage: birdwire/)
  }
})

test('wrong use ends with 2 and says what was meant', async () => {
  const { status, err } = await run(['sreve'])
  assert.equal(status, 2)
  assert.match(err, /unknown command 'sreve'[\s\S]*serve/)
  assert.equal((await run(['why'])).status, 2)
  for (const [args, says] of [
    [['sim', 'both', '--x-port', 'abc'], /--x-port <port>' argument 'abc' is invalid.*a number from 0 to 65535/],
    [['sim', 'bluesky'], /Allowed choices are x, slack, both/],
    [['dead', '--force'], /--force needs --again <id>/],
  ] as const) {
    const wrong = await run(args)
    assert.equal(wrong.status, 2, args.join(' '))
    assert.match(wrong.err, says)
  }
})

test('where there is no database, dead says so, not that all is well; where something cannot be had, a sentence says why', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-cli-'))
  const environment = {
    X_BEARER_TOKEN: 'a',
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_SIGNING_SECRET: 's',
    BIRDWIRE_DATA: join(dir, 'data'),
  }
  const cases = [
    [['dead'], {}, /There is no database in .*Set BIRDWIRE_DATA/],
    [
      ['serve'],
      { BIRDWIRE_HOST: 'no.such.host.invalid' },
      /There is no host no\.such\.host\.invalid.*Set BIRDWIRE_HOST/,
    ],
    [['sim', 'x', '--x-port', '0', '--replay', join(dir, 'none')], {}, /The capture .*none cannot be read \(ENOENT\)/],
  ] as const
  for (const [args, change, says] of cases) {
    const { status, err } = await run(args, { ...environment, ...change })
    assert.equal(status, 1, `${args.join(' ')}: ${err}`)
    assert.match(err, says)
    assert.doesNotMatch(err, /\n\s+at /, 'no stack trace')
  }
  rmSync(dir, { recursive: true })
})

test('a wrong setting stops the start with its name, the reason and an example', async () => {
  const { status, err } = await run(['serve'], {
    X_BEARER_TOKEN: 'a',
    SLACK_BOT_TOKEN: 'xoxp-1',
    SLACK_SIGNING_SECRET: 's',
    BIRDWIRE_DATTA: 'x',
  })
  assert.equal(status, 2)
  assert.match(err, /SLACK_BOT_TOKEN must start with xoxb-.*Example: SLACK_BOT_TOKEN=xoxb-/)
  assert.match(err, /BIRDWIRE_DATTA is not a setting\. Did you mean BIRDWIRE_DATA\?/)
})

test('serve ends with 0 on SIGTERM and leaves nothing behind; meanwhile a second one is refused in a sentence', async () => {
  await using rig = await startServiceRig({ channels: ['C0PAPERS'] })
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-cli-'))
  const environment = { ...rig.environment, BIRDWIRE_DATA: dir }
  const serve = start(['serve'], environment)
  await untilTrue(() => existsSync(join(dir, 'service.json')))
  const second = await run(['serve'], environment)
  assert.equal(second.status, 1)
  assert.match(
    second.err,
    new RegExp(`the folder ${dir} is in use by another Birdwire \\(process ${serve.child.pid}\\); stop that one first`),
  )
  assert.doesNotMatch(second.err, /\n\s+at /, 'no stack trace')
  serve.child.kill('SIGTERM')
  assert.equal((await serve.ended).status, 0)
  assert.equal(existsSync(join(dir, 'service.json')), false)
  rmSync(dir, { recursive: true })
})

test('a damaged database stops the start in a sentence', async () => {
  await using rig = await startServiceRig({ channels: [] })
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-cli-'))
  writeFileSync(
    join(dir, 'birdwire.sqlite'),
    'this is no database, but it is long enough to look like one '.repeat(200),
  )
  const { status, err } = await run(['serve'], { ...rig.environment, BIRDWIRE_DATA: dir })
  assert.equal(status, 1)
  assert.match(err, /birdwire\.sqlite/)
  assert.doesNotMatch(err, /\n\s+at /, 'no stack trace')
  rmSync(dir, { recursive: true })
})

test('why and dead answer inside the running service and, when it is stopped, from the database', async () => {
  await using rig = await startServiceRig({ channels: ['C0PAPERS'] })
  await rig.type('C0PAPERS', 'follow mira_okafor')
  await rig.x.connected()
  await rig.x.rulesAre(rules => rules.length > 0)
  const post = rig.world.post({ author: 'mira_okafor', text: 'Reading 1' })
  await rig.x.emit(post)
  await untilTrue(() => rig.slack.messages('C0PAPERS').some(({ text }) => text.includes('Reading 1')))
  const address = `https://x.com/mira_okafor/status/${post.id}`
  const answers = async () => [await run(['why', address], rig.environment), await run(['dead'], rig.environment)]
  const running = await answers()
  await rig.service.stop()
  for (const [why, dead] of [running, await answers()]) {
    assert.equal(why?.status, 0, why?.err)
    assert.match(
      why?.out ?? '',
      /a post by Mira Okafor[\s\S]*C0PAPERS: Wanted: the author is followed here\.\nC0PAPERS: Posted /,
    )
    assert.equal(dead?.out, 'Everything could be delivered.\n')
  }
})

test("import takes the old bot's three files as they are and says what it did", async () => {
  await using rig = await startServiceRig({
    channels: ['C0BOTDEV'],
    slack: { channels: [{ id: 'C0BOTDEV', name: 'bot-dev', bot: true }] },
  })
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-old-'))
  writeFileSync(
    join(dir, 'config.yaml'),
    "# config file\nchannel: 'bot-dev'\nuser_file: users.csv\nkeyword_file: keywords.csv\ncontrol_port: 3000\n",
  )
  writeFileSync(join(dir, 'users.csv'), '@mira_okafor\r\n@Jonas_Lindqv\r\n@nobody_at_all\r\n\r\n')
  writeFileSync(join(dir, 'keywords.csv'), 'LIGO\ndark matter\n\n')
  const { status, out, err } = await run(['import', dir], rig.environment)
  assert.equal(status, 0, err)
  for (const said of [/#bot-dev/, /Mira Okafor/, /Jonas Lindqvist/, /nobody_at_all/, /dark matter/])
    assert.match(out, said)
  const list = await rig.type('C0BOTDEV', 'list')
  assert.match(list, /Mira Okafor[\s\S]*LIGO/i)
  const again = await run(['import', dir], rig.environment)
  assert.match(again.out, /Already followed here/)
  await rig.service.stop()
  writeFileSync(join(dir, 'users.csv'), '@oskar_theiss\n')
  const stopped = await run(['import', dir], rig.environment)
  assert.equal(stopped.status, 0, stopped.err)
  await rig.restart()
  assert.match(await rig.type('C0BOTDEV', 'list'), /oskar_theiss/, 'what was imported while no service ran is there')
  writeFileSync(join(dir, 'config.yaml'), 'channel: [\n')
  const broken = await run(['import', dir], rig.environment)
  assert.equal(broken.status, 1)
  assert.match(broken.err, /config\.yaml/)
  rmSync(dir, { recursive: true })
})

test('doctor says what is right, what is wrong and what to do about it', async () => {
  await using rig = await startServiceRig({ channels: ['C0PAPERS'] })
  await rig.type('C0PAPERS', 'follow mira_okafor')
  await rig.slack.received(1)
  const well = await run(['doctor'], rig.environment)
  assert.equal(well.status, 0, well.out)
  assert.match(well.out, /✔ X .*[\s\S]*✔ Slack scopes[\s\S]*✔ #papers/)
  rig.slack.setBotMember('C0PAPERS', false)
  rig.x.setStanding('unauthorized')
  const ill = await run(['doctor'], rig.environment)
  assert.equal(ill.status, 1)
  assert.match(ill.out, /✖ X .*token/i)
  assert.match(ill.out, /✖ #papers .*\/invite @birdwire/)
  assert.match(ill.out, /2 to put right/)
})

test('doctor finds a token that is refused, a scope that is missing and a cap of rules that is too low', async () => {
  await using rig = await startServiceRig({
    channels: [],
    x: { profile: 'free' },
    slack: { tokens: [{ token: 'xoxb-simulated-bot', kind: 'bot', scopes: ['chat:write', 'commands'] }] },
  })
  const poor = await run(['doctor'], rig.environment)
  assert.equal(poor.status, 1)
  assert.match(poor.out, /✖ X rules .*Enable pay-per-use at/)
  assert.match(poor.out, /✖ Slack scopes .*Missing: .*channels:history.*install the app again/)
  const bad = await run(['doctor'], { ...rig.environment, SLACK_BOT_TOKEN: 'xoxb-somebody-elses' })
  assert.equal(bad.status, 1)
  assert.match(bad.out, /✖ Slack .*bot token.*invalid_auth/)
})

test('sim says where the simulated networks are and ends on SIGINT', async () => {
  const sim = start(['sim', 'both', '--x-port', '0', '--slack-port', '0'])
  await untilTrue(() => sim.text.out.includes('SLACK_APP_TOKEN='))
  assert.match(sim.text.out, /X_API_URL=http:\/\/127\.0\.0\.1:\d+/)
  sim.child.kill('SIGINT')
  assert.equal((await sim.ended).status, 0)
})
