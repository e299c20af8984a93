/**
 * Loaded before the real command line (`node --import ./test/crash/arm.ts src/main.ts serve`): ends the process by SIGKILL at the nth
 * reach of a crash point, after it has written so into a file, and lets the process live by a faster clock. Only this file reads this environment:
 *
 *   CRASH_LOG   the file; a line for each point that is reached for the first time, and for the kill
 *   CRASH_AT    `point:n`, or `any:n` for the nth reach of whichever; left out: nothing is killed
 *   CRASH_PACE  a `Pace` as JSON; left out: the machine's own time
 */
import { appendFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { systemClock } from '../../src/kit/clock.ts'
import { armCrashPoints } from '../../src/kit/crash-point.ts'
import { fastClock, type Pace } from './fast-clock.ts'

const { CRASH_LOG: log, CRASH_AT: at = '', CRASH_PACE: pace } = process.env
const [name, count] = at.split(':')
const reached = new Map<string, number>()
let all = 0

armCrashPoints(point => {
  if (log === undefined) return
  all += 1
  const n = (reached.get(point) ?? 0) + 1
  reached.set(point, n)
  const killed = Number(count) === (name === 'any' ? all : name === point ? n : undefined)
  if (!killed && n > 1) return
  appendFileSync(log, `${JSON.stringify({ pid: process.pid, point, n, killed })}\n`)
  // A signal to oneself arrives before this returns.
  if (killed) process.kill(process.pid, 'SIGKILL')
})

// A process that is killed does not keep what it has compiled.
setTimeout(flushCompileCache, 1000).unref()

if (pace !== undefined) {
  const given: Pace = JSON.parse(pace)
  Object.assign(systemClock, fastClock(given))
}
