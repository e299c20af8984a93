/**
 * What the command line does where no service runs, or beside one that does: controls on the database alone, the doctor's questions, a
 * channel's id by its name. Like service.ts it knows everyone; nothing in here runs for longer than a command.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { Config, LocalConfig } from './config.ts'
import type { StatusView } from './console/types.ts'
import { serviceFile, serviceFileContent } from './control/command-line.ts'
import type { ControlDeps } from './control/control.ts'
import type { Finding } from './domain/finding.ts'
import { outsideOfPosts } from './domain/reads.ts'
import { holdOf } from './ingest/hours.ts'
import { judging } from './ingest/judging.ts'
import { peopleIn } from './ingest/people.ts'
import { systemClock } from './kit/clock.ts'
import { newIds } from './kit/new-id.ts'
import { doctorMs } from './limits.ts'
import { findChannel } from './slack/out/channels.ts'
import { checkSlack } from './slack/out/check.ts'
import { neededScopes } from './slack/scopes.ts'
import { checkX } from './source/x/check.ts'
import { createXSource } from './source/x/source.ts'
import { type Restored, restore } from './store/backup.ts'
import { look } from './store/look.ts'
import { type Moved, move } from './store/move.ts'
import { openStore, openTables, placeOf } from './store/open.ts'
import { afterPgRestore, type Followed } from './store/restored-postgres.ts'
import { databaseFile, openSqlite } from './store/sqlite.ts'
import { StoreError } from './store/store-error.ts'

export { backUp as backUpDatabase } from './store/backup.ts'
export { databaseFile }

/** Controls on the database alone, for the command line while no service runs. `close` when done. Rejects with StoreError. */
export async function offlineControls(
  { dataDir, databaseUrl }: Pick<LocalConfig, 'dataDir' | 'databaseUrl'>,
  config: Config | undefined,
): Promise<{ deps: ControlDeps; close(): Promise<void> }> {
  const store = await openStore({ dir: dataDir, databaseUrl, newId: newIds(systemClock) })
  const stopping = new AbortController()
  const x = config?.x
  const source = createXSource({
    apiUrl: x?.apiUrl ?? 'https://api.x.com',
    auth: x?.auth ?? { kind: 'bearer', token: '' },
    mode: x?.mode ?? 'auto',
    people: peopleIn(store, 'x', systemClock),
    onReads: (reads, via) => {
      // What the ledger does not take is still counted by X, and told as such.
      store.purchase([outsideOfPosts('x', systemClock.now(), via, reads)]).catch(() => {})
    },
  })
  const deps: ControlDeps = {
    store,
    source,
    clock: systemClock,
    signal: stopping.signal,
    changed: async () => {},
    sources: () => [],
    findings: async () => [],
    judging,
    holdOf,
    ...(config === undefined
      ? {}
      : { channelNamed: (name: string) => channelNamed(config, name), secrets: config.secrets }),
  }
  return {
    deps,
    close: async () => {
      stopping.abort()
      await store.close()
    },
  }
}

/** What is right and wrong with settings, tokens, scopes, channels and caps. Changes nothing, costs nothing. */
export async function diagnose(config: Config): Promise<readonly Finding[]> {
  const signal = AbortSignal.timeout(doctorMs)
  const [store, x] = await Promise.all([storedChannels(config), checkX({ ...config.x, clock: systemClock }, signal)])
  const { apiUrl, botToken: token, inbound } = config.slack
  const appToken = inbound.kind === 'socket' ? inbound.appToken : undefined
  const slack = await checkSlack({ apiUrl, token, appToken, channels: store.channels, scopes: neededScopes })
  return [store.finding, ...x, ...slack]
}

/** Makes nothing: where there is no database yet, none is made by asking. */
async function storedChannels({
  dataDir,
  databaseUrl,
}: Pick<LocalConfig, 'dataDir' | 'databaseUrl'>): Promise<{ finding: Finding; channels: readonly string[] }> {
  const name = 'Database'
  if (databaseUrl === undefined && !existsSync(databaseFile(dataDir)))
    return {
      finding: { name, ok: true, detail: `There is none in ${dataDir} yet; the first start makes it.` },
      channels: [],
    }
  try {
    const { tables, channels } = await look(dataDir, databaseUrl)
    const place = databaseUrl === undefined ? dataDir : 'PostgreSQL'
    const then = {
      none: ' It is empty; the first start makes its tables.',
      older:
        ' It is of an earlier version; the next start brings it to this one, after which the earlier one cannot use it. Make a backup first.',
      current: '',
    }[tables]
    return { finding: { name, ok: true, detail: `${place} can be read and written.${then}` }, channels }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    if (error.code !== 'locked') return { finding: { name, ok: false, detail: error.message }, channels: [] }
    return {
      finding: { name, ok: true, detail: `${dataDir} is in use by the running service.` },
      channels: await runningChannels(dataDir),
    }
  }
}

/** The channels of the running service, as its page shows them; none when it does not answer. */
async function runningChannels(dataDir: string): Promise<readonly string[]> {
  try {
    const { url, token } = serviceFileContent.parse(JSON.parse(readFileSync(serviceFile(dataDir), 'utf8')))
    const headers = { authorization: `Bearer ${token}` }
    const status: StatusView = JSON.parse(await (await fetch(`${url}/api/status`, { headers })).text())
    return status.lanes.map(lane => lane.channel)
  } catch {
    return []
  }
}

/** The id of a Slack channel by its name, without `#`. Throws with a sentence when Slack does not answer. */
export function channelNamed({ slack }: Config, name: string): Promise<string | undefined> {
  return findChannel({ token: slack.botToken, apiUrl: slack.apiUrl }, name)
}

/** Carries the embedded database over to PostgreSQL, as `move` does. Rejects with StoreError. */
export async function moveDatabase(dataDir: string, databaseUrl: string): Promise<Moved> {
  const from = openSqlite(dataDir)
  try {
    const to = await openTables({ dir: dataDir, databaseUrl })
    try {
      return await move(from, to, { from: dataDir, to: placeOf(databaseUrl) }, systemClock.now())
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

/** Puts a copy in the place of the embedded database, which no service may be using. Rejects with StoreError. */
export function restoreDatabase(file: string, dataDir: string, catchUp: boolean): Promise<Restored> {
  return restore(file, dataDir, { now: systemClock.now(), catchUp })
}

/** What has to follow once PostgreSQL has put a copy back, while no service runs. Rejects with StoreError. */
export function followPgRestore(databaseUrl: string, catchUp: boolean): Promise<Followed> {
  return afterPgRestore(databaseUrl, systemClock.now(), catchUp)
}
