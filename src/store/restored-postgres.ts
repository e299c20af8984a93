/** PostgreSQL puts a copy back with a program of its own. This is what has to follow before anything is sent (restored.ts). */
import { openTables, placeOf } from './open.ts'
import { aliveSql } from './postgres-sessions.ts'
import { type Doubts, forgetWhatCameAfter } from './restored.ts'
import { int, intOrNone, type Tx } from './sql.ts'
import { StoreError } from './store-error.ts'

export interface Followed extends Doubts {
  /** Rows by table, of those that people know of. */
  readonly rows: Readonly<Record<string, number>>
  /** Epoch ms of the last thing that was read from a network; undefined when nothing was yet. */
  readonly readUntil: number | undefined
}

/** Brings the database to this program's tables and makes it fit to go on with. Rejects with StoreError, and nothing has happened: `locked`, while another process works on it. */
export async function afterPgRestore(databaseUrl: string, now: number, catchUp: boolean): Promise<Followed> {
  const sql = await openTables({ dir: '', databaseUrl })
  try {
    return await sql.transaction(async tx => {
      const others = await tx.query(`select id from (${aliveSql}) living where id::text <> $1`, [tx.self])
      if (others.length > 0)
        throw new StoreError(
          'locked',
          `${placeOf(databaseUrl)} is in use by another Birdwire (${others.length === 1 ? 'one process' : `${others.length} processes`}); stop all of them, run pg_restore again, and then this`,
        )
      // Before what was read is forgotten.
      const before = await contents(tx)
      return { ...before, ...(await forgetWhatCameAfter(tx, now, catchUp)) }
    })
  } finally {
    await sql.close()
  }
}

async function contents(tx: Tx): Promise<Omit<Followed, keyof Doubts>> {
  const [row] = await tx.query(
    `select (select count(*) from route) as route, (select count(*) from post) as post, (select count(*) from delivery) as delivery,
       (select max(at) from cursor) as read_until`,
  )
  if (row === undefined) return { rows: {}, readUntil: undefined }
  const rows = Object.fromEntries(['route', 'post', 'delivery'].map(table => [table, int(row, table)]))
  return { rows, readUntil: intOrNone(row, 'read_until') }
}
