/**
 * The two manifests ask Slack for exactly what the code uses: the scopes of the methods that are called and the events that are heard,
 * found by reading the code, not by trusting a list. And they keep to Slack's limits. docs.slack.dev/reference/app-manifest
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { describe } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { oldCommands } from '../../control/old.ts'
import { neededScopes } from '../scopes.ts'
import { subscribedEvents } from './events.ts'
import { whyShortcut } from './shortcuts.ts'

const root = join(import.meta.dirname, '../../..')

/** Bot scopes by method, from each method's page. `apps.connections.open` takes the app's own token. */
const scopesOfMethod: Readonly<Record<string, readonly string[]>> = {
  'apps.connections.open': [],
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.join': ['channels:join'],
  'conversations.list': ['channels:read', 'groups:read'],
  'users.conversations': ['channels:read', 'groups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
}
const scopesOfEvent = (event: string): readonly string[] => {
  if (event === 'member_joined_channel') return ['channels:read', 'groups:read']
  if (event.startsWith('channel_')) return ['channels:read']
  return event.startsWith('group_') ? ['groups:read'] : []
}

/** Methods of the Web API that the code calls: as a string, or on Bolt's client. */
function calledMethods(): readonly string[] {
  const files = globSync('src/{slack,cli,service}/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] })
  const found = [...files, 'src/service.ts'].flatMap(file => {
    const code = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    const asText = code.matchAll(/\(\s*'((?:api|apps|auth|bots|chat|conversations|files|team|users|views)\.[\w.]+)'/g)
    const asCall = code.matchAll(
      /\bclient\.((?:apps|auth|chat|conversations|files|team|users|views)\.\w+(?:\.\w+)*)\(/g,
    )
    return [...asText, ...asCall].map(match => match[1] ?? '')
  })
  return [...new Set(found)].toSorted()
}

const command = z.strictObject({
  command: z.string().regex(/^\/[a-z_]{1,31}$/),
  url: z.string().optional(),
  description: z.string().min(1).max(2000),
  usage_hint: z.string().max(1000).optional(),
  should_escape: z.literal(true),
})
const shortcut = z.strictObject({
  name: z.string().min(1).max(24),
  type: z.literal('message'),
  callback_id: z.string().min(1).max(255),
  description: z.string().min(1).max(150),
})
const manifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(2), minor_version: z.literal(1) }),
  display_information: z.strictObject({
    name: z.string().max(35),
    description: z.string().max(140),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    bot_user: z.strictObject({ display_name: z.string().regex(/^[a-z0-9._-]{1,80}$/), always_online: z.boolean() }),
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.literal(false),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    shortcuts: z.array(shortcut).max(10),
    slash_commands: z.array(command).max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()).max(255) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({
      request_url: z.string().optional(),
      bot_events: z.array(z.string()).max(100),
    }),
    interactivity: z.strictObject({ is_enabled: z.boolean(), request_url: z.string().optional() }),
    org_deploy_enabled: z.literal(false),
    socket_mode_enabled: z.boolean(),
    // It cannot be switched off once it is on, and needs a server that keeps new tokens.
    token_rotation_enabled: z.literal(false),
  }),
})

const read = (mode: string) => manifest.parse(parse(readFileSync(join(root, `slack/manifest.${mode}.yaml`), 'utf8')))

test('every method that the code calls is known here with its scopes', () => {
  const called = calledMethods()
  assert.ok(called.includes('chat.postMessage') && called.includes('auth.test'), `found ${called.join(', ')}`)
  assert.deepEqual(
    called.filter(method => !(method in scopesOfMethod)),
    [],
  )
  assert.deepEqual(
    Object.keys(scopesOfMethod).filter(method => !called.includes(method)),
    [],
    'and none is only listed',
  )
})

for (const mode of ['socket', 'http'] as const) {
  describe(`the ${mode} manifest`, () => {
    test('asks for exactly the scopes and events that the code uses', () => {
      const { oauth_config: oauth, settings } = read(mode)
      const { bot_events: events } = settings.event_subscriptions
      const fromMethods = calledMethods().flatMap(method => scopesOfMethod[method] ?? [])
      const needed = new Set(['commands', ...fromMethods, ...events.flatMap(scopesOfEvent)])
      assert.deepEqual(oauth.scopes.bot.toSorted(), [...needed].toSorted())
      assert.deepEqual(neededScopes.toSorted(), [...needed].toSorted(), 'what doctor checks')
      assert.deepEqual(events.toSorted(), subscribedEvents.toSorted())
    })

    test('has /birdwire and the old seven, with their text escaped', () => {
      const commands = read(mode).features.slash_commands.map(entry => entry.command)
      assert.deepEqual(commands.toSorted(), ['/birdwire', ...Object.keys(oldCommands)].toSorted())
    })
  })
}

test('the shortcuts are those that are answered', () => {
  assert.deepEqual(
    read('http').features.shortcuts.map(({ callback_id }) => callback_id),
    [whyShortcut],
  )
})

test('in Socket Mode no address is given, over HTTP the same one everywhere', () => {
  const socket = read('socket')
  assert.equal(socket.settings.socket_mode_enabled, true)
  assert.doesNotMatch(JSON.stringify(socket), /https?:/)
  const http = read('http')
  assert.equal(http.settings.socket_mode_enabled, false)
  const urls = [
    ...http.features.slash_commands.map(entry => entry.url),
    http.settings.event_subscriptions.request_url,
    http.settings.interactivity.request_url,
  ]
  assert.deepEqual([...new Set(urls)], ['https://birdwire.example.com/slack/events'])
})

test('but for the addresses the two are the same', () => {
  const bare = (mode: string) => {
    const { settings, features, ...rest } = read(mode)
    const commands = features.slash_commands.map(({ url, ...entry }) => entry)
    const { app_home: home, bot_user: bot, shortcuts } = features
    return { ...rest, commands, bot, home, shortcuts, events: settings.event_subscriptions.bot_events }
  }
  assert.deepEqual(bare('socket'), bare('http'))
})
