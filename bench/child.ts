/**
 * Processes that a bench starts, and waiting for them. Nothing waits for ever: a child that ends too early, or a fact that does not
 * come true, is an error with a sentence.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** Starts Node on a file of the repository, with this environment and nothing else but the PATH. */
export function startNode(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
}

/** Asks it to end, and waits until it has. */
export async function stopNode(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}

/** Asks every few milliseconds until there is an answer. Rejects after `seconds`, or when the child that must give it has ended. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  { child, seconds = 60 }: { readonly child?: ChildProcess; readonly seconds?: number } = {},
): Promise<T> {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (child !== undefined && hasEnded(child))
      throw new Error(`the process ended (${child.exitCode ?? child.signalCode}) while the bench waited for: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  throw new Error(`not within ${seconds} s: ${what}`)
}

/** Resolves as the promise does; rejects when that takes longer than `seconds`. */
export async function within<T>(seconds: number, what: string, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`not within ${seconds} s: ${what}`)), seconds * 1000)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
