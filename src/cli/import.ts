/**
 * `birdwire import DIR`: reads the old bot's three files, finds its channel, and does with the controls what somebody would have typed
 * there. Says every step; nothing is changed before all files were understood and the channel is known.
 */
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { loadConfig, processEnvironment } from '../config.ts'
import { commandsFor, ImportError, meanings, type OldConfig, readConfig, readList } from '../control/import.ts'
import { forTerminal } from '../control/words.ts'
import { channelNamed } from '../offline.ts'
import { CommandError } from './command-error.ts'
import { withControls } from './running.ts'

export interface ImportTools {
  /** Does in a channel (by id) what somebody would type after `/birdwire`; the answer in mrkdwn. */
  run(channel: string, text: string): Promise<string>
  /** The id of a channel by its name, without `#`; undefined if there is none that the bot can see. */
  findChannel(name: string): Promise<string | undefined>
  /** BIRDWIRE_CHANNEL: a name or an id. */
  readonly defaultChannel: string | undefined
  /** One line for the person at the terminal. */
  say(line: string): void
}

/** True when everything was read and applied. Throws ImportError, before anything was changed. */
export async function importCommand(dir: string, tools: ImportTools): Promise<boolean> {
  const config = readConfig('config.yaml', await read(dir, 'config.yaml'))
  const userFile = basename(config.userFile)
  const keywordFile = basename(config.keywordFile)
  const lists = {
    users: readList(userFile, await read(dir, config.userFile)),
    keywords: readList(keywordFile, await read(dir, config.keywordFile)),
  }
  const channel = await channelOf(config, tools)
  tools.say(
    `Importing into ${channel.shown}: ${userFile} has ${lists.users.length}, ${keywordFile} ${lists.keywords.length}.`,
  )
  for (const line of [...config.remarks, ...meanings(keywordFile, lists)]) tools.say(line)
  const commands = commandsFor(lists)
  let done = 0
  try {
    for (const command of commands) {
      for (const line of forTerminal(await tools.run(channel.id, command)).split('\n')) tools.say(line)
      done++
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    tools.say(
      `Stopped after ${done} of ${commands.length} steps: ${why} What is said above is done. Import again when that is put right: nothing is added twice.`,
    )
    return false
  }
  tools.say(
    commands.length === 0
      ? 'Both lists are empty: there was nothing to import.'
      : 'Done. If something above did not work, import again: nothing is added twice.',
  )
  return true
}

/** The command itself. Throws ImportError before anything was changed. */
export async function runImport(dir: string): Promise<boolean> {
  const config = loadConfig(processEnvironment())
  return await withControls('x', ask =>
    importCommand(dir, {
      run: (channel, text) => ask({ channel, text }),
      findChannel: name =>
        channelNamed(config, name).catch((cause: unknown) => {
          throw new CommandError(cause instanceof Error ? cause.message : String(cause), { cause })
        }),
      defaultChannel: config.defaultChannel,
      say: line => void process.stdout.write(`${line}\n`),
    }),
  )
}

async function channelOf(config: OldConfig, tools: ImportTools): Promise<{ id: string; shown: string }> {
  const tried: string[] = []
  let failure: unknown
  for (const name of [config.channel, tools.defaultChannel?.replace(/^#/, '')]) {
    if (name === undefined || name === '') continue
    if (/^[CG][A-Z0-9]{6,}$/.test(name)) return { id: name, shown: name }
    // Where Slack does not answer, BIRDWIRE_CHANNEL may still say which channel it is.
    const id = await tools.findChannel(name).catch((error: unknown) => {
      failure = error
      return undefined
    })
    if (id !== undefined) return { id, shown: `#${name}` }
    tried.push(`#${name}`)
  }
  if (failure !== undefined) throw failure
  const reason =
    tried.length === 0
      ? 'it names no channel'
      : `the bot sees no channel ${tried.join(' and no ')} (a private one it must be invited to)`
  throw new ImportError(
    'config.yaml',
    undefined,
    `${reason}. Nothing was changed. Set BIRDWIRE_CHANNEL to the channel's id (in Slack: the channel's name, at the very bottom of "About") and import again.`,
  )
}

async function read(dir: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(dir, file))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const reason = code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such file' : `it cannot be read (${code})`
    throw new ImportError(
      resolve(dir, file),
      undefined,
      `${reason}. Nothing was changed. Give the folder of the old bot, with its config.yaml, users.csv and keywords.csv.`,
    )
  }
}
