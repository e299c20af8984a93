/**
 * Several processes on a PostgreSQL that is killed, read-only, and then does not answer for longer than anybody waits for an answer: the flow test of
 * the roles, which is shorter in `npm test`.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { noPostgres } from '../rig/postgres-server.ts'
import type { ProofResult } from './result.ts'

/** Birdwire waits 30 seconds for an answer. */
const slowSeconds = 33

export function runSlow(): ProofResult {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--test', '--test-reporter=tap', join(import.meta.dirname, '../flow/roles.test.ts')],
    { env: { ...process.env, TEST_SLOW_SECONDS: String(slowSeconds) }, encoding: 'utf8' },
  )
  const cases = Number(/^# pass (\d+)$/m.exec(stdout)?.[1] ?? 0)
  const failures = [
    ...(noPostgres === false ? [] : [noPostgres]),
    ...(status === 0 && cases > 0 ? [] : [`test/flow/roles.test.ts: exit ${status}\n${stdout.slice(-3000)}`]),
  ]
  return {
    ...{ part: 'several, slow', crashes: 0, faults: {}, posts: 0, missing: 0, twice: 0, outOfOrder: 0 },
    ...{ cases, failures },
  }
}
