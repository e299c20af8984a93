/**
 * `birdwire demo`: all of it on this machine. Simulated X and Slack, the real service against them with a database of its own in a
 * temporary folder, and the desk: one page to watch. Nothing leaves this machine and nothing stays on it.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoWorkspace } from '../../sim/desk/scenario.ts'
import { startDesk } from '../../sim/desk/server.ts'
import { startSlack } from '../../sim/slack/server.ts'
import { createWorld } from '../../sim/world/world.ts'
import { startX } from '../../sim/x/server.ts'
import { loadConfig, loadLocalConfig, processEnvironment } from '../config.ts'
import { openLog } from '../obs/log.ts'
import { startService } from '../service.ts'
import { stopOnSignal } from './serve.ts'

/** Settings that can be tried in the demo. */
const tried = ['X_MODE', 'X_BUDGET_USD', 'X_AUTHORS', 'X_QUOTED', 'X_ACTIVITY', 'X_RECHECK']

export interface DemoOptions {
  readonly seed: string
}

export async function demo({ seed }: DemoOptions): Promise<void> {
  const environment = processEnvironment()
  const { host, port } = loadLocalConfig(environment)
  // Undone from last to first, however this ends.
  await using cleanUp = new AsyncDisposableStack()
  const x = await startX({
    world: createWorld({ seed }),
    keepAliveMs: 5000,
    searchLagMs: 3000,
    // What X takes up to a minute for: nobody who looks for the first time should wait for it.
    propagationMs: 0,
  })
  cleanUp.defer(() => x.close())
  // Pictures come from the simulated X on this machine, so they can really be fetched.
  const slack = await startSlack({ ...demoWorkspace, images: 'fetch' })
  cleanUp.defer(() => slack.close())
  const data = await mkdtemp(join(tmpdir(), 'birdwire-demo-'))
  cleanUp.defer(() => rm(data, { recursive: true, force: true }))
  const config = loadConfig({
    X_BEARER_TOKEN: x.bearer,
    X_API_URL: x.url,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    BIRDWIRE_DATA: data,
    BIRDWIRE_LOG: environment['BIRDWIRE_LOG'] ?? 'error',
    PORT: '0',
    ...Object.fromEntries(tried.flatMap(name => (environment[name] ? [[name, environment[name]]] : []))),
  })
  const log = await openLog(config)
  const service = await startService(config, { log, allowPrivateHosts: true, xLimits: { stallMs: 12_000 } })
  cleanUp.defer(() => service.stop())
  slack.requestUrl = `${service.url}/slack/events`
  const desk = await startDesk({ x, slack, host, port, serviceUrl: service.url, seed })
  cleanUp.defer(() => desk.close())
  process.stdout.write(
    `\n  Birdwire's demo is running. Open  ${desk.url}\n  Everything is simulated on this machine; Ctrl-C ends it.\n\n`,
  )
  stopOnSignal(Promise.resolve(service))
  await service.finished
}
