/** `birdwire serve`: the service until it is told to stop. */
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigError, loadConfig, processEnvironment } from '../config.ts'
import { stopMsMax } from '../limits.ts'
import { openLog } from '../obs/log.ts'
import type { Role } from '../service/role.ts'
import { type Service, startService } from '../service.ts'
import { CommandError } from './command-error.ts'

export interface ServeOptions {
  /** A file or folder of lists; it need not be there yet, but the folder that it is in must. */
  readonly lists?: string
  /** What this process does; default: all of it. */
  readonly role?: Role
}

export async function serve({ lists, role = 'all' }: ServeOptions): Promise<void> {
  if (lists !== undefined && !existsSync(dirname(resolve(lists))))
    throw new CommandError(
      `--lists ${lists}: there is no folder ${dirname(resolve(lists))}. Make it first, or name another file.`,
    )

  const config = loadConfig(processEnvironment())
  if (role !== 'all' && config.databaseUrl === undefined)
    throw new ConfigError([
      `serve --role ${role} is for processes that share a database: set DATABASE_URL. Example: DATABASE_URL=postgres://birdwire:…@localhost:5432/birdwire`,
    ])
  const log = await openLog(config)
  const starting = startService(config, { log, role, ...(lists === undefined ? {} : { lists }) })
  stopOnSignal(starting)
  await (await starting).finished
}

/** SIGINT and SIGTERM end the service gracefully, also one that is just starting; one that takes too long is ended by the system's own means. */
export function stopOnSignal(starting: Promise<Pick<Service, 'stop'>>): void {
  const stop = (signal: NodeJS.Signals): void => {
    // npm and the terminal may both send one; the first counts.
    process.off('SIGINT', stop).off('SIGTERM', stop).on('SIGINT', ignore).on('SIGTERM', ignore)
    const late = setTimeout(() => {
      process.off('SIGINT', ignore).off('SIGTERM', ignore)
      process.kill(process.pid, signal)
    }, stopMsMax)
    late.unref()
    // Holds until the process is gone: what is left open after the stop may keep it no longer either. Whoever awaits the start hears that it failed.
    void starting.then(service => service.stop()).catch(() => {})
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
}

function ignore(): void {}
