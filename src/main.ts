#!/usr/bin/env node
/**
 * The command line's entry and the only file that may end the process. Each command is loaded when it is asked for, so that
 * `--help` is fast. Exit status: 0 done, 1 failed, 2 wrong use (of a command or a setting).
 */
import { inspect } from 'node:util'
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { ConfigError, loadLocalConfig, processEnvironment } from './config.ts'
import { blotter } from './kit/blotter.ts'
import { isAddress } from './kit/secret-address.ts'
import { roles } from './service/role.ts'
import { StoreError } from './store/store-error.ts'
import { version } from './version.ts'

const program = new Command('birdwire')
  .description(
    'Brings the posts that matter, from the people and topics a group chose, once each, into the Slack channel where the group talks.',
  )
  .version(version)
  .showSuggestionAfterError()
  .showHelpAfterError('(add --help for the ways to use it)')
  .exitOverride()

program
  .command('demo')
  .description(
    'the whole of it on this machine, without any account: simulated X and Slack, the real service, a page to watch',
  )
  .option('--seed <number>', 'seed of the simulated world', '1')
  .action(ends(async options => (await import('./cli/demo.ts')).demo(options)))

program
  .command('serve')
  .description('run the service: read X, post to Slack, answer commands')
  .option(
    '--lists <path>',
    'keep what the channels want in this YAML file, or in this folder (one folder a channel, with users.csv and keywords.csv), too: an edit applies at once, a change in Slack is written back',
  )
  .addOption(
    new Option('--role <role>', 'what this process does, where several share a database (DATABASE_URL)')
      .choices(roles)
      .default('all'),
  )
  .action(ends(async options => (await import('./cli/serve.ts')).serve(options)))

program
  .command('doctor')
  .description('check tokens, scopes, channels, X access and rule caps, and say what to do')
  .action(ends(async () => (await import('./cli/doctor.ts')).doctor()))

program
  .command('import')
  .description("take over the 2021 bot's config.yaml, users.csv and keywords.csv")
  .argument('<dir>', 'folder that holds the three files')
  .action(ends(async dir => (await import('./cli/import.ts')).runImport(dir)))

program
  .command('export')
  .description('write everything that people configured as one YAML file')
  .argument('[file]', 'where to; left out: to the terminal')
  .action(ends(async file => (await import('./cli/export.ts')).exportLists(file)))

program
  .command('apply')
  .description('make the channels in a file as it says; all or nothing')
  .argument('<file>', 'a file as `export` makes it; - reads standard input')
  .action(ends(async file => (await import('./cli/apply.ts')).applyLists(file)))

program
  .command('move')
  .description('carry the embedded database over to an empty PostgreSQL database; it may be interrupted and run again')
  .option('--to <url>', 'where to: postgres://user:password@host/database; left out: DATABASE_URL')
  .action(
    ends(async ({ to }, command) => {
      const url = to ?? loadLocalConfig(processEnvironment()).databaseUrl
      if (url === undefined) command.error('error: --to <url> says where to, or DATABASE_URL')
      // It is not repeated: what is wrong may be its password.
      if (!/^postgres(?:ql)?:/.test(url) || !isAddress(url))
        command.error(
          'error: --to is not an address of PostgreSQL: postgres://user:password@host/database, in the password # as %23, / as %2F, ? as %3F, % as %25',
        )
      return (await import('./cli/move.ts')).moveTo(url)
    }),
  )

program
  .command('backup')
  .description('write all of the embedded database into one file, while the service runs')
  .argument('<file>', 'where to; it may not be there yet')
  .action(ends(async file => (await import('./cli/backup.ts')).backUp(file)))

program
  .command('restore')
  .description('put a backup into the data folder of a stopped service; what was there is kept beside it')
  .argument('[file]', 'a file as `backup` makes it')
  .option('--no-catch-up', 'do not fetch what was posted since the backup: all of it is in Slack already')
  .option(
    '--after-pg-restore',
    'with PostgreSQL, instead of a file: the second step, once pg_restore has put the data back',
  )
  .action(
    ends(async (file, options, command) => {
      if ((file === undefined) === (options.afterPgRestore === undefined))
        command.error('error: name either a file or --after-pg-restore')
      const { afterPgRestore, restore } = await import('./cli/restore.ts')
      return file === undefined ? afterPgRestore(options) : restore(file, options)
    }),
  )

program
  .command('why')
  .description('say what happened to a post and why, channel by channel')
  .argument('<url>', 'address of the post, or its id')
  .action(ends(async url => (await import('./cli/why.ts')).why(url)))

program
  .command('dead')
  .description('list the messages that could not be delivered; send them again')
  .option('--again <id>', 'try this one again')
  .option('--force', 'with --again: also where Slack may have it already, at the risk of a double')
  .action(
    ends(async (options, command) => {
      if (options.force && options.again === undefined) command.error('error: --force needs --again <id>')
      return (await import('./cli/dead.ts')).dead(options)
    }),
  )

program
  .command('sim')
  .description('run the simulated X or Slack, or both, alone: for trying other programs against them')
  .addArgument(new Argument('[which]', 'which of them').choices(['x', 'slack', 'both']).default('both'))
  .option('--replay <file>', 'x: play a captured stream instead of the seeded world')
  .option('--seed <number>', 'seed of the simulated world', '1')
  .option('--x-port <port>', 'port of X; 0 takes a free one', port, 4001)
  .option('--slack-port <port>', 'port of Slack; 0 takes a free one', port, 4002)
  .action(ends(async (which, options) => (await import('./cli/sim.ts')).sim(which, options)))

function port(typed: string): number {
  const number = Number(typed)
  if (!/^\d+$/.test(typed) || number > 65535) throw new InvalidArgumentError('It must be a number from 0 to 65535.')
  return number
}

/** A command that answers false has failed, and has said why. */
function ends<A extends unknown[]>(command: (...args: A) => Promise<unknown>): (...args: A) => Promise<void> {
  return async (...args) => {
    if ((await command(...args)) === false) process.exitCode = 1
  }
}

// What nothing catches would be written by Node itself, past every gate.
process.on('uncaughtException', error => {
  tellUnexpected(error)
  process.exit(1)
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = statusOf(error)
}

/** Says what went wrong, where commander has not said it already, and gives the exit status. */
function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    return 2
  }
  const unheard = cannotListen(error)
  if (unheard !== undefined) {
    process.stderr.write(`${unheard}\n`)
    return 1
  }
  if (error instanceof StoreError || (error instanceof Error && 'sentence' in error)) {
    process.stderr.write(`${error.message}\n`)
    return 1
  }
  if (isMissingPackage(error)) {
    process.stderr.write(
      'This command needs the simulators, whose packages are not part of an installation for production. Run it in a checkout of Birdwire: npm run demo\n',
    )
    return 1
  }
  tellUnexpected(error)
  return 1
}

/** `demo` and `sim` are for checkouts: an image or a server has no development packages (docs/decisions/0001). */
function isMissingPackage(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes("'ws'")
  )
}

/** A fault of ours or of a library, with where it happened. What it quotes may hold a secret, so it passes the same gate as the log (I7). */
function tellUnexpected(error: unknown): void {
  process.stderr.write(`${blotter(secrets())(inspect(error))}\n`)
}

function secrets(): readonly string[] {
  try {
    return loadLocalConfig(processEnvironment()).secrets
  } catch {
    // Settings that cannot be used have opened nothing yet, and are told without their values.
    return []
  }
}

/** Why the HTTP server's address cannot be had, if that is what went wrong, and what to set instead. */
function cannotListen(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined
  if (error.syscall === 'getaddrinfo' && 'hostname' in error)
    return `There is no host ${error.hostname} (${error.code}). Set BIRDWIRE_HOST to an address of this machine: BIRDWIRE_HOST=127.0.0.1`
  if (error.syscall !== 'listen' || !('address' in error) || !('port' in error)) return undefined
  const address = `${error.address}:${error.port}`
  if (error.code === 'EADDRINUSE')
    return `${address} is in use by another program. Stop that one, or set PORT to a free one: PORT=3001`
  if (error.code === 'EACCES')
    return `This user may not listen on ${address}. Set PORT to a number above 1023: PORT=3000`
  return `${address} cannot be listened on (${error.code}). Set BIRDWIRE_HOST to an address of this machine: BIRDWIRE_HOST=127.0.0.1`
}
