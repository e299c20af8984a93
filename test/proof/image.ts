/**
 * The image, as far as it can be made without Docker: the Dockerfile's own steps in folders, then what it holds is run. Seen are the help, a
 * service that starts and ends on a signal, a backup and its restore, and the commands that say that they are for checkouts.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../deploy/dockerfile.ts'
import type { ProofResult } from './result.ts'

export async function runImage(): Promise<ProofResult> {
  const under = mkdtempSync(join(tmpdir(), 'birdwire-image-'))
  const failures: string[] = []
  let cases = 0
  try {
    const image = build(join(import.meta.dirname, '../..'), under)
    const run = (args: readonly string[], environment: Readonly<Record<string, string>>) =>
      spawnSync(process.execPath, ['dist/src/main.js', ...args], {
        cwd: image,
        env: { NODE_ENV: 'production', ...environment },
        encoding: 'utf8',
        timeout: 30_000,
      })
    const expect = (what: string, said: string, wanted: RegExp, status: number | null, exit: number) => {
      cases += 1
      if (!wanted.test(said) || status !== exit)
        failures.push(`${what}: exit ${status}, said ${JSON.stringify(said.slice(-600))}`)
    }
    const help = run(['--help'], {})
    expect('--help', help.stdout, /serve/, help.status, 0)
    const data = join(under, 'data')
    const nowhere = 'http://127.0.0.1:9'
    const settings = {
      ...{ X_BEARER_TOKEN: 'none', X_API_URL: nowhere, SLACK_BOT_TOKEN: 'xoxb-none', SLACK_API_URL: `${nowhere}/api/` },
      ...{ SLACK_SIGNING_SECRET: 'none', BIRDWIRE_DATA: data, PORT: '0' },
    }
    const served = await serveAndStop(image, settings)
    expect('serve', served.said, /Birdwire is running.*Birdwire has stopped/s, served.status, 0)
    const file = join(under, 'backup.sqlite')
    const kept = run(['backup', file], settings)
    expect('backup', kept.stdout, /^Wrote .*Each page was read back/, kept.status, 0)
    const restored = run(['restore', file], { ...settings, BIRDWIRE_DATA: join(under, 'restored') })
    expect('restore', restored.stdout, /^Restored /, restored.status, 0)
    const unset = run(['serve'], {})
    expect('serve without settings', unset.stderr, /SLACK_BOT_TOKEN/, unset.status, 2)
    for (const command of ['demo', 'sim']) {
      const refused = run([command], {})
      expect(command, refused.stderr, /checkout/, refused.status, 1)
    }
  } catch (error) {
    failures.push(String(error))
  } finally {
    rmSync(under, { recursive: true, force: true })
  }
  return {
    ...{ part: 'image', crashes: 0, faults: {}, posts: 0, missing: 0, twice: 0, outOfOrder: 0 },
    ...{ cases, failures },
  }
}

/** Asks it to end as soon as it runs. */
async function serveAndStop(
  image: string,
  settings: Readonly<Record<string, string>>,
): Promise<{ said: string; status: number | null }> {
  const child = spawn(process.execPath, ['dist/src/main.js', 'serve'], {
    cwd: image,
    env: { NODE_ENV: 'production', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const hear = (chunk: Buffer) => {
    said += String(chunk)
    if (said.includes('Birdwire is running')) child.kill('SIGTERM')
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const [status]: (number | null)[] = await once(child, 'close')
  return { said, status: status ?? null }
}
