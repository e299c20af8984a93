/**
 * Goal: whatever happens to a real PostgreSQL, the store says what it is, nothing half is left, what was accepted stays, and the next call works
 * when the server does. Method: one server that is stopped, killed, made read-only and whose sessions are ended.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test, { after, describe } from 'node:test'
import { ManualClock } from '../../src/kit/clock.ts'
import { createStore } from '../../src/store/create.ts'
import { openStore, openTables } from '../../src/store/open.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import type { Sql } from '../../src/store/sql.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../rig/postgres-server.ts'
import { untilTrue } from '../rig/service.ts'
import { aPost, arrived, lease, morning } from './samples.ts'
import { endSessions, onSql, refusal, retryable } from './trouble.ts'

if (noPostgres !== false) test('trouble with PostgreSQL', { skip: noPostgres }, () => {})
else {
  const server = await startPostgres()
  after(() => server[Symbol.asyncDispose]())
  describe('trouble with PostgreSQL', { timeout: 60_000 }, () => {
    starts(server)
    engine(server)
    outages(server)
  })
}

function starts(server: PostgresServer): void {
  const open = (databaseUrl: string, waitMs = 0) => openStore({ dir: '', databaseUrl, waitMs, newId: randomUUID })

  test('a wrong password and an absent database end a start at once, with a way out and without the password', async () => {
    const url = new URL(await server.newDatabase())
    url.password = 'wrong-Secret-77'
    const before = performance.now()
    await assert.rejects(open(String(url), 30_000), error => {
      assert.ok(error instanceof Error && !`${error.message} ${String(error.cause)}`.includes('wrong-Secret-77'))
      return refusal('denied', /user and password in DATABASE_URL/)(error)
    })
    url.password = new URL(server.writing).password
    url.pathname = '/nowhere'
    await assert.rejects(open(String(url), 30_000), refusal('denied', /nowhere.*createdb/))
    assert.ok(performance.now() - before < 10_000, 'a refusal that no time heals was waited for')
  })

  test('a server that is only starting is waited for where that is asked', async () => {
    const url = await server.newDatabase()
    await server.stop()
    await assert.rejects(open(url), refusal('failing', /cannot be reached.*ECONNREFUSED/))
    const opening = open(url, 20_000)
    await server.start()
    await (await opening).close()
  })

  test('of several that start at once on an empty database one makes the tables, and all work', async () => {
    const url = await server.newDatabase()
    const opened = await Promise.allSettled(Array.from({ length: 4 }, () => open(url)))
    const stores = opened.flatMap(store => (store.status === 'fulfilled' ? [store.value] : []))
    try {
      assert.deepEqual(
        opened.map(({ status }) => status),
        stores.map(() => 'fulfilled'),
      )
      const results = await Promise.all(
        stores.map((store, n) => store.commit([arrived(aPost(`${n + 1}`), 'C1')], morning)),
      )
      assert.deepEqual(results.flat(), ['stored', 'stored', 'stored', 'stored'])
    } finally {
      await Promise.all(stores.map(store => store.close()))
    }
    const [twice] = await server.ask('select count(*)::int - count(distinct name)::int as more from migration', url)
    assert.equal(twice?.['more'], 0)
  })
}

function engine(server: PostgresServer): void {
  test('each text is compared byte by byte, whatever the language of the database', () =>
    onSql(server, async (_, url) => {
      const others = await server.ask(
        `select attrelid::regclass::text as "table", attname as "column" from pg_attribute
         join pg_class on pg_class.oid = attrelid where relkind = 'r' and relnamespace = 'public'::regnamespace
         and attnum > 0 and atttypid = 'text'::regtype and attcollation <> '"C"'::regcollation and relname <> 'migration'`,
        url,
      )
      assert.deepEqual(others, [])
    }))

  test('an integer that cannot be exact is refused, not rounded', () =>
    onSql(server, async sql => {
      assert.deepEqual(await sql.query('select 9007199254740991::int8 as n'), [{ n: Number.MAX_SAFE_INTEGER }])
      await assert.rejects(sql.query('select 9007199254740993::int8 as n'), refusal('damaged', /9007199254740993/))
    }))

  test('what a transaction rejects with is what is heard, and nothing of it stays', () =>
    onSql(server, async (sql, url) => {
      const fault = new Error('our own')
      await assert.rejects(
        sql.transaction(async tx => {
          await tx.query("insert into said (key, channel, at) values ('k', 'C1', 1)")
          throw fault
        }),
        error => error === fault,
      )
      assert.deepEqual(await server.ask('select * from said', url), [])
    }))

  test('a transaction whose statement failed unheard was not committed, and says so', () =>
    onSql(server, async (sql, url) => {
      await assert.rejects(
        sql.transaction(async tx => {
          await tx.query("insert into said (key, channel, at) values ('k', 'C1', 1)")
          await tx.query('select 1 / 0').catch(() => {})
        }),
        /current transaction is aborted/,
      )
      assert.deepEqual(await server.ask('select * from said', url), [])
    }))

  test('of two that each write only where nobody has written, one does', () =>
    onSql(server, async sql => {
      for (let n = 0; n < 10; n++) {
        const first = (channel: string) =>
          sql.transaction(async tx => {
            if ((await tx.query('select key from said where key = $1', [`k${n}`])).length > 0) return
            await tx.query('insert into said (key, channel, at) values ($1, $2, 1)', [`k${n}`, channel])
          })
        await Promise.all([first('C1'), first('C2'), first('C3')])
      }
      assert.equal((await sql.query('select key from said')).length, 10)
    }))
}

function outages(server: PostgresServer): void {
  for (const how of ['fast', 'kill'] as const) {
    test(`a server that is stopped (${how}) refuses all at once, and has all that it took when it is back`, () =>
      onSql(server, async (sql, url) => {
        const store = createStore(sql, randomUUID)
        await store.commit([arrived(aPost('1'), 'C1')], morning)
        await server.stop(how)
        await assert.rejects(store.commit([arrived(aPost('2'), 'C1')], morning), retryable)
        await assert.rejects(store.claim(morning, lease, 1), retryable)
        await assert.rejects(store.cursor('x'), retryable)
        await server.start()
        assert.equal(await store.cursor('x'), 'c1')
        assert.deepEqual(await store.commit([arrived(aPost('2'), 'C1')], morning), ['stored'])
        assert.equal((await server.ask('select * from post', url)).length, 2)
      }))
  }

  test('sessions that are ended in the middle of their work leave nothing behind, and the next call works', () =>
    onSql(server, async (sql, url) => {
      await assert.rejects(
        sql.transaction(async tx => {
          await tx.query("insert into said (key, channel, at) values ('half', 'C1', 1)")
          await endSessions(server, url)
          await tx.query('select 1')
        }),
        retryable,
      )
      assert.deepEqual(await server.ask('select * from said', url), [])
      // Those that nobody was using were ended too.
      await Promise.all(Array.from({ length: 12 }, () => sql.query('select 1')))
    }))

  test('a process that stood still in the middle of a transaction asks again', () =>
    onSql(server, async sql => {
      await assert.rejects(
        sql.transaction(async tx => {
          await tx.query("set local idle_in_transaction_session_timeout = '50ms'")
          // As a machine that was suspended: nothing of this process runs, and the server ends its session.
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
          await tx.query('select 1')
        }),
        retryable,
      )
      assert.deepEqual(await sql.query('select 1 as n'), [{ n: 1 }])
    }))

  test('a server that takes no changes refuses them with the reason, still reads, and takes them again', () =>
    onSql(server, async (sql, url) => {
      const store = createStore(sql, randomUUID)
      await store.commit([arrived(aPost('1'), 'C1')], morning)
      const name = new URL(url).pathname.slice(1)
      await server.ask(`alter database ${name} set default_transaction_read_only = on`)
      await endSessions(server, url)
      await untilTrue(() =>
        store.cursor('x').then(
          () => true,
          () => false,
        ),
      )
      await assert.rejects(store.commit([arrived(aPost('2'), 'C1')], morning), refusal('failing', /takes no changes/))
      assert.equal(await store.cursor('x'), 'c1')
      await server.ask(`alter database ${name} reset default_transaction_read_only`)
      await endSessions(server, url)
      await untilTrue(() =>
        store.cursor('x').then(
          () => true,
          () => false,
        ),
      )
      assert.deepEqual(await store.commit([arrived(aPost('2'), 'C1')], morning), ['stored'])
    }))

  test('where only one session can be had a start says so, and ends', async () => {
    const url = new URL(await server.newDatabase())
    await server.ask("create role narrow login password 'narrow' connection limit 1")
    await server.ask(`alter database ${url.pathname.slice(1)} owner to narrow`)
    url.username = 'narrow'
    url.password = 'narrow'
    await assert.rejects(
      openTables({ dir: '', databaseUrl: String(url), clock: new ManualClock(morning) }),
      refusal('failing', /too many connections for role/),
    )
  })

  test('a password that is changed under a store that works is waited for', async () => {
    const url = new URL(await server.newDatabase())
    await server.ask("create role app login superuser password 'first'")
    url.username = 'app'
    url.password = 'first'
    const sql = await openTables({ dir: '', databaseUrl: String(url), clock: new ManualClock(morning) })
    try {
      await server.ask("alter role app password 'second'")
      await endSessions(server, String(url))
      await untilTrue(() =>
        sql.query('select 1').then(
          () => false,
          error => retryable(error) && /look at user and password/.test(error.message),
        ),
      )
      await server.ask("alter role app password 'first'")
      assert.deepEqual(await sql.query('select 1 as n'), [{ n: 1 }])
    } finally {
      await sql.close()
    }
  })

  test('a server without room for another session is one to wait for', async () => {
    await using small = await startPostgres({ settings: { max_connections: '8' } })
    const url = await small.newDatabase()
    await small.ask("create role guest login password 'guest'")
    const held: Sql[] = []
    const guest = new URL(url)
    guest.username = 'guest'
    guest.password = 'guest'
    try {
      await assert.rejects(
        async () => {
          for (let n = 0; n < 9; n++) held.push(await openPostgres(String(guest)))
        },
        refusal('failing', /too (many|much)|remaining connection slots/),
      )
    } finally {
      await Promise.all(held.map(sql => sql.close()))
    }
  })
}
