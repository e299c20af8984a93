/** Goal: whoever stops `npm start` has stopped Birdwire. Method: the real npm, a long-running command, a signal to npm alone. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test from 'node:test'
import { untilTrue } from './rig/service.ts'

test('what npm started ends with npm', { skip: process.platform === 'win32', timeout: 60_000 }, async t => {
  const npm = spawn('npm', ['run', 'birdwire', '--', 'sim', 'x', '--x-port', '0'], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => npm.kill('SIGKILL'))
  let address: string | undefined
  for await (const line of createInterface(npm.stdout)) {
    address = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
    if (address !== undefined) break
  }
  assert.ok(address !== undefined, 'it started')
  const answers = () =>
    fetch(String(address)).then(
      () => true,
      () => false,
    )
  assert.ok(await answers())
  npm.kill('SIGTERM')
  await once(npm, 'exit')
  await untilTrue(async () => !(await answers()))
})
