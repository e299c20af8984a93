/**
 * Goal: several processes on one PostgreSQL are one Birdwire: one connection to X, each post once, order and pace of a channel, whoever dies
 * and whatever the database does. Method: the real command line, a process for each role, a real server, the two simulators in real time. The
 * simulator of X allows one connection and keeps a list of every request; Slack's channels are compared with what was written.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { type SlackSim, startSlack } from '../../sim/slack/server.ts'
import { createWorld, type World } from '../../sim/world/world.ts'
import { startX, type XSim } from '../../sim/x/server.ts'
import { type Birdwire, startBirdwire } from '../crash/birdwire.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../rig/postgres-server.ts'
import { postsShown } from '../rig/posts-shown.ts'
import { untilTrue } from '../rig/service.ts'

const person = 'U0NELL'
const channels = ['C0LAB', 'C0NEWS', 'C0MISC', 'C0WORLD']
const writers = ['mira_okafor', 'jonas_lindqv', 'halden_lab', 'oskar_theiss']
const streamPath = '/2/tweets/search/stream'
/** What the processes wrote is left here. */
const outputDir = join(import.meta.dirname, '../output')
/** A process that reads X is replaced within this time. */
const takeoverMs = 5000
/** How long the database does not answer, in seconds; the whole proof makes it longer than anybody waits for an answer. */
const slowS = Number(process.env['TEST_SLOW_SECONDS'] ?? 4)

interface Rig {
  readonly server: PostgresServer
  readonly databaseUrl: string
  readonly world: World
  readonly x: XSim
  readonly slack: SlackSim
  /** Starts one process; resolves when it listens. */
  start(role: string): Promise<Birdwire & { readonly address: string }>
  /** Ids of posts in a channel's messages, in the order in which they came. */
  shown(channel: string): readonly string[]
  /** Somebody whom every channel follows writes; the post's id. */
  write(text: string): Promise<string>
}

async function rigOf(t: TestContext): Promise<Rig> {
  const server = await startPostgres()
  t.after(() => server[Symbol.asyncDispose]())
  const databaseUrl = await server.newDatabase()
  const world = createWorld({ seed: 11 })
  const x = await startX({ world, imageBase: 'https://pictures.example', searchLagMs: 500, propagationMs: 0 })
  t.after(() => x.close())
  const slack = await startSlack({
    images: 'accept',
    users: [{ id: person, name: 'nell', realName: 'Nell Aspinall', displayName: 'Nell' }],
    channels: channels.map(id => ({ id, name: id.slice(2).toLowerCase(), bot: true })),
  })
  t.after(() => slack.close())
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-roles-'))
  const environment = {
    ...{ X_BEARER_TOKEN: x.bearer, X_API_URL: x.url, X_MODE: 'stream', DATABASE_URL: databaseUrl, PORT: '0' },
    ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_API_URL: slack.apiUrl },
    ...{ BIRDWIRE_ADMINS: person, BIRDWIRE_DATA: dir },
  }
  const processes: Birdwire[] = []
  t.after(async () => {
    mkdirSync(outputDir, { recursive: true })
    writeFileSync(join(outputDir, 'roles.log'), processes.map(process => process.output()).join('\n'))
    for (const process of processes) process.signal('SIGKILL')
    await Promise.all(processes.map(({ ended }) => ended))
    rmSync(dir, { recursive: true, force: true })
  })
  return {
    ...{ server, databaseUrl, world, x, slack },
    async start(role) {
      const process = startBirdwire({ environment, args: ['serve', '--role', role] })
      processes.push(process)
      const address = await process.url
      assert.ok(address !== undefined, `serve --role ${role} ended: ${process.output()}`)
      if (role === 'web' || role === 'all') slack.requestUrl = `${address}/slack/events`
      return { ...process, address }
    },
    shown: channel => slack.messages(channel).flatMap(postsShown),
    async write(text) {
      const author = writers[world.posts().length % writers.length] ?? ''
      const { post } = await x.emit(world.post({ author, text }))
      return post.id
    },
  }
}

async function type(slack: SlackSim, channel: string, text: string): Promise<string> {
  const { ack, shown } = await slack.command({ user: person, channel, command: '/birdwire', text })
  assert.ok(ack.ok, `/birdwire ${text}`)
  return shown?.text ?? ''
}

async function followAll({ slack, x }: Rig): Promise<void> {
  for (const channel of channels) await type(slack, channel, `follow ${writers.join(' ')}`)
  await x.connected()
  await x.rulesAre(rules =>
    writers.every(writer => rules.some(({ value }) => value.includes(writer)) || rules.length > 0),
  )
}

/** Every post is in every channel once, in the order in which they were written. */
async function allThere(rig: Rig, written: readonly string[]): Promise<void> {
  await untilTrue(() => channels.every(channel => written.every(id => rig.shown(channel).includes(id))))
  for (const channel of channels) assert.deepEqual(rig.shown(channel), written, channel)
}

/** X refuses a second connection: it must not even have been asked for one. */
function oneConnection({ x }: Rig): void {
  const refused = x.requests.filter(({ path, status }) => path === streamPath && status !== 200)
  assert.deepEqual(refused, [])
}

/** Slack takes a message a second in a channel, whoever of the four sends it. */
function paced({ slack }: Rig): void {
  for (const channel of channels) {
    const at = slack.calls('chat.postMessage').flatMap(call => (call.args['channel'] === channel ? [call.at] : []))
    const gaps = at.slice(1).map((time, n) => time - (at[n] ?? 0))
    assert.ok(gaps.length > 3 && Math.min(...gaps) > 900, `${channel}: ${gaps.join(', ')} ms between messages`)
  }
  assert.deepEqual(
    slack.calls().filter(({ error }) => error === 'ratelimited'),
    [],
  )
}

const options = { skip: noPostgres, timeout: 120_000 + 4000 * slowS }

test(
  'a reader that dies is replaced within five seconds, a worker that dies by the others: nothing is lost, nothing twice',
  options,
  async t => {
    const rig = await rigOf(t)
    await rig.start('web')
    const first = await rig.start('ingest')
    const workers = await Promise.all([1, 2, 3, 4].map(() => rig.start('deliver')))
    await followAll(rig)
    const second = await rig.start('ingest')
    const written: string[] = []
    for (let n = 0; n < 3; n++) written.push(await rig.write(`before ${n}`))
    await allThere(rig, written)
    assert.match(await type(rig.slack, channels[0] ?? '', 'status'), /\*X\*: connected for/)

    const diedAt = performance.now()
    first.signal('SIGKILL')
    await first.ended
    await rig.x.disconnected()
    // Written while nobody reads: the gap.
    written.push(await rig.write('while nobody reads'))
    await rig.x.connected(2)
    const tookMs = performance.now() - diedAt
    t.diagnostic(`another process read X ${Math.round(tookMs)} ms after the death of the first`)
    assert.ok(tookMs < takeoverMs, `it took ${tookMs} ms`)
    await allThere(rig, written)

    // In the middle of sending: what the worker had leased is looked for and sent by the others.
    const sending = rig.slack.calls('chat.postMessage').length
    for (let n = 0; n < 4; n++) written.push(await rig.write(`burst ${n}`))
    await untilTrue(() => rig.slack.calls('chat.postMessage').length > sending)
    workers[0]?.signal('SIGKILL')
    await allThere(rig, written)
    oneConnection(rig)
    assert.equal(second.output().includes('"level":50'), false, second.output())
    paced(rig)
  },
)

test('what one process learns, whoever asks another is told', options, async t => {
  const rig = await rigOf(t)
  const web = await rig.start('web')
  await Promise.all([rig.start('ingest'), rig.start('deliver')])
  await followAll(rig)
  await allThere(rig, [await rig.write('before')])
  rig.slack.workspace.refuseToken(rig.slack.botToken, 'token_revoked')
  await rig.write('while the token is refused')
  const ready = async () => await (await fetch(`${web.address}/readyz`)).text()
  await untilTrue(async () => /Nothing is sent to Slack for now: [^"]*revoked/.test(await ready()))
  rig.slack.workspace.acceptToken(rig.slack.botToken)
})

test(
  'a database that restarts, is gone, or takes no changes for a while costs no post, and the log says so',
  options,
  async t => {
    const rig = await rigOf(t)
    const all = await Promise.all([rig.start('all'), rig.start('all')])
    await followAll(rig)
    const written = [await rig.write('before')]
    await allThere(rig, written)

    await rig.server.stop('kill')
    written.push(await rig.write('while it is gone'))
    await untilTrue(async () => {
      const answers = await Promise.all(all.map(({ address }) => fetch(`${address}/readyz`)))
      return answers.every(({ status }) => status === 503)
    })
    await rig.server.start()
    await allThere(rig, written)

    await rig.server.ask('alter system set default_transaction_read_only = on')
    await rig.server.ask('select pg_reload_conf()')
    written.push(await rig.write('while it takes no changes'))
    await untilTrue(() => all.some(process => process.output().includes('takes no changes')))
    await rig.server.ask('alter system reset default_transaction_read_only', rig.server.writing)
    await rig.server.ask('select pg_reload_conf()')
    await allThere(rig, written)
    // Slow: everything waits for somebody who holds the tables.
    const slow = rig.server.ask(
      `begin; lock table lane in access exclusive mode; select pg_sleep(${slowS}); commit`,
      rig.databaseUrl,
    )
    written.push(await rig.write('while it is slow'))
    await slow
    await allThere(rig, written)
    // Frozen: it takes connections and says nothing.
    await rig.server.freeze(async () => {
      written.push(await rig.write('while it is frozen'))
      await new Promise(resolve => setTimeout(resolve, slowS * 1000))
    })
    written.push(await rig.write('after'))
    await allThere(rig, written)
    oneConnection(rig)
    assert.ok(all.some(process => /cannot be reached|PostgreSQL says/.test(process.output())))
  },
)
