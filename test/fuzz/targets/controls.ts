/** Everything that a person may type, in Slack or at the command line, on a real store: answered in words that ping nobody, and nothing throws. */

import { loadConfig } from '../../../src/config.ts'
import { commandLine, commandLineRequest } from '../../../src/control/command-line.ts'
import { oldVerbs, synonyms, verbs } from '../../../src/control/verbs.ts'
import { shown } from '../../../src/slack/in/answer.ts'
import { controlsRig, people, postBy } from '../../rig/controls.ts'
import { hashOf, must, type Target } from '../target.ts'
import { mustBeSafe } from './said.ts'
import { isRecord, jsonIn, textOf } from './stub-fetch.ts'

/** Inputs on one database: each leaves a little in it. */
const inputsPerRig = 300
const channel = 'C0PAPERS'
const members = [
  { id: 'U0NELL', name: 'nell' },
  { id: 'U0BOSS', name: '<!channel> *boss*', role: 'admin' as const },
  { id: 'U0GUEST', role: 'guest' as const },
]

const typed = [
  ...[
    'follow mira_okafor, tomas_lind',
    'unfollow mira_okafor',
    'mute @IBM',
    'unmute ibm',
    'import https://x.com/i/lists/1600',
    'keyword add "dark matter", #physics',
    'keyword remove physics',
  ],
  ...[
    'keyword block giveaway',
    'topic add "gravitational waves" -giveaway',
    'topic remove 1',
    'options replies on language en,de reading complete',
    'options locked on',
    'pace digest 9:00 17:30 Europe/Berlin',
  ],
  ...[
    'pace quiet 22:00-07:00',
    'pace at most 4 an hour',
    'pace live',
    'pause',
    'resume',
    'preview follow ligo_lab',
    'save keyword add quantum',
    'cancel',
    'undo',
    'log 20',
    'fewer 1857229011233410001',
  ],
  ...[
    'list',
    'status',
    'why https://x.com/mira_okafor/status/1857229011233410001',
    'why silence',
    'cost',
    'gaps',
    'dead',
    'redeliver id7',
    'takedown https://x.com/mira_okafor/status/1857229011233410001',
    'reconnect',
    'help',
    'xyzzy',
  ],
]

export const controls: Target = {
  name: 'controls',
  shape: 'text',
  share: 30,
  charsMax: 10_000,
  seeds: typed,
  words: [
    ...Object.keys(verbs),
    ...Object.keys(synonyms),
    ...Object.keys(oldVerbs),
    ...people.map(({ handle }) => handle),
    'add',
    'remove',
    'on',
    'off',
    'all',
    '<!channel>',
    '<@U0NELL>',
    'C0PAPERS',
    '1857229011233410001',
    'Europe/Berlin',
    '24:00',
    '9am',
    '100000000',
  ],
  open: () =>
    perRig(async (rig, input) => {
      const old = Object.keys(oldVerbs)[hashOf(input) % 40]
      const who = members[hashOf(input) % 7] ?? { id: 'U0NELL', name: 'nell' }
      const answer =
        (await (old === undefined ? undefined : rig.controls.old(old, who, channel, input))) ??
        (await rig.controls.run(who, channel, input))
      const message = shown(answer)
      return () => {
        mustBeSafe(answer.text)
        must(answer.text.trim() !== '', 'an answer says nothing')
        must((message.blocks?.length ?? 0) <= 50, 'an answer has more blocks than Slack takes')
        for (const { label, does } of answer.offers ?? []) must(label !== '' && does !== '', 'an offer does nothing')
        for (const sentence of answer.refused ?? []) mustBeSafe(sentence)
      }
    }),
}

const requests = [
  { text: 'dead' },
  { text: 'why https://x.com/mira_okafor/status/1857229011233410001' },
  { text: 'redeliver all' },
  { text: 'export' },
  {
    text: 'apply lists.yaml',
    lists:
      'birdwire: 1\nchannels:\n  C0PAPERS:\n    follow: [mira_okafor (101), tomas_lind]\n    keywords: [\'"dark matter"\']\n',
  },
  { text: 'apply --yes lists.yaml', lists: 'channels:\n  "#papers": {}\n' },
  { text: 'follow ligo_lab', channel },
].map(request => JSON.stringify(request))

export const commandLineTarget: Target = {
  name: 'command-line',
  shape: 'json',
  share: 20,
  charsMax: 20_000,
  seeds: requests,
  words: [
    'text',
    'channel',
    'lists',
    'apply',
    'export',
    'dead',
    'redeliver',
    'why',
    'C0PAPERS',
    '#papers',
    'follow:',
    '\n    ',
    '--yes',
    '--dry-run',
  ],
  open: () =>
    perRig(async (rig, input) => {
      const parsed = commandLineRequest.safeParse(jsonIn(input))
      const said = parsed.success ? await commandLine(rig.deps, parsed.data) : undefined
      return () => {
        if (said === undefined) return
        must(said.isWellFormed(), 'an answer holds half of a character')
        must(said.length <= 200_000, 'an answer is very long')
      }
    }),
}

/** Real controls, anew every so often. */
async function perRig(read: (rig: Awaited<ReturnType<typeof madeRig>>, input: string) => Promise<() => void>) {
  let rig = await madeRig()
  let left = inputsPerRig
  return {
    async run(input: string) {
      if (left-- === 0) {
        await rig[Symbol.asyncDispose]()
        rig = await madeRig()
        left = inputsPerRig
      }
      return read(rig, input)
    },
    close: async () => rig[Symbol.asyncDispose](),
  }
}

/** A channel that wants something, and has been brought a post. */
async function madeRig() {
  const rig = await controlsRig()
  const [mira] = people
  if (mira === undefined) throw new Error('nobody is known')
  await rig.store.nameChannel(channel, 'papers')
  await rig.controls.run({ id: 'U0NELL', name: 'nell' }, channel, 'follow mira_okafor')
  const post = postBy(mira, '1857229011233410001', 'Gravity <!channel> waves')
  rig.source.posts.set(post.id, { kind: 'found', post })
  return rig
}

const environment = {
  ...{
    X_BEARER_TOKEN: 'AAAAsecretbearer',
    SLACK_BOT_TOKEN: 'xoxb-secret-123',
    SLACK_SIGNING_SECRET: 'signingsecret',
    BIRDWIRE_DATA: './data',
    PORT: '3000',
    X_BUDGET_USD: '25',
  },
  ...{
    BIRDWIRE_ADMINS: 'U0NELL,U0BOSS',
    BIRDWIRE_CHANNEL: '#papers',
    X_API_URL: 'https://api.x.com/',
    BIRDWIRE_LOG: 'info',
    X_MODE: 'auto',
  },
}

export const settings: Target = {
  name: 'settings',
  shape: 'json',
  share: 30,
  charsMax: 20_000,
  seeds: [
    environment,
    { X_API_KEY: 'key-one', X_API_SECRET: 'secret-two', SLACK_TOKEN: 'xoxb-a', SLACK_APP_TOKEN: 'xapp-1-b' },
    { ...environment, DATABASE_URL: 'postgres://bird:pass-word@db.example:5432/birdwire' },
    {},
  ].map(each => JSON.stringify(each)),
  words: [
    ...Object.keys(environment),
    'X_API_KEY',
    'SLACK_TOKEN',
    'TWITTER_CONSUMER_KEY',
    'DATABASE_URL',
    'BIRDWIRE_HOST',
    'X_BUGDET_USD',
    'BIRDWIRE_',
    'X_',
    '0x10',
    '1e3',
    'http://',
    '…',
  ],
  open: () => ({
    run(input) {
      const json = jsonIn(input)
      // An environment holds words, and no zero byte.
      const given = isRecord(json)
        ? Object.fromEntries(Object.entries(json).map(([name, value]) => [name, textOf(value).replaceAll('\0', '')]))
        : {}
      let said = ''
      try {
        loadConfig(given)
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ConfigError') throw error
        said = error.message
      }
      return () => {
        must(said.length <= input.length * 3 + 8000, 'what is said is much longer than what was set')
        must(
          !/\[object |undefined is not|ZodError|is not a function/.test(said),
          'what is said is in the words of an engine',
          said,
        )
        for (const name of [
          'X_BEARER_TOKEN',
          'X_API_KEY',
          'X_API_SECRET',
          'SLACK_BOT_TOKEN',
          'SLACK_APP_TOKEN',
          'SLACK_SIGNING_SECRET',
          'DATABASE_URL',
        ]) {
          const value = given[name]?.trim()
          if (value !== undefined && value.length >= 12 && !/[A-Z_]{6}|must|[{}]/.test(value))
            must(!said.includes(value), 'a secret is in what is said', said)
        }
      }
    },
  }),
}
