/**
 * The connections that a process keeps for as long as it lives. One says that it is alive (an advisory lock on its number), hears what others tell,
 * and notices when another one is gone; each task that it leads has one that holds that task's lock. PostgreSQL lets a lock go with its
 * connection, however the process ends, so nothing stale can stand in anybody's way.
 */
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { postgresBeatMs, postgresLostMs } from '../limits.ts'
import type { Lead, News } from './sql.ts'

/** Advisory locks of ours stand under these numbers: of transactions, of processes, of tasks. postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS */
export const lockSpaces = { transaction: 0x62697230, process: 0x62697231, task: 0x62697232 } as const

const allNews: readonly News[] = ['work', 'routes', 'money']
/** The processes that have the database open: their numbers, as `id`. */
export const aliveSql = `select objid::int as id from pg_locks where locktype = 'advisory' and classid = ${lockSpaces.process}
  and database = (select oid from pg_database where datname = current_database()) and granted`

/** Which of a list of processes, in JSON, have ended. One without a number was alone with an embedded database that has moved here. */
export const goneAmong = `select id from json_array_elements_text($1) as known(id)
  where id not in (select living.id::text from (${aliveSql}) living)`

export class PostgresSessions {
  /** Of this process among all that live. */
  readonly self = String(randomInt(1, 2 ** 31 - 1))
  readonly #settings: pg.ClientConfig
  readonly #listeners = new Set<(news: News) => void>()
  readonly #closing = new AbortController()
  #client: pg.Client | undefined
  #beating: Promise<void> = Promise.resolve()
  #alive: ReadonlySet<number> = new Set()

  constructor(settings: pg.ClientConfig) {
    this.#settings = {
      ...settings,
      // This end learns that the other does not answer before the server lets the lock go, however the machine or the network between ended.
      query_timeout: postgresLostMs,
      // The last is for what was sent and never acknowledged: then no keep-alive is sent.
      options:
        '-c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3 -c tcp_user_timeout=6000',
    }
  }

  /** Rejects with what `pg` rejects with. */
  async open(): Promise<void> {
    await this.#connect()
    this.#beating = this.#beat()
  }

  listen(heard: (news: News) => void): () => void {
    this.#listeners.add(heard)
    return () => {
      this.#listeners.delete(heard)
    }
  }

  /** `refused` hears of the first error of `pg` in a row. */
  async lead(task: string, signal: AbortSignal, refused: (error: unknown) => void): Promise<Lead | undefined> {
    const until = AbortSignal.any([signal, this.#closing.signal])
    for (let failures = 0; !until.aborted; failures += 1) {
      try {
        return await this.#waitForLead(task, until, () => {
          failures = 0
        })
      } catch (error) {
        if (failures === 0) refused(error)
      }
      await nap(until)
    }
    return undefined
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#beating
    await this.#client?.end().catch(() => {})
  }

  /** On one connection until its lock is ours; rejects when the connection fails. */
  async #waitForLead(task: string, until: AbortSignal, connected: () => void): Promise<Lead | undefined> {
    const client = new pg.Client(this.#settings)
    const lost = new AbortController()
    client.on('error', () => lost.abort())
    client.on('end', () => lost.abort())
    const end = async () => {
      lost.abort()
      await client.end().catch(() => {})
    }
    try {
      await client.connect()
      connected()
      while (!(await isLeader(client, task))) {
        await nap(until)
        if (until.aborted) break
      }
    } catch (error) {
      await end()
      throw error
    }
    if (until.aborted) {
      await end()
      return undefined
    }
    void this.#watch(client, lost.signal, end)
    return { lost: lost.signal, release: end }
  }

  /** A network that swallows everything looks like peace: the session is asked until it is lost, or this process closes. */
  async #watch(client: pg.Client, lost: AbortSignal, end: () => Promise<void>): Promise<void> {
    const until = AbortSignal.any([lost, this.#closing.signal])
    while (!until.aborted) {
      await nap(until)
      if (!until.aborted) await client.query('select 1').catch(end)
    }
    await end()
  }

  async #connect(): Promise<void> {
    const client = new pg.Client(this.#settings)
    client.on('error', () => {})
    client.on('notification', ({ payload }) => {
      const news = allNews.find(known => known === payload)
      if (news !== undefined) this.#tell(news)
    })
    try {
      await client.connect()
      await client.query('listen birdwire')
      await client.query('select pg_advisory_lock($1, $2)', [lockSpaces.process, Number(this.self)])
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
    this.#client = client
  }

  /** Sees that the connection lives, makes it anew when not, and looks who else does. */
  async #beat(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await nap(this.#closing.signal)
      if (this.#closing.signal.aborted) return
      try {
        if (this.#client === undefined) {
          await this.#connect()
          for (const news of allNews) this.#tell(news)
        }
        await this.#lookAround()
      } catch {
        await this.#client?.end().catch(() => {})
        this.#client = undefined
      }
    }
  }

  /** What a process that is gone was sending is to be looked for by somebody. */
  async #lookAround(): Promise<void> {
    const rows = (await this.#client?.query<{ id: number }>(aliveSql))?.rows ?? []
    const now = new Set(rows.map(({ id }) => id))
    if ([...this.#alive].some(id => !now.has(id))) this.#tell('work')
    this.#alive = now
  }

  #tell(news: News): void {
    for (const heard of this.#listeners) heard(news)
  }
}

async function isLeader(client: pg.Client, task: string): Promise<boolean> {
  const sql = 'select pg_try_advisory_lock($1, hashtext($2)) as held'
  const { rows } = await client.query<{ held: boolean }>(sql, [lockSpaces.task, task])
  return rows[0]?.held === true
}

async function nap(signal: AbortSignal): Promise<void> {
  await sleep(postgresBeatMs, undefined, { signal }).catch(() => {})
}
