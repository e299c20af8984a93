/**
 * All settings: one schema, from which the README's table is made too. The only reader of process.env. A wrong value or an
 * unknown BIRDWIRE_* name stops the start with its name, the reason and an example; a secret's value is never repeated.
 */
import { metaOf, type Settings, settingNames, settings } from './config-schema.ts'
import { isLoopback } from './kit/loopback.ts'
import { secretsInAddress } from './kit/secret-address.ts'
import { nearest } from './kit/similar.ts'

export { metaOf, settingNames, settings } from './config-schema.ts'

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
  /** `postgres://…`: the database is there, not in the folder. */
  readonly databaseUrl?: string
  readonly host: string
  readonly port: number
  /** What the page asks for where somebody looks from another machine. */
  readonly consoleToken?: string
  readonly logLevel: LogLevel
  /** Instead of stdout. */
  readonly logFile?: string
  readonly defaultChannel?: string
  /** For how long things are kept. */
  readonly keep: { readonly postsDays: number; readonly ledgerDays: number }
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
    values.BIRDWIRE_CONSOLE_TOKEN,
    ...(values.DATABASE_URL === undefined ? [] : secretsInAddress(values.DATABASE_URL)),
  ]
  return {
    dataDir: values.BIRDWIRE_DATA,
    ...(values.DATABASE_URL === undefined ? {} : { databaseUrl: values.DATABASE_URL }),
    host: values.BIRDWIRE_HOST,
    port: values.PORT,
    logLevel: values.BIRDWIRE_LOG,
    ...(values.BIRDWIRE_LOG_FILE === undefined ? {} : { logFile: values.BIRDWIRE_LOG_FILE }),
    keep: { postsDays: values.BIRDWIRE_KEEP_POSTS_DAYS, ledgerDays: values.BIRDWIRE_KEEP_LEDGER_DAYS },
    ...(values.BIRDWIRE_CONSOLE_TOKEN === undefined ? {} : { consoleToken: values.BIRDWIRE_CONSOLE_TOKEN }),
    ...(values.BIRDWIRE_CHANNEL === undefined ? {} : { defaultChannel: values.BIRDWIRE_CHANNEL }),
    secrets: secrets.filter(secret => secret !== undefined),
    remarks: [...remarks, ...remarksOnConsole(values)],
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

function remarksOn(environment: Environment): string[] {
  return ['TWITTER_ACCESS_TOKEN', 'TWITTER_ACCESS_TOKEN_SECRET']
    .filter(name => environment[name])
    .map(name => `${name} is not needed: everything is read with the app's own token. You can remove it.`)
}

/** Safe, but not what somebody who wants to see the page from elsewhere expects. */
function remarksOnConsole({ BIRDWIRE_HOST: host, BIRDWIRE_CONSOLE_TOKEN: consoleToken }: Settings): string[] {
  if (isLoopback(host) || consoleToken !== undefined) return []
  return [
    `BIRDWIRE_HOST is ${host}, which other machines may reach, and BIRDWIRE_CONSOLE_TOKEN is not set: the page, /api and /metrics show nothing. Slack's requests and health checks are answered.`,
  ]
}
