/**
 * Goal: no secret is readable anywhere but in the settings and, for the command line, in `service.json` (I7). Method: the program as people start it,
 * with secrets that nothing else uses, at log level debug, through good days and bad ones: refused tokens, dead addresses, broken calls, errors that
 * nothing catches. Then all that it printed, answered, posted and stored is searched for them.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { defaultTokens } from '../../sim/slack/seed.ts'
import { type SlackSim, startSlack } from '../../sim/slack/server.ts'
import { startX, type XSim } from '../../sim/x/server.ts'
import { ConfigError, loadConfig } from '../../src/config.ts'
import { filesOf, leaks } from '../rig/secrets.ts'
import { untilTrue } from '../rig/service.ts'

const root = join(import.meta.dirname, '../..')
const lab = 'C0LAB'
const person = 'U0NELL'
const made = (prefix: string) => `${prefix}${randomBytes(24).toString('hex')}`
const secrets = {
  X_BEARER_TOKEN: `${made('AAAA')}%2F${made('b')}`,
  X_API_KEY: made('key'),
  X_API_SECRET: made('keysecret'),
  SLACK_BOT_TOKEN: made('xoxb-'),
  SLACK_APP_TOKEN: made('xapp-'),
  SLACK_SIGNING_SECRET: made('sign'),
  BIRDWIRE_CONSOLE_TOKEN: made('console'),
  databasePassword: made('database'),
}
/** Everything that anybody could read, by where. */
const seen: [string, string | Uint8Array][] = []
/** The command line's own tokens: in `service.json`, for whoever may read the folder, and nowhere else. */
const controlTokens: string[] = []

let x: XSim
let slack: SlackSim
let dir: string
/** Of a machine on which everybody may read everything unless somebody sees to it. */
const umask = process.umask(0)
before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'birdwire-secrets-'))
  x = await startX({
    ...{ bearer: secrets.X_BEARER_TOKEN, apiKey: secrets.X_API_KEY, apiSecret: secrets.X_API_SECRET },
    searchLagMs: 100,
  })
  slack = await startSlack({
    signingSecret: secrets.SLACK_SIGNING_SECRET,
    tokens: defaultTokens.map(token => ({
      ...token,
      token: token.kind === 'bot' ? secrets.SLACK_BOT_TOKEN : secrets.SLACK_APP_TOKEN,
    })),
    users: [{ id: person, name: 'nell', realName: 'Nell Aspinall' }],
    channels: [{ id: lab, name: 'lab', bot: true }],
  })
})
after(async () => {
  process.umask(umask)
  await Promise.all([slack.close(), x.close()])
  rmSync(dir, { recursive: true, force: true })
})

type Settings = Readonly<Record<string, string>>

const common = (): Settings => ({
  X_API_URL: x.url,
  SLACK_BOT_TOKEN: secrets.SLACK_BOT_TOKEN,
  SLACK_API_URL: slack.apiUrl,
  BIRDWIRE_CONSOLE_TOKEN: secrets.BIRDWIRE_CONSOLE_TOKEN,
  BIRDWIRE_ADMINS: person,
  BIRDWIRE_LOG: 'debug',
  PORT: '0',
})
const overHttp = (): Settings => ({
  ...common(),
  X_BEARER_TOKEN: secrets.X_BEARER_TOKEN,
  SLACK_SIGNING_SECRET: secrets.SLACK_SIGNING_SECRET,
  BIRDWIRE_DATA: join(dir, 'http'),
})
const overSocket = (): Settings => ({
  ...common(),
  X_API_KEY: secrets.X_API_KEY,
  X_API_SECRET: secrets.X_API_SECRET,
  SLACK_APP_TOKEN: secrets.SLACK_APP_TOKEN,
  BIRDWIRE_DATA: join(dir, 'socket'),
})

const modeOf = (path: string) => statSync(path).mode & 0o777

/** Starts the program; what it prints is looked through at the end. */
function start(name: string, args: readonly string[], environment: Settings, nodeArgs: readonly string[] = []) {
  const child = spawn(process.execPath, [...nodeArgs, join(root, 'src/main.ts'), ...args], {
    cwd: dir,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const pipe of [child.stdout, child.stderr])
    pipe.on('data', chunk => {
      printed += String(chunk)
    })
  const ended = once(child, 'close').then(() => {
    seen.push([`what ${name} printed`, printed])
    return printed
  })
  return { child, ended }
}

const run = (args: readonly string[], environment: Settings) => start(args.join(' '), args, environment).ended

/** Where the service listens, once it does. */
async function serviceUrl(child: ChildProcess, data: string): Promise<string> {
  const file = join(data, 'service.json')
  await untilTrue(() => child.exitCode !== null || existsSync(file))
  assert.equal(child.exitCode, null, 'it runs')
  const { url, token } = JSON.parse(readFileSync(file, 'utf8'))
  controlTokens.push(token)
  return url
}

/** A PostgreSQL that asks for the password as it is and refuses it. postgresql.org/docs/current/protocol-message-formats.html */
async function startRefusingDatabase() {
  let heard = ''
  const message = (kind: string, body: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(body.length + 4)
    return Buffer.concat([Buffer.from(kind), length, body])
  }
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', data => {
      heard += data.toString('latin1')
      if (data[0] !== 0x70) socket.write(message('R', Buffer.from([0, 0, 0, 3])))
      else
        socket.end(
          message('E', Buffer.from('SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "birdwire"\0\0')),
        )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    port: address.port,
    heard: () => heard,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What anybody is answered, headers included. */
async function answers(url: string, paths: readonly string[], token?: string): Promise<void> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  for (const path of paths) {
    const answer = await fetch(`${url}${path}`, { headers })
    const heads = [...answer.headers].filter(([name]) => name !== 'set-cookie')
    seen.push([`the answer of ${path.split('?')[0]}`, `${JSON.stringify(heads)} ${await answer.text()}`])
  }
}

const type = (text: string) => slack.command({ user: person, channel: lab, command: '/birdwire', text })

test('a service over HTTP, through refused tokens and broken calls, and commands beside it', async () => {
  const settings = overHttp()
  const { child, ended } = start('serve over HTTP', ['serve', '--lists', join(dir, 'lists.yaml')], settings)
  const url = await serviceUrl(child, join(dir, 'http'))
  slack.requestUrl = `${url}/slack/events`
  slack.faults.schedule('post:drop-after', { subject: lab })
  slack.faults.schedule('post:html-after', { subject: lab })
  await type('follow mira_okafor')
  await type('keyword add axion')
  await x.connected()
  await untilTrue(() => existsSync(join(dir, 'http/lists-base.json')))

  slack.workspace.refuseToken(secrets.SLACK_BOT_TOKEN, 'invalid_auth')
  x.setStanding('unauthorized')
  await x.end()
  await slack.command({ user: person, channel: lab, command: '/birdwire', text: 'list', tampering: 'forged' })
  const look = ['/', '/api/status', '/metrics', '/readyz', '/nothing', `/?token=${secrets.BIRDWIRE_CONSOLE_TOKEN}`]
  await untilTrue(async () => (await fetch(`${url}/readyz`)).status === 503)
  await untilTrue(() => Object.keys(slack.faults.fired()).length === 2)
  await answers(url, look)
  await answers(url, look, secrets.BIRDWIRE_CONSOLE_TOKEN)
  await answers(url, look, `${secrets.BIRDWIRE_CONSOLE_TOKEN}x`)
  const [doctor] = await Promise.all([
    run(['doctor'], settings),
    run(['export'], settings),
    ...['status', 'list', 'log', 'help', 'follow ligo_lab', 'spend'].map(type),
  ])
  assert.match(doctor, /✖ .*token|✖ .*X/, 'it had something to complain about')
  // The log is on disk before the process ends, and so is what the database holds.
  seen.push(...filesOf(dir, ['service.json']))
  assert.equal(modeOf(join(dir, 'http')), 0o700)
  for (const file of [
    'birdwire.sqlite',
    'birdwire.sqlite-wal',
    'birdwire.sqlite-shm',
    'lists-base.json',
    'service.json',
  ])
    assert.equal(modeOf(join(dir, 'http', file)), 0o600, file)
  child.kill('SIGTERM')
  const log = await ended
  assert.match(log, /"level":50|invalid_auth|401/, 'there was trouble to write about')
  assert.doesNotMatch(log, /\/hooks\/(?:commands|actions)\//, 'whoever has a response_url can answer in our name')
})

test('a service over Socket Mode with key and secret, that ends by an error which nothing catches', async () => {
  slack.requestUrl = undefined
  slack.workspace.acceptToken(secrets.SLACK_BOT_TOKEN)
  x.setStanding('good')
  const quoting = `process.on('SIGUSR2', () => { const error = new Error('with ' + JSON.stringify(process.env)); error.cause = { headers: { ...process.env } }; Promise.reject(error) })`
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(quoting)}`]
  const { child, ended } = start('serve over Socket Mode', ['serve'], overSocket(), preload)
  const url = await serviceUrl(child, join(dir, 'socket'))
  await slack.sockets.connected(1)
  await type('follow tomas_lind jonas_lindqv')
  await x.connected(2)
  await untilTrue(() => slack.messages(lab).some(({ text }) => text.includes('Jonas Lindqvist')))
  slack.sockets.cut()
  await answers(url, ['/api/status', '/metrics'], secrets.BIRDWIRE_CONSOLE_TOKEN)
  seen.push(...filesOf(dir, ['service.json']))
  child.kill('SIGUSR2')
  const printed = await ended
  assert.equal(child.exitCode, 1)
  assert.match(printed, /\[secret\]/, 'what nothing catches passes the gate too')
})

test('commands where nobody answers, and settings that cannot be used', async () => {
  const dead: Settings = {
    ...overSocket(),
    X_API_URL: 'http://no.such.host.invalid',
    SLACK_API_URL: 'http://127.0.0.1:1/api/',
  }
  await using refusing = await startRefusingDatabase()
  const database = `postgres://birdwire:${secrets.databasePassword}@127.0.0.1:${refusing.port}/birdwire`
  const printed = await run(['doctor'], { ...dead, DATABASE_URL: database })
  for (const part of ['Database', 'X', 'Slack']) assert.match(printed, new RegExp(`✖ ${part}`))
  assert.ok(refusing.heard().includes(secrets.databasePassword), 'the password went where it belongs')
  writeFileSync(join(dir, 'lists.yaml'), 'channels: {C0LAB: {accounts: [mira_okafor]}}')
  await run(['apply', join(dir, 'lists.yaml')], dead)
  const wrong: readonly Settings[] = [
    { SLACK_BOT_TOKEN: secrets.SLACK_APP_TOKEN },
    { SLACK_APP_TOKEN: secrets.SLACK_BOT_TOKEN },
    { SLACK_SIGNING_SECRET: `${secrets.SLACK_SIGNING_SECRET} x` },
    { X_BEARER_TOKEN: `Bearer ${secrets.X_BEARER_TOKEN}` },
    { BIRDWIRE_CONSOLE_TOKEN: `${secrets.BIRDWIRE_CONSOLE_TOKEN}!` },
    { BIRDWIRE_CONSOLE_TOKEN: secrets.BIRDWIRE_CONSOLE_TOKEN.slice(-20) },
    { X_API_URL: `https://${secrets.X_API_KEY}:${secrets.X_API_SECRET}@api.x.example` },
    { SLACK_API_URL: `https://${secrets.SLACK_BOT_TOKEN}@slack.example/api/` },
    { BIRDWIRE_ADMINS: secrets.SLACK_BOT_TOKEN },
    { DATABASE_URL: `mysql://birdwire:${secrets.databasePassword}@db.example/birdwire` },
    { DATABASE_URL: `postgres//birdwire:${secrets.databasePassword}@db.example/birdwire` },
    { PORT: secrets.X_API_KEY },
    { BIRDWIRE_TOKEN: secrets.X_API_KEY },
  ]
  for (const change of wrong)
    assert.throws(
      () => loadConfig({ ...overHttp(), ...change }),
      error => {
        assert.ok(error instanceof ConfigError)
        seen.push([`what is wrong with ${Object.keys(change)}`, `${error.stack} ${JSON.stringify(error)}`])
        return true
      },
    )
})

test('nothing that could be read holds a secret', () => {
  const said = [...slack.messages(), ...slack.ephemerals(person)]
  seen.push(['Slack', JSON.stringify(said)])
  assert.ok(said.length > 5 && seen.length > 40, 'there is enough to look through')
  const kinds = ['birdwire.sqlite', 'birdwire.sqlite-wal', 'lists-base.json', 'lists.yaml']
  for (const kind of kinds)
    assert.ok(
      seen.some(([place]) => place.endsWith(kind)),
      kind,
    )
  const bearer = decodeURIComponent(secrets.X_BEARER_TOKEN)
  const commandLine = Object.fromEntries(controlTokens.map((token, n) => [`control token ${n}`, token]))
  assert.deepEqual(leaks({ ...secrets, bearer, ...commandLine }, seen), [])
})
