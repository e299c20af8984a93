/**
 * The engine past one machine: PostgreSQL, driven by `pg`. Transactions are serializable by PostgreSQL's own means; one that met another is run
 * again from its start, and after some meetings with nobody beside it, so that each gets through. Whatever PostgreSQL cannot do just now
 * is a StoreError that may be tried again.
 *
 * A commit whose answer was lost may have happened: PostgreSQL knows by the transaction's number, and is asked as soon as it can be reached. Where it
 * cannot for a while, the transaction rejects, and is asked for again. What is asked for twice posts nothing twice: an arrival is known by its
 * post, a settlement by its lease, and a lease that nobody knows of ends by itself; only counts are then too high.
 */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import {
  postgresAnswerMs,
  postgresBeatMs,
  postgresConflictsMax,
  postgresConnectMs,
  postgresPoolMax,
  postgresVerdictMs,
} from '../limits.ts'
import { isConflict, translate } from './postgres-errors.ts'
import { goneAmong, lockSpaces, PostgresSessions } from './postgres-sessions.ts'
import { type Lead, type News, type Row, type Sql, storable, type Tx, text, textOrNone, type Value } from './sql.ts'
import { StoreError } from './store-error.ts'

const begin = 'begin isolation level serializable'
/** Everybody in a transaction shares this lock; who has met too many others takes it alone. */
const beside = `select pg_advisory_xact_lock_shared(${lockSpaces.transaction}, 0)`
const alone = `select pg_advisory_lock(${lockSpaces.transaction}, 0)`
const together = `select pg_advisory_unlock(${lockSpaces.transaction}, 0)`

/** int8 and numeric: our integers are epoch milliseconds, counts and millionths of dollars, all far below 2^53. */
const integers = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC])

function toInteger(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number))
    throw new StoreError('damaged', `the database holds a number that cannot be: ${text}`)
  return number
}

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (integers.has(oid) ? toInteger : pg.types.getTypeParser(oid, format)),
}

/**
 * Connects. A server that does not answer yet is asked again for `waitMs`; `waiting` hears of that once, and why. Rejects with StoreError, with a sentence for a person that never
 * holds the password.
 */
export async function openPostgres(
  url: string,
  waitMs = 0,
  waiting: (why: StoreError) => void = () => {},
): Promise<Sql> {
  const settings: pg.ClientConfig = {
    connectionString: url,
    application_name: 'birdwire',
    connectionTimeoutMillis: postgresConnectMs,
    query_timeout: postgresAnswerMs,
    statement_timeout: postgresAnswerMs,
    lock_timeout: postgresAnswerMs,
    idle_in_transaction_session_timeout: postgresAnswerMs,
    keepAlive: true,
    types,
  }
  const pool = new pg.Pool({ ...settings, max: postgresPoolMax })
  // A connection that breaks, in somebody's hands or in nobody's: whoever asks on it is told, and the next gets a new one.
  pool.on('error', () => {})
  pool.on('connect', client => void client.on('error', () => {}))
  const sessions = new PostgresSessions(settings)
  try {
    await patiently(() => sessions.open(), waitMs, waiting)
  } catch (error) {
    await Promise.allSettled([sessions.close(), pool.end()])
    throw translate(error, ended)
  }
  return new Postgres(pool, sessions)
}

/** Nobody goes on by itself who has not begun. */
const ended = 'start PostgreSQL, or look at the address in DATABASE_URL'

/** A server that is just starting, or has much to do, is asked again for a while. */
async function patiently(open: () => Promise<void>, waitMs: number, waiting: (why: StoreError) => void): Promise<void> {
  const until = Date.now() + waitMs
  for (let failures = 0; ; failures += 1) {
    try {
      return await open()
    } catch (error) {
      const known = translate(error, ended)
      if (!(known instanceof StoreError) || !known.shouldRetry() || Date.now() >= until) throw error
      if (failures === 0) waiting(known)
      await sleep(postgresBeatMs)
    }
  }
}

class Postgres implements Sql {
  readonly self: string
  readonly #pool: pg.Pool
  readonly #sessions: PostgresSessions
  #closed = false

  constructor(pool: pg.Pool, sessions: PostgresSessions) {
    this.#pool = pool
    this.#sessions = sessions
    this.self = sessions.self
  }

  async query(sql: string, params: readonly Value[] = []): Promise<readonly Row[]> {
    return await this.#with(client => ask(client, sql, params))
  }

  async transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    for (let conflicts = 0; ; conflicts += 1) {
      let made: { readonly result: T } | undefined
      const work = async (tx: Tx) => {
        made = { result: await fn(tx) }
        return made.result
      }
      try {
        return await this.#with(client =>
          conflicts < postgresConflictsMax
            ? attempt(client, this.self, work, 'beside')
            : attemptAlone(client, this.self, work),
        )
      } catch (error) {
        if (error instanceof Unheard && made !== undefined && (await this.#happened(error.transaction)))
          return made.result
        if (!isConflict(error)) throw error
      }
    }
  }

  /** Whether the transaction of this number was committed; false, too, where nobody can say. postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT */
  async #happened(transaction: string): Promise<boolean> {
    for (
      const until = Date.now() + postgresVerdictMs;
      !this.#closed && Date.now() < until;
      await sleep(postgresBeatMs)
    ) {
      const rows = await this.query('select pg_xact_status($1::xid8) as verdict', [transaction]).catch(() => [])
      const verdict = rows[0] === undefined ? 'unreachable' : textOrNone(rows[0], 'verdict')
      if (verdict !== 'unreachable' && verdict !== 'in progress') return verdict === 'committed'
    }
    return false
  }

  listen(heard: (news: News) => void): () => void {
    return this.#sessions.listen(heard)
  }

  lead(task: string, signal: AbortSignal, refused?: (error: StoreError) => void): Promise<Lead | undefined> {
    return this.#sessions.lead(task, signal, error => {
      const known = passing(translate(error))
      if (known instanceof StoreError) refused?.(known)
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#sessions.close()
    await this.#pool.end()
  }

  /** A connection that does not answer, or has ended, is not given to anybody again. */
  async #with<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw passing(translate(error))
    })
    try {
      const result = await work(client)
      client.release()
      return result
    } catch (error) {
      client.release(isLost(error))
      throw error
    }
  }
}

async function attempt<T>(
  client: pg.PoolClient,
  self: string,
  fn: (tx: Tx) => Promise<T>,
  how: 'beside' | 'alone',
): Promise<T> {
  await ask(client, begin)
  try {
    if (how === 'beside') await ask(client, beside)
    const result = await fn(txOn(client, self))
    await commit(client)
    return result
  } catch (error) {
    await end(client, 'rollback', error)
    throw error
  }
}

/** Ends what was begun on a connection, after `error`. Where it cannot, the connection is lost; the first that says so is heard. */
async function end(client: pg.PoolClient, how: string, error: unknown): Promise<void> {
  await ask(client, how).catch((lost: unknown) => {
    throw isLost(error) ? error : lost
  })
}

/** Who was let in once is let in again some day: somebody is changing a password, or the server. What waits is kept until then. */
function passing(error: unknown): unknown {
  if (!(error instanceof StoreError) || error.code !== 'denied') return error
  return new StoreError('failing', `${error.message}; it goes on by itself when that is right again`, { cause: error })
}

/** Nobody may be given the connection again. */
function isLost(error: unknown): boolean {
  return error instanceof StoreError && error.shouldRetry()
}

/** The connection ended between a commit and its answer. */
class Unheard extends StoreError {
  readonly transaction: string

  constructor(transaction: string, { code, message }: StoreError) {
    super(code, message)
    this.transaction = transaction
  }
}

/**
 * In a transaction of which a statement has failed and nobody heard of it, the question before the commit fails, too: PostgreSQL would answer the
 * commit with a rollback, and with no error. postgresql.org/docs/current/sql-commit.html
 */
async function commit(client: pg.PoolClient): Promise<void> {
  const [changing] = await ask(client, 'select pg_current_xact_id_if_assigned()::text as number')
  const number = changing === undefined ? undefined : textOrNone(changing, 'number')
  await said(client.query('commit')).catch((error: unknown) => {
    throw number !== undefined && error instanceof StoreError ? new Unheard(number, error) : error
  })
}

/** Waits until nobody else is in a transaction, and keeps them out. */
async function attemptAlone<T>(client: pg.PoolClient, self: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  // Before `begin`: a serializable transaction sees what was there at its first statement.
  await ask(client, alone)
  let result: T
  try {
    result = await attempt(client, self, fn, 'alone')
  } catch (error) {
    await end(client, together, error)
    throw error
  }
  await ask(client, together)
  return result
}

function txOn(client: pg.PoolClient, self: string): Tx {
  return {
    self,
    skipLocked: 'for update skip locked',
    async gone(processes) {
      const others = processes.filter(process => process !== self)
      if (others.length === 0) return []
      const rows = await ask(client, goneAmong, [JSON.stringify(others)])
      return rows.map(row => text(row, 'id'))
    },
    query: (sql, params = []) => ask(client, sql, params),
    async script(sql) {
      await said(client.query(inBytes(sql)))
    },
    async notify(news) {
      await ask(client, "select pg_notify('birdwire', $1)", [news])
    },
  }
}

/** Texts are compared and sorted byte by byte, as SQLite does, whatever language the database was made for. */
function inBytes(script: string): string {
  return script.replace(/^(\s+\w+|alter table \w+ add column \w+) text\b/gm, '$1 text collate "C"')
}

/** A statement whose text comes again is kept prepared by its name. */
async function ask(client: pg.PoolClient, sql: string, params: readonly Value[] = []): Promise<readonly Row[]> {
  const { rows } = await said(client.query<Row>({ text: sql, values: params.map(storable), name: nameOf(sql) }))
  return rows
}

async function said<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw translate(error)
  }
}

const names = new Map<string, string>()

function nameOf(sql: string): string {
  const known = names.get(sql)
  if (known !== undefined) return known
  const name = createHash('sha256').update(sql).digest('base64url').slice(0, 32)
  names.set(sql, name)
  return name
}
