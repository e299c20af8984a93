/**
 * Brings a database to the tables this program knows: plain SQL files, applied in the order of their names, all in one transaction.
 * A file that was applied never changes again; a database that has more than we know is left alone.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { crashPoint } from '../kit/crash-point.ts'
import { type Sql, text } from './sql.ts'
import { StoreError } from './store-error.ts'

export interface Migration {
  readonly name: string
  readonly sql: string
}

/** The files beside this one. */
export function ownMigrations(): readonly Migration[] {
  const dir = path.join(import.meta.dirname, 'migrations')
  const names = readdirSync(dir).filter(name => name.endsWith('.sql'))
  return names.sort().map(name => ({ name, sql: readFileSync(path.join(dir, name), 'utf8') }))
}

/** `where` names the database in the sentences of errors. Throws StoreError `newer` when the database is not of this program's history. */
export async function migrate(sql: Sql, migrations: readonly Migration[], where: string, now: number): Promise<void> {
  await sql.transaction(async tx => {
    await tx.script(
      'create table if not exists migration (name text primary key, checksum text not null, applied_at bigint not null)',
    )
    const rows = await tx.query('select name, checksum from migration')
    const applied = new Map(rows.map(row => [text(row, 'name'), text(row, 'checksum')]))
    refuseForeign(applied, migrations, where)
    for (const { name, sql: script } of migrations) {
      if (applied.has(name)) continue
      await tx.script(script)
      crashPoint('mid-migration')
      await tx.query('insert into migration (name, checksum, applied_at) values ($1, $2, $3)', [
        name,
        checksum(script),
        now,
      ])
    }
  })
}

/** How many of these have been applied; undefined where there are no tables yet. Throws StoreError `newer` as `migrate` does, and changes nothing. */
export async function appliedTo(
  sql: Sql,
  migrations: readonly Migration[],
  where: string,
): Promise<number | undefined> {
  const rows = await sql.query('select name, checksum from migration').catch((error: unknown) => {
    if (error instanceof StoreError) throw error
    return undefined
  })
  if (rows === undefined) return undefined
  refuseForeign(new Map(rows.map(row => [text(row, 'name'), text(row, 'checksum')])), migrations, where)
  return rows.length
}

function refuseForeign(applied: ReadonlyMap<string, string>, migrations: readonly Migration[], where: string): void {
  const ours = new Map(migrations.map(({ name, sql }) => [name, checksum(sql)]))
  for (const [name, sum] of applied) {
    const known = ours.get(name)
    if (known === sum) continue
    const why = known === undefined ? `has the newer tables of ${name}` : `was made with a different ${name}`
    throw new StoreError(
      'newer',
      `the database in ${where} ${why}, which this program does not know; start the version that made it, or choose another folder`,
    )
  }
}

function checksum(script: string): string {
  return createHash('sha256').update(script.replaceAll('\r\n', '\n')).digest('hex')
}
