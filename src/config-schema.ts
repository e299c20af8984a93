/** Every setting: its name, what is accepted, and what is said of it where it is wrong and in the README. */
import { z } from 'zod'
import { isAddress } from './kit/secret-address.ts'
import { consoleTokenCharsMin, keepLedgerDaysMin, keepPostsDaysMin } from './limits.ts'

/** What the table in the README says about a setting. */
interface SettingMeta {
  readonly description: string
  readonly example: string
  /** The 2021 bot's name for it, still accepted. */
  readonly oldName?: string
}

const setting = <T extends z.ZodType>(schema: T, meta: SettingMeta): T => schema.meta({ ...meta })

const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine(
    address => !/^https?:\/\/[^/?#]*@/i.test(address),
    'must not hold a user name or a password: they would show wherever the address does',
  )
const token = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}[\\w-]+$`), `must start with ${prefix}; this looks like a different token`)
const days = (min: number) =>
  z.coerce
    .number('must be a number of days')
    .int('must be a whole number of days')
    .min(min, `must be ${min} or more`)
    .max(36_500, 'must be 36500 or less')
const word = z.string().regex(/^\S+$/, 'must not contain spaces')

export const settings = z.object({
  X_BEARER_TOKEN: setting(word.optional(), {
    description: "Your X app's bearer token. Either this, or key and secret.",
    example: 'X_BEARER_TOKEN=AAAAAAAA…',
  }),
  X_API_KEY: setting(word.optional(), {
    description: "Your X app's API key; the bearer token is then fetched with key and secret.",
    example: 'X_API_KEY=…',
    oldName: 'TWITTER_CONSUMER_KEY',
  }),
  X_API_SECRET: setting(word.optional(), {
    description: "Your X app's API key secret.",
    example: 'X_API_SECRET=…',
    oldName: 'TWITTER_CONSUMER_SECRET',
  }),
  X_API_URL: setting(url.default('https://api.x.com'), {
    description: "Where X's API is; another address only for tests.",
    example: 'X_API_URL=https://api.x.com',
  }),
  X_MODE: setting(z.enum(['stream', 'poll', 'auto'], 'must be stream, poll or auto').default('auto'), {
    description:
      'How posts are read: `stream` (filtered stream only), `poll` (timelines and searches every minute, for apps without stream access), or `auto`: the stream, and polling while X does not give it.',
    example: 'X_MODE=auto',
  }),
  X_BUDGET_USD: setting(z.coerce.number('must be a number of dollars').positive('must be more than 0').optional(), {
    description:
      'What may be spent at X in a calendar month (UTC). Before it is reached Birdwire reads less, and says so; it is never passed. Unset: no bound.',
    example: 'X_BUDGET_USD=25',
  }),
  X_AUTHORS: setting(z.enum(['cached', 'always'], 'must be cached or always').default('cached'), {
    description:
      '`cached`: an author is looked up once and remembered for 30 days, $0.01 each; a new name or picture shows late. `always`: X sends the author with every post, $0.01 an author and day.',
    example: 'X_AUTHORS=cached',
  }),
  X_QUOTED: setting(z.enum(['whole', 'none'], 'must be whole or none').default('whole'), {
    description:
      '`whole`: quoted and reposted posts come along, $0.005 each. `none`: they do not; a repost is then cut at 140 characters and a quoted post is only a link.',
    example: 'X_QUOTED=whole',
  }),
  X_ACTIVITY: setting(z.enum(['on', 'off'], 'must be on or off').default('off'), {
    description:
      "`on`: X's Activity API tells when a post is deleted, where the app has access; X's pages disagree on whether a deletion costs nothing or $0.005.",
    example: 'X_ACTIVITY=on',
  }),
  X_RECHECK: setting(z.enum(['on', 'off'], 'must be on or off').default('off'), {
    description:
      '`on`: posts younger than a day are asked for once more to see whether they still exist: at most $0.005 each, usually nothing, since X charges a post once a UTC day.',
    example: 'X_RECHECK=on',
  }),
  SLACK_BOT_TOKEN: setting(token('xoxb-').optional(), {
    description: "Your Slack app's bot token (OAuth & Permissions page).",
    example: 'SLACK_BOT_TOKEN=xoxb-…',
    oldName: 'SLACK_TOKEN',
  }),
  SLACK_APP_TOKEN: setting(token('xapp-').optional(), {
    description: 'An app-level token with `connections:write`: switches Socket Mode on, no public address needed.',
    example: 'SLACK_APP_TOKEN=xapp-…',
  }),
  SLACK_SIGNING_SECRET: setting(word.optional(), {
    description: 'HTTP mode: proves that a request comes from Slack (Basic Information page).',
    example: 'SLACK_SIGNING_SECRET=…',
  }),
  SLACK_API_URL: setting(url.default('https://slack.com/api/'), {
    description: "Where Slack's Web API is; another address only for tests.",
    example: 'SLACK_API_URL=https://slack.com/api/',
  }),
  BIRDWIRE_CHANNEL: setting(
    z
      .string()
      .regex(/^(#?[^\s#]+)$/, 'must be a channel id (C0123456789) or a name (#papers)')
      .optional(),
    {
      description:
        'The channel that `birdwire import` fills when the old `config.yaml` names none that the bot can see.',
      example: 'BIRDWIRE_CHANNEL=C0123456789',
    },
  ),
  BIRDWIRE_ADMINS: setting(
    z
      .string()
      .regex(/^[UW][A-Z0-9]+(?:[\s,]+[UW][A-Z0-9]+)*$/, 'must be Slack user ids, separated by commas')
      .optional(),
    {
      description:
        "Slack user ids (in a person's profile: Copy member ID) of those who may change every channel, locked ones too, beside the workspace's own administrators.",
      example: 'BIRDWIRE_ADMINS=U0123456789,U0987654321',
    },
  ),
  BIRDWIRE_DATA: setting(z.string().default('./data'), {
    description: 'Folder of the embedded database. On a local disk, not on a network share.',
    example: 'BIRDWIRE_DATA=/var/lib/birdwire',
  }),
  DATABASE_URL: setting(
    z
      .url({
        protocol: /^postgres(ql)?$/,
        error: 'must be an address like postgres://user:password@host:5432/database',
      })
      .refine(
        isAddress,
        'has a sign that means something else in an address: in the password write # as %23, / as %2F, ? as %3F, % as %25',
      )
      .optional(),
    {
      description:
        'A PostgreSQL database instead of the embedded one: for several processes (`serve --role`). `birdwire move --to` carries an embedded database over.',
      example: 'DATABASE_URL=postgres://birdwire:…@localhost:5432/birdwire',
    },
  ),
  BIRDWIRE_HOST: setting(z.string().default('127.0.0.1'), {
    description: 'Address the HTTP server listens on. `0.0.0.0` makes it reachable from outside.',
    example: 'BIRDWIRE_HOST=127.0.0.1',
  }),
  BIRDWIRE_CONSOLE_TOKEN: setting(
    z
      .string()
      .regex(/^[\w.~-]*$/, 'must consist of letters, digits, and any of - _ . ~')
      .min(
        consoleTokenCharsMin,
        `must have ${consoleTokenCharsMin} characters or more; \`openssl rand -hex 24\` makes one`,
      )
      .optional(),
    {
      description:
        'A secret of your own that opens the page, `/api`, `/metrics` and the words of `/readyz`. Unset: they show on this machine only, and not at all when `BIRDWIRE_HOST` is not loopback.',
      example: 'BIRDWIRE_CONSOLE_TOKEN=…',
    },
  ),
  PORT: setting(
    z.coerce
      .number('must be a number')
      .int('must be a whole number')
      .min(0, 'must be 0 or more')
      .max(65535, 'must be 65535 or less')
      .default(3000),
    {
      description: 'Port the HTTP server listens on; 0 takes a free one.',
      example: 'PORT=3000',
    },
  ),
  BIRDWIRE_KEEP_POSTS_DAYS: setting(days(keepPostsDaysMin).default(30), {
    description:
      'Days that posts are kept, with what became of them in each channel. After that `why` does not know them, and edits and deletions of them are not followed; messages in Slack stay.',
    example: 'BIRDWIRE_KEEP_POSTS_DAYS=30',
  }),
  BIRDWIRE_KEEP_LEDGER_DAYS: setting(days(keepLedgerDaysMin).default(365), {
    description: 'Days that the ledger of what X was paid, gaps, and who changed what are kept.',
    example: 'BIRDWIRE_KEEP_LEDGER_DAYS=365',
  }),
  BIRDWIRE_LOG_FILE: setting(z.string().optional(), {
    description:
      'Log into this file instead of stdout: a new one each day or at 20 MB, dated and numbered, the last 14 kept. Containers and systemd keep stdout themselves.',
    example: 'BIRDWIRE_LOG_FILE=/var/log/birdwire/birdwire.log',
  }),
  BIRDWIRE_LOG: setting(
    z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').default('info'),
    {
      description: 'How much is logged to stdout: `debug`, `info`, `warn` or `error`.',
      example: 'BIRDWIRE_LOG=info',
    },
  ),
})

export type Settings = z.infer<typeof settings>

export const settingNames = Object.keys(settings.shape) as readonly (keyof Settings)[]

/** Description, example and old name of a setting. */
export function metaOf(name: keyof Settings): SettingMeta {
  const meta = settings.shape[name].meta()
  if (typeof meta?.description !== 'string' || typeof meta['example'] !== 'string')
    throw new Error(`${name} has no description`)
  const oldName = meta['oldName']
  return {
    description: meta.description,
    example: meta['example'],
    ...(typeof oldName === 'string' ? { oldName } : {}),
  }
}
