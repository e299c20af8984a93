/** All that a database holds, read past our own code: each table's rows, sorted here, so that two engines can be compared. */
import assert from 'node:assert/strict'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { PostgresServer } from '../rig/postgres-server.ts'

/** By table: each row as JSON, its columns in the alphabet's order and every value a text. */
export type Tables = ReadonlyMap<string, readonly string[]>

/** Each database's own: which migrations it has had, the processes that work on it, and what was moved into it. */
const own = new Set(['migration', 'process', 'moved'])

export function tablesOfFile(dir: string): Tables {
  const db = new DatabaseSync(path.join(dir, 'birdwire.sqlite'), { readOnly: true })
  try {
    const names = db.prepare("select name from sqlite_master where type = 'table'").all()
    return tablesOf(names, name => db.prepare(`select * from ${name}`).all())
  } finally {
    db.close()
  }
}

export async function tablesOfServer(server: PostgresServer, url: string): Promise<Tables> {
  const names = await server.ask("select tablename as name from pg_tables where schemaname = 'public'", url)
  const found = new Map<string, readonly Readonly<Record<string, unknown>>[]>()
  for (const { name } of names) found.set(String(name), await server.ask(`select * from ${name}`, url))
  return tablesOf(names, name => found.get(name) ?? [])
}

function tablesOf(
  names: readonly Readonly<Record<string, unknown>>[],
  rowsOf: (name: string) => readonly Readonly<Record<string, unknown>>[],
): Tables {
  const kept = names.map(({ name }) => String(name)).filter(name => !own.has(name))
  assert.ok(kept.length > 15, `${kept.length} tables`)
  return new Map(kept.toSorted().map(name => [name, rowsOf(name).map(rowInWords).toSorted()]))
}

function rowInWords(row: Readonly<Record<string, unknown>>): string {
  const values = Object.entries(row).map(([column, value]) => [column, value === null ? null : String(value)] as const)
  return JSON.stringify(Object.fromEntries(values.toSorted(([a], [b]) => (a < b ? -1 : 1))))
}

/** Rows of all tables. */
export function sizeOf(tables: Tables): number {
  return [...tables.values()].reduce((all, rows) => all + rows.length, 0)
}
