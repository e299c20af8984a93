/** Where a command's controls run: inside the service that has the folder, or here on the database when none runs. */
import { readFile } from 'node:fs/promises'
import { type Config, loadConfig, loadLocalConfig, processEnvironment } from '../config.ts'
import { type CommandLineRequest, commandLine, serviceFile, serviceFileContent } from '../control/command-line.ts'
import { offlineControls } from '../offline.ts'
import { CommandError } from './command-error.ts'
import { refuseNoDatabase } from './no-database.ts'

/** Runs one control; the answer in mrkdwn of ours. Throws with a sentence when neither way works. */
export type Ask = (request: CommandLineRequest) => Promise<string>

/** `needs: 'x'` when accounts will be looked up: then the tokens must be set. */
export async function withControls<T>(needs: 'store' | 'x', work: (ask: Ask) => Promise<T>): Promise<T> {
  const environment = processEnvironment()
  const config = needs === 'x' ? loadConfig(environment) : loadLocalConfig(environment)
  const running = await askService(config.dataDir)
  if (running !== undefined) return await work(running)
  if (needs === 'store' && config.databaseUrl === undefined)
    refuseNoDatabase(config.dataDir, ', and no service runs there')
  const { deps, close } = await offlineControls(config, isConfig(config) ? config : undefined)
  try {
    return await work(request => commandLine(deps, request))
  } finally {
    await close()
  }
}

function isConfig(config: object): config is Config {
  return 'x' in config
}

/**
 * Undefined when no service runs. What a killed service left behind may name a port that is somebody else's by now, so the token is shown
 * only to whoever answers with the id of that very start.
 */
async function askService(dataDir: string): Promise<Ask | undefined> {
  const text = await readFile(serviceFile(dataDir), 'utf8').catch(() => '{}')
  const { data: found } = serviceFileContent.safeParse(parsed(text))
  if (found === undefined) return undefined
  const { url, token, id } = found
  const alive = await fetch(`${url}/healthz`).catch(() => undefined)
  if (alive === undefined || (await alive.text()) !== `ok ${id}`) return undefined
  return async request => {
    const answer = await fetch(`${url}/api/control`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    }).catch((cause: unknown) => {
      throw new CommandError(`The running service at ${url} stopped answering. Look at its log, then try again.`, {
        cause,
      })
    })
    const said = await answer.text()
    if (!answer.ok) throw new CommandError(`The running service did not do it (${answer.status}): ${said}`)
    return said
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
