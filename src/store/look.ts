/** A look at a database that changes nothing in it: no tables are made, none are brought to this version, nobody's leases are taken back. */
import { appliedTo, ownMigrations } from './migrate.ts'
import { placeOf } from './open.ts'
import { openPostgres } from './postgres.ts'
import { text } from './sql.ts'
import { openSqlite } from './sqlite.ts'

export interface Looked {
  /** `none`: it has no tables of ours yet. `older`: the next start changes them to this version's. */
  readonly tables: 'none' | 'older' | 'current'
  /** Those that want something. */
  readonly channels: readonly string[]
}

/** Rejects with StoreError as `openStore` does, and where nothing can be written. */
export async function look(dir: string, databaseUrl: string | undefined): Promise<Looked> {
  const sql = databaseUrl === undefined ? openSqlite(dir) : await openPostgres(databaseUrl)
  try {
    const applied = await appliedTo(sql, ownMigrations(), databaseUrl === undefined ? dir : placeOf(databaseUrl))
    if (applied === undefined) return { tables: 'none', channels: [] }
    // Of no row: whether it is allowed.
    await sql.transaction(tx => tx.query("delete from migration where name = ''"))
    const rows = await sql.query('select distinct channel from route order by channel')
    return {
      tables: applied < ownMigrations().length ? 'older' : 'current',
      channels: rows.map(row => text(row, 'channel')),
    }
  } finally {
    await sql.close()
  }
}
