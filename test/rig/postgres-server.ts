/**
 * A real PostgreSQL server of a test's own: in a temporary folder, on loopback, gone afterwards. It can be stopped, killed, started again and told to
 * take no changes. Databases are copies of one, so that each test has its own in some hundredths of a second.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { findPostgres } from './postgres-binaries.ts'

/** It does not run as root, so there it runs as nobody. */
const nobody = 65_534
const as = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
const user = 'birdwire'
/** Stands in the address of each database: what prints it has leaked it. */
const password = 'pg-Secret-5f1c'

export interface PostgresServer extends AsyncDisposable {
  readonly port: number
  /** Its own database, for statements that are to be taken when it takes no changes. */
  readonly writing: string
  /** The address of a new database: empty, or a copy of `template`, which nobody may be using. */
  newDatabase(template?: string): Promise<string>
  /** One statement as the server's owner, in the database of this address or in its own. */
  ask(sql: string, url?: string): Promise<readonly Record<string, unknown>[]>
  /** `fast` ends sessions and writes everything; `kill` is SIGKILL for the server and each of its processes. */
  stop(how?: 'fast' | 'kill'): Promise<void>
  /** On the same data and port; resolves when it answers. */
  start(): Promise<void>
  /** It stands still while `meanwhile` is done, as a machine that is suspended or far too slow does: nothing is refused, nothing answered. */
  freeze(meanwhile: () => Promise<void>): Promise<void>
  /** What it has logged. */
  log(): string
}

export interface PostgresOptions {
  /** Settings: `name: value`. Default: fsync off, since no test here cuts the power. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Why no server can be had here, for `skip`; false when one can. */
export const noPostgres: string | false = (() => {
  const found = findPostgres()
  return 'none' in found ? found.none : false
})()

export async function startPostgres({ settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
  const found = findPostgres()
  if ('none' in found) throw new Error(found.none)
  const { bin } = found
  const folder = mkdtempSync(join(tmpdir(), 'birdwire-postgres-'))
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid)
  chmodSync(folder, 0o700)
  const data = join(folder, 'data')
  const secret = join(folder, 'password')
  writeFileSync(secret, password, { mode: 0o644 })
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', user, '--auth=scram-sha-256', `--pwfile=${secret}`, '--no-sync', '-E', 'UTF8', '--locale=C'],
    { ...as, cwd: folder, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr} ${made.error ?? ''}`)
  const port = await freePort()
  const given = {
    fsync: 'off',
    shared_buffers: '32MB',
    max_connections: '200',
    log_min_messages: 'warning',
    ...settings,
  }
  const options = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  let process_: ChildProcess | undefined
  const lines: string[] = []
  const urlOf = (database: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`
  let databases = 0
  let turn: Promise<unknown> = Promise.resolve()

  const server: PostgresServer = {
    port,
    writing: `${urlOf('postgres')}?options=-c%20default_transaction_read_only%3Doff`,
    async ask(sql, url = urlOf('postgres')) {
      const client = new pg.Client(url)
      client.on('error', () => {})
      await client.connect()
      try {
        return (await client.query(sql)).rows ?? []
      } finally {
        await client.end()
      }
    },
    newDatabase(template) {
      // PostgreSQL copies one template at a time.
      const name = `test_${++databases}`
      const from = template === undefined ? 'template0' : new URL(template).pathname.slice(1)
      const done = turn.then(() => server.ask(`create database ${name} template ${from}`))
      turn = done.catch(() => {})
      return done.then(() => urlOf(name))
    },
    async stop(how = 'fast') {
      const running = process_
      if (running === undefined) return
      process_ = undefined
      // Each of its processes has a group of its own, and one that is left alive could still take a commit.
      const others =
        how === 'kill' ? await server.ask('select pid from pg_stat_activity where pid <> pg_backend_pid()') : []
      const ended = once(running, 'exit')
      running.kill(how === 'fast' ? 'SIGINT' : 'SIGKILL')
      for (const { pid } of others) signal(Number(pid), 'SIGKILL')
      await ended
    },
    async start() {
      const child = spawn(
        join(bin, 'postgres'),
        ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', ...options],
        // A group of its own: a Ctrl-C for the tests is not for it.
        { ...as, cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
      )
      process_ = child
      child.stderr.on('data', chunk => lines.push(String(chunk)))
      child.stdout.resume()
      let ended = false
      child.once('exit', () => {
        ended = true
      })
      for (;;) {
        try {
          await server.ask('select 1')
          return
        } catch (error) {
          if (ended) throw new Error(`PostgreSQL did not start: ${lines.join('')}`, { cause: error })
          await new Promise(resolve => setTimeout(resolve, 30))
        }
      }
    },
    async freeze(meanwhile) {
      const own = await server.ask('select pid from pg_stat_activity where pid <> pg_backend_pid()')
      const all = [process_?.pid, ...own.map(({ pid }) => Number(pid))].filter(pid => pid !== undefined)
      for (const pid of all) signal(pid, 'SIGSTOP')
      try {
        await meanwhile()
      } finally {
        for (const pid of all) signal(pid, 'SIGCONT')
      }
    },
    log: () => lines.join(''),
    async [Symbol.asyncDispose]() {
      process.off('exit', kill)
      await server.stop('fast')
      rmSync(folder, { recursive: true, force: true })
    },
  }
  /** A test that ends without disposing leaves no server behind. */
  const kill = () => {
    if (process_?.pid !== undefined) process.kill(-process_.pid, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', kill)
  await server.start()
  return server
}

function signal(pid: number, which: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, which)
  } catch {
    // It has ended by itself.
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
