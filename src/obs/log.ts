/**
 * The log: JSON lines on stdout, pretty on a terminal. Whatever is written passes one gate that blots out every secret among
 * the settings, so that no error text of a library can leak one (I7).
 */
import { Writable } from 'node:stream'
import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'
import { blotter } from '../kit/blotter.ts'

export type Log = Logger

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly secrets: readonly string[]
  /** Where lines go; stdout if not given. */
  readonly to?: Writable
  /** Lines for people instead of JSON. */
  readonly pretty?: boolean
}

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
  const destination =
    options.pretty === true
      ? pretty({
          destination: gate,
          colorize: false,
          translateTime: 'SYS:HH:MM:ss',
          ignore: 'pid,hostname,name',
          sync: true,
        })
      : gate
  return pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
}
