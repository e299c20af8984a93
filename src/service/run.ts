/** Starts the loops of this process's role and its HTTP server, and stops them again in the order in which nothing is lost. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Hono } from 'hono'
import type { Config } from '../config.ts'
import { listen } from '../console/server.ts'
import { type ServiceFile, serviceFile, serviceFileContent } from '../control/command-line.ts'
import type { Controls } from '../control/controls.ts'
import type { ListsKeeper } from '../control/lists/keeper.ts'
import type { Worker } from '../deliver/worker.ts'
import { crashPoint } from '../kit/crash-point.ts'
import type { Events } from '../obs/events.ts'
import type { Log } from '../obs/log.ts'
import type { SlackIn } from '../slack/in/slack-in.ts'
import type { News, Store } from '../store/store.ts'
import { whileLeading } from './leading.ts'
import type { Peers } from './peers.ts'
import type { Reader } from './reader.ts'
import { dutiesOf, type Role } from './role.ts'

/** Everything that a process consists of, connected and not yet started. */
export interface Parts {
  readonly version: string
  readonly config: Config
  readonly role: Role
  readonly store: Store
  readonly log: Log
  readonly events: Pick<Events, 'leading'>
  readonly app: Hono
  /** How the command line of the same user finds this process. */
  readonly address: Omit<ServiceFile, 'url'>
  readonly reader: Reader
  readonly worker: Worker
  readonly lists: ListsKeeper | undefined
  readonly slackIn: SlackIn
  readonly peers: Peers
  readonly controls: Controls
  /** Another process has told something. */
  heard(news: News): void
  /** Ends the calls of Slack that are still waited for. */
  hangUp(): void
}

export interface Service {
  /** Where the HTTP server listens. */
  readonly url: string
  readonly controls: Controls
  /** Resolves after `stop`; rejects when the service had to stop by itself. */
  readonly finished: Promise<void>
  /** Ends reading, lets attempts under way finish for some seconds, closes the store. May be called more than once. */
  stop(): Promise<void>
}

/** `stopping` is the one that the parts were built with. Rejects when the address of the HTTP server cannot be had; nothing is started then. */
export async function run(parts: Parts, stopping: AbortController): Promise<Service> {
  const { version, config, role, store, log, reader, worker, lists, slackIn, peers, controls } = parts
  const { signal } = stopping
  const duties = dutiesOf(role)
  const shared = config.databaseUrl !== undefined
  const server = await listen(parts.app, config.host, config.port)
  try {
    if (duties.web) announce(config.dataDir, { url: server.url, ...parts.address })
  } catch (error) {
    await server.close()
    throw error
  }

  const whileWeLead = (task: string, work: (leading: AbortSignal) => Promise<unknown>) =>
    whileLeading(
      store,
      task,
      work,
      event => parts.events.leading(event, !shared),
      why => log.error({ task }, `this process cannot lead: ${why}`),
      signal,
    )
  const loops: Promise<void>[] = []
  if (duties.ingest) loops.push(whileWeLead('x', leading => reader.run(leading)))
  if (duties.deliver) loops.push(worker.run(signal))
  if (lists !== undefined) loops.push(whileWeLead('lists', leading => lists.run(leading)))
  if (shared) loops.push(peers.run(signal), reader.followMoney(signal))
  const deaf = store.listen(news => parts.heard(news))
  if (duties.web) slackIn.start()
  log.info({ version, url: server.url, mode: config.slack.inbound.kind, role }, 'Birdwire is running')
  for (const remark of config.remarks) log.warn(remark)

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    stopping.abort()
    deaf()
    await Promise.allSettled([...loops, slackIn.stop()])
    parts.hangUp()
    crashPoint('mid-stop')
    await server.close()
    if (duties.web) withdraw(config.dataDir, parts.address.id)
    await store.close()
    log.info('Birdwire has stopped')
  }
  const stop = (): Promise<void> => {
    closing ??= close()
    return closing
  }
  const finished = Promise.all(loops).then(
    () => stop(),
    async (error: unknown) => {
      log.error({ err: error }, 'Birdwire has to stop')
      await stop()
      throw error
    },
  )
  finished.catch(() => {})
  return { url: server.url, controls, finished, stop }
}

/** Lets the command line of the same user find the running service. */
function announce(dataDir: string, content: ServiceFile): void {
  mkdirSync(dataDir, { recursive: true })
  const file = serviceFile(dataDir)
  writeFileSync(file, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
}

/** Where another process has the same folder, the file may be its by now. */
function withdraw(dataDir: string, id: string): void {
  const file = serviceFile(dataDir)
  try {
    if (serviceFileContent.parse(JSON.parse(readFileSync(file, 'utf8'))).id === id) rmSync(file)
  } catch {
    // It is gone, or nothing that anybody can use.
  }
}
