/**
 * The log: JSON lines on stdout, pretty on a terminal, or in a file that is begun anew each day. Whatever is written passes one gate that blots
 * out every secret among the settings, so that no error text of a library can leak one (I7).
 */
import { Writable } from 'node:stream'
import { type Logger, pino } from 'pino'
import { blotter } from '../kit/blotter.ts'
import { logFileSizeMax, logFilesMax, logWaitingMax } from '../limits.ts'

export type Log = Logger

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly secrets: readonly string[]
  /** Where lines go; stdout if not given. */
  readonly to?: Writable
  /** Lines for people instead of JSON: makes them of JSON and writes them to the stream that it is given. */
  readonly pretty?: Pretty | undefined
}

type Pretty = (to: Writable) => NodeJS.WritableStream

export function createLog(options: LogOptions): Log {
  const to = options.to ?? process.stdout
  const blot = blotter(options.secrets)
  const gate = new Writable({
    decodeStrings: false,
    write: (chunk: unknown, _encoding, done) => {
      if (to.write(blot(String(chunk)))) done()
      else to.once('drain', () => done())
    },
  })
  const destination = options.pretty?.(gate) ?? gate
  return pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
}

export interface LogPlace {
  readonly logLevel: LogOptions['level']
  readonly secrets: readonly string[]
  /** A file instead of stdout. Its name gets the day and the number of the file before its end. */
  readonly logFile?: string
}

/** The log of a command. Rejects when the file cannot be written, with Node's own error. */
export async function openLog({ logLevel: level, secrets, logFile }: LogPlace): Promise<Log> {
  if (logFile !== undefined) {
    const to = dropping(await rolling(logFile), words => process.stderr.write(words))
    return createLog({ level, secrets, to })
  }
  return createLog({ level, secrets, pretty: process.stdout.isTTY ? await forPeople() : undefined })
}

/** Daily, or when it is large; the older ones are kept for a while, readable to this user alone. */
async function rolling(file: string): Promise<Writable> {
  const { default: roll } = await import('pino-roll')
  const limit = { count: logFilesMax, removeOtherLogFiles: true }
  return await roll({
    file,
    size: logFileSizeMax,
    frequency: 'daily',
    // Numbers alone begin anew at a start on another day, and the oldest files would no longer have the lowest.
    dateFormat: 'yyyy-MM-dd',
    limit,
    mkdir: true,
    mode: 0o600,
    sync: true,
    maxLength: logWaitingMax,
  })
}

/**
 * A stream that never fails and never waits: what `file` cannot write (a full disk) it keeps as far as it holds, drops beyond, and writes at
 * the next line for which there is room. `say` hears of it once until it goes on.
 */
export function dropping(file: Writable, say: (words: string) => void): Writable {
  let failing = false
  file.on('error', (error: Error) => {
    if (!failing) say(`The log file cannot be written: ${error.message}. Lines are dropped until it can be.\n`)
    failing = true
  })
  file.on('write', () => {
    failing = false
  })
  return new Writable({
    decodeStrings: false,
    write: (chunk: unknown, _encoding, done) => {
      file.write(String(chunk))
      done()
    },
  })
}

/** A production install has no such package: its terminal shows JSON. */
export async function forPeople(): Promise<Pretty | undefined> {
  try {
    const { default: pretty } = await import('pino-pretty')
    const look = { colorize: false, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname,name', sync: true }
    return destination => pretty({ ...look, destination })
  } catch {
    return undefined
  }
}
