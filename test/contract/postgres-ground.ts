/** A database of its own on a real PostgreSQL server that the tests of one file share. */

import { ManualClock } from '../../src/kit/clock.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import type { PostgresServer } from '../rig/postgres-server.ts'
import type { Ground } from './ground.ts'
import { morning } from './samples.ts'
import { counter } from './sqlite-ground.ts'

/** Makes grounds on the server. A database that a test has left is emptied and given to the next: making one takes longer than most tests. */
export function postgresGrounds(server: PostgresServer): () => Promise<Ground> {
  const free: string[] = []
  return async () => {
    const url = free.pop() ?? (await server.newDatabase())
    const ground = postgresGround(url)
    return {
      ...ground,
      async clear() {
        await ground.clear()
        await empty(server, url)
        free.push(url)
      },
    }
  }
}

async function empty(server: PostgresServer, url: string): Promise<void> {
  const tables = await server.ask(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'migration'`,
    url,
  )
  // In any order: foreign keys are triggers, and a replica fires none.
  const statements = tables.map(({ name }) => `delete from "${name}";`)
  await server.ask(`set session_replication_role = replica; ${statements.join(' ')}`, url)
}

function postgresGround(databaseUrl: string): Ground {
  const clock = new ManualClock(morning)
  let open: Store | undefined
  let broken: Error | undefined
  const nextId = counter('id')
  const newId = () => {
    if (broken !== undefined) throw broken
    return nextId()
  }
  return {
    clock,
    async open() {
      await open?.close()
      open = await openStore({ dir: '', databaseUrl, clock, newId })
      return open
    },
    breakIds(error) {
      broken = error
    },
    async clear() {
      await open?.close()
    },
  }
}
