/** The real command line as a process of its own, to be killed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '../..')

/** A line of the log that `arm.ts` writes. */
export interface Reached {
  readonly pid: number
  readonly point: string
  readonly n: number
  readonly killed: boolean
}

export interface StartOptions {
  /** Settings of Birdwire. */
  readonly environment: Readonly<Record<string, string>>
  /** File of reached points; left out: the process is started as a person starts it, with nothing of these tests in it. */
  readonly log?: string
  /** Where it kills itself: `point:n`, `any:n`. */
  readonly at?: string
  /** A `Pace` as JSON. */
  readonly pace?: string
  /** Default: `serve`. */
  readonly args?: readonly string[]
}

export interface Birdwire {
  readonly pid: number
  /** Its address, as soon as it listens; undefined when it ended before. */
  readonly url: Promise<string | undefined>
  /** Resolves with the signal that ended it, or its exit status. */
  readonly ended: Promise<NodeJS.Signals | number>
  /** The newest of what it wrote. */
  output(): string
  signal(signal: 'SIGKILL' | 'SIGTERM'): void
}

/** Node's own, of the code that it has read: that of `npm test`, or one that the first process fills. Reading the code is half of what a start costs. */
const codeCache = process.env['NODE_COMPILE_CACHE'] || ownCodeCache()

function ownCodeCache(): string {
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-code-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Characters of output that are kept for the report of a failure. */
const outputMax = 20_000

export function startBirdwire({ environment, log, at, pace, args = ['serve'] }: StartOptions): Birdwire {
  const armed = log === undefined ? [] : ['--import', join(import.meta.dirname, 'arm.ts')]
  const child = spawn(process.execPath, [...armed, join(root, 'src/main.ts'), ...args], {
    // Where no `.env` is.
    cwd: environment['BIRDWIRE_DATA'] ?? root,
    env: {
      PATH: process.env['PATH'],
      ...environment,
      ...(log === undefined ? {} : { CRASH_LOG: log }),
      ...(at === undefined ? {} : { CRASH_AT: at }),
      ...(pace === undefined ? {} : { CRASH_PACE: pace }),
      NODE_COMPILE_CACHE: codeCache,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { promise: url, resolve } = Promise.withResolvers<string | undefined>()
  let written = ''
  const read = (line: string) => {
    written = `${written}${line}\n`.slice(-outputMax)
    const address = /"url":"(http[^"]+)"/.exec(line)?.[1]
    if (address !== undefined && line.includes('Birdwire is running')) resolve(address)
  }
  createInterface({ input: child.stdout }).on('line', read)
  createInterface({ input: child.stderr }).on('line', read)
  const ended = once(child, 'exit').then(([status, signal]: (number | NodeJS.Signals | null)[]) => {
    resolve(undefined)
    return signal ?? status ?? 0
  })
  return { pid: child.pid ?? 0, url, ended, output: () => written, signal: signal => void child.kill(signal) }
}

export function readLog(file: string): readonly Reached[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map(line => JSON.parse(line))
}
