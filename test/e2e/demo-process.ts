/** The demo as a person starts it: one process that prints one address. Ended, and waited for, at the end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface DemoProcess {
  readonly url: string
  /** `performance.now()` when it was started. */
  readonly startedAt: number
  /** All it wrote so far. */
  output(): string
  /** Asks it to stop; resolves with its exit status, null when a signal ended it. */
  stop(): Promise<number | null>
}

const root = join(import.meta.dirname, '../..')

/** Rejects with what it wrote when it ends before it has an address. */
export async function startDemo(): Promise<DemoProcess> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['src/main.ts', 'demo'], { cwd: root, env: { ...process.env, PORT: '0' } })
  let written = ''
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const read = (chunk: Buffer) => {
    written += chunk.toString()
    const url = /https?:\/\/[\w.:[\]-]+/.exec(written)?.[0]
    if (url !== undefined) resolve(url)
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  child.once('exit', status => reject(new Error(`The demo ended with status ${status}: ${written}`)))
  return { url: await promise, startedAt, output: () => written, stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  child.kill('SIGTERM')
  await once(child, 'exit')
  return child.exitCode
}
