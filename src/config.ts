/**
 * All settings: one schema, from which the README's table is made too. The only reader of process.env. A wrong value or an
 * unknown BIRDWIRE_* name stops the start with its name, the reason and an example; a secret's value is never repeated.
 */
import { z } from 'zod'
import { nearest } from './kit/similar.ts'

/** What the table in the README says about a setting. */
interface SettingMeta {
  readonly description: string
  readonly example: string
  /** The 2021 bot's name for it, still accepted. */
  readonly oldName?: string
}

const setting = <T extends z.ZodType>(schema: T, meta: SettingMeta): T => schema.meta({ ...meta })

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' })
const token = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}[\\w-]+$`), `must start with ${prefix}; this looks like a different token`)
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
  BIRDWIRE_HOST: setting(z.string().default('127.0.0.1'), {
    description: 'Address the HTTP server listens on. `0.0.0.0` makes it reachable from outside.',
    example: 'BIRDWIRE_HOST=127.0.0.1',
  }),
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
  BIRDWIRE_LOG: setting(
    z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').default('info'),
    {
      description: 'How much is logged to stdout: `debug`, `info`, `warn` or `error`.',
      example: 'BIRDWIRE_LOG=info',
    },
  ),
})

type Settings = z.infer<typeof settings>
export type LogLevel = Settings['BIRDWIRE_LOG']

export type XAuth =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'key'; readonly key: string; readonly secret: string }
export type SlackInbound =
  | { readonly kind: 'socket'; readonly appToken: string }
  | { readonly kind: 'http'; readonly signingSecret: string }

/** What every command needs. */
export interface LocalConfig {
  readonly dataDir: string
  readonly host: string
  readonly port: number
  readonly logLevel: LogLevel
  readonly defaultChannel?: string
  /** Every secret among the settings: whatever writes for people blots these out. */
  readonly secrets: readonly string[]
  /** Sentences worth saying at the start: a setting that is not needed any more. */
  readonly remarks: readonly string[]
}

/** What a command that talks to X and Slack needs. */
export interface Config extends LocalConfig {
  readonly x: {
    readonly apiUrl: string
    readonly auth: XAuth
    readonly mode: Settings['X_MODE']
    /** Dollars a calendar month. */
    readonly budgetUsd?: number
    readonly authors: Settings['X_AUTHORS']
    readonly quoted: Settings['X_QUOTED']
    readonly activity: boolean
    readonly recheck: boolean
  }
  readonly slack: {
    readonly apiUrl: string
    readonly botToken: string
    readonly inbound: SlackInbound
    /** User ids of those who may change everything. */
    readonly admins: readonly string[]
  }
}

/** Settings that cannot be used. The message has one line a problem: name, reason, example. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`Birdwire cannot start with these settings:\n${problems.map(problem => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** The process's environment, with the lines of `./.env` under it where there is such a file. */
export function processEnvironment(): Environment {
  try {
    process.loadEnvFile()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  return process.env
}

/** For commands that only touch the database. Throws ConfigError. */
export function loadLocalConfig(environment: Environment): LocalConfig {
  const { values, problems, remarks } = read(environment)
  if (problems.length > 0 || values === undefined) throw new ConfigError(problems)
  return local(values, remarks)
}

/** For commands that talk to X and Slack. Throws ConfigError that lists all problems at once. */
export function loadConfig(environment: Environment): Config {
  const { values, problems, remarks } = read(environment)
  problems.push(...unsupported(environment))
  if (values === undefined) throw new ConfigError(problems)
  const auth = xAuth(values)
  const inbound = slackInbound(values)
  if (auth === undefined)
    problems.push(
      missing(
        'X_BEARER_TOKEN',
        'is not set, and X_API_KEY with X_API_SECRET neither: without one of them X answers nothing',
      ),
    )
  if (values.SLACK_BOT_TOKEN === undefined)
    problems.push(missing('SLACK_BOT_TOKEN', 'is not set: without it nothing can be posted'))
  if (inbound === undefined)
    problems.push(
      missing(
        'SLACK_APP_TOKEN',
        'is not set, and SLACK_SIGNING_SECRET neither: one of them is needed to hear commands from Slack',
      ),
    )
  if (problems.length > 0 || auth === undefined || inbound === undefined || values.SLACK_BOT_TOKEN === undefined)
    throw new ConfigError(problems)
  return {
    ...local(values, remarks),
    x: {
      apiUrl: values.X_API_URL.replace(/\/+$/, ''),
      auth,
      mode: values.X_MODE,
      ...(values.X_BUDGET_USD === undefined ? {} : { budgetUsd: values.X_BUDGET_USD }),
      authors: values.X_AUTHORS,
      quoted: values.X_QUOTED,
      activity: values.X_ACTIVITY === 'on',
      recheck: values.X_RECHECK === 'on',
    },
    slack: {
      apiUrl: values.SLACK_API_URL.replace(/\/*$/, '/'),
      botToken: values.SLACK_BOT_TOKEN,
      inbound,
      admins: values.BIRDWIRE_ADMINS?.split(/[\s,]+/) ?? [],
    },
  }
}

function xAuth(values: Settings): XAuth | undefined {
  if (values.X_BEARER_TOKEN !== undefined) return { kind: 'bearer', token: values.X_BEARER_TOKEN }
  if (values.X_API_KEY === undefined || values.X_API_SECRET === undefined) return undefined
  return { kind: 'key', key: values.X_API_KEY, secret: values.X_API_SECRET }
}

/** Socket Mode wins when both are set: it needs no public address. */
function slackInbound(values: Settings): SlackInbound | undefined {
  if (values.SLACK_APP_TOKEN !== undefined) return { kind: 'socket', appToken: values.SLACK_APP_TOKEN }
  if (values.SLACK_SIGNING_SECRET !== undefined) return { kind: 'http', signingSecret: values.SLACK_SIGNING_SECRET }
  return undefined
}

function local(values: Settings, remarks: readonly string[]): LocalConfig {
  const secrets = [
    values.X_BEARER_TOKEN,
    values.X_API_KEY,
    values.X_API_SECRET,
    values.SLACK_BOT_TOKEN,
    values.SLACK_APP_TOKEN,
    values.SLACK_SIGNING_SECRET,
  ]
  return {
    dataDir: values.BIRDWIRE_DATA,
    host: values.BIRDWIRE_HOST,
    port: values.PORT,
    logLevel: values.BIRDWIRE_LOG,
    ...(values.BIRDWIRE_CHANNEL === undefined ? {} : { defaultChannel: values.BIRDWIRE_CHANNEL }),
    secrets: secrets.filter(secret => secret !== undefined),
    remarks,
  }
}

function read(environment: Environment): { values: Settings | undefined; problems: string[]; remarks: string[] } {
  const given: Record<string, string> = {}
  for (const name of settingNames) {
    // An empty value is what an unset line in a .env or compose file looks like.
    const value = environment[name] || environment[metaOf(name).oldName ?? '']
    if (value) given[name] = value.trim()
  }
  const examples = Object.keys(given).filter(name => given[name]?.includes('…'))
  const problems = [
    ...unknownNames(environment),
    ...examples.map(name => `${name} still holds the example; put your own value there.`),
  ]
  for (const name of examples) delete given[name]
  const parsed = settings.safeParse(given)
  if (!parsed.success)
    for (const issue of parsed.error.issues) problems.push(missing(String(issue.path[0]), issue.message))
  return { values: parsed.data, problems, remarks: remarksOn(environment) }
}

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

function missing(name: string, reason: string): string {
  const known = settingNames.find(setting => setting === name)
  return `${name} ${reason}.${known === undefined ? '' : ` Example: ${metaOf(known).example}`}`
}

function unknownNames(environment: Environment): string[] {
  const names = Object.keys(environment).filter(name => !settingNames.some(known => known === name))
  return names.flatMap(name => {
    const near = nearest(
      name,
      settingNames.filter(known => known.startsWith(name.startsWith('X_') ? 'X_' : 'BIRDWIRE_')),
    )
    // Others may have settings of their own that begin with X_: only a slip of the pen is refused.
    if (!name.startsWith('BIRDWIRE_') && (!name.startsWith('X_') || near === undefined)) return []
    return [`${name} is not a setting.${near === undefined ? '' : ` Did you mean ${near}?`}`]
  })
}

/** A setting that would silently do nothing is worse than one that is refused. */
function unsupported(environment: Environment): string[] {
  if (!environment['DATABASE_URL']) return []
  return [
    'DATABASE_URL is set, but this version keeps its data in the folder BIRDWIRE_DATA only. Unset DATABASE_URL to go on.',
  ]
}

function remarksOn(environment: Environment): string[] {
  return ['TWITTER_ACCESS_TOKEN', 'TWITTER_ACCESS_TOKEN_SECRET']
    .filter(name => environment[name])
    .map(name => `${name} is not needed: everything is read with the app's own token. You can remove it.`)
}
