/** Who works on a database that several processes share: each says so again and again, and is forgotten when it has not for a while. */
import { processForgottenMs } from '../limits.ts'
import { int, type Row, type Sql, type Tx, text } from './sql.ts'
import type { ProcessRow } from './store.ts'

/** The one that says it is new, or is heard of again; those that are long gone are forgotten. */
export async function beat(
  tx: Tx,
  { id, roles, startedAt, reading, findings }: Omit<ProcessRow, 'seenAt'>,
  now: number,
): Promise<void> {
  await tx.query(
    `insert into process (id, roles, started_at, seen_at, reading, findings) values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do update set seen_at = excluded.seen_at, reading = excluded.reading, findings = excluded.findings`,
    [id, roles, startedAt, now, reading, findings],
  )
  await tx.query('delete from process where seen_at < $1', [now - processForgottenMs])
}

export async function leave(sql: Sql, id: string): Promise<void> {
  await sql.query('delete from process where id = $1', [id])
}

/** Those heard of since, oldest first. */
export async function readProcesses(sql: Sql, since: number): Promise<readonly ProcessRow[]> {
  const rows = await sql.query('select * from process where seen_at >= $1 order by started_at, id', [since])
  return rows.map((row: Row) => ({
    id: text(row, 'id'),
    roles: text(row, 'roles'),
    startedAt: int(row, 'started_at'),
    seenAt: int(row, 'seen_at'),
    reading: text(row, 'reading'),
    findings: text(row, 'findings'),
  }))
}
