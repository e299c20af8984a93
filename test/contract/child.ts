/** Starts a process of `store-child.ts` and lets a test wait for what it says. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export interface Child {
  readonly pid: number | undefined
  /** Resolves with the next line it prints; undefined at its end. */
  line(): Promise<string | undefined>
  /** SIGKILL; resolves when the process is gone, with all lines that were still unread. */
  kill(): Promise<readonly string[]>
}

/** `user`: the number of the user that it is to be, where the test runs as one who may change that. */
export function startChild(task: 'commit' | 'hold' | 'open' | 'lead', dir: string, user?: number): Child {
  const script = path.join(import.meta.dirname, 'store-child.ts')
  const args = [script, task, dir, ...(user === undefined ? [] : [String(user)])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const lines = linesOf(child.stdout)
  const line = async () => {
    const next = await lines.next()
    return next.done === true ? undefined : next.value
  }
  return {
    pid: child.pid,
    line,
    async kill() {
      child.kill('SIGKILL')
      await gone
      const rest: string[] = []
      for (let next = await line(); next !== undefined; next = await line()) rest.push(next)
      return rest
    },
  }
}

function linesOf(output: Readable): AsyncIterator<string> {
  return createInterface({ input: output })[Symbol.asyncIterator]()
}
