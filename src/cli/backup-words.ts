/** What `backup` and `restore` both say. */
import { counted } from '../control/words.ts'
import { withoutSecrets } from '../kit/secret-address.ts'
import type { backUpDatabase } from '../offline.ts'
import { CommandError } from './command-error.ts'

type Copied = Awaited<ReturnType<typeof backUpDatabase>>

/** "4 channels, 1,204 posts, 1,377 messages, 3.1 MB" */
export function contents({ rows, bytes }: Pick<Copied, 'rows'> & Partial<Pick<Copied, 'bytes'>>): string {
  const of = (table: string) => rows[table] ?? 0
  return [
    counted(of('route'), 'channel'),
    counted(of('post'), 'post'),
    counted(of('delivery'), 'message'),
    ...(bytes === undefined ? [] : [`${(bytes / 1e6).toFixed(1)} MB`]),
  ].join(', ')
}

/** When it was up to date. */
export function asOf({ readUntil }: Pick<Copied, 'readUntil'>): string {
  return readUntil === undefined ? '' : ` It knows what was read until ${new Date(readUntil).toISOString()}.`
}

/** PostgreSQL brings programs of its own for this. `how`: the one, for an address without a password, and what goes with it. Throws CommandError. */
export function refusePostgres(databaseUrl: string | undefined, how: (url: string) => string): void {
  if (databaseUrl === undefined) return
  throw new CommandError(
    `DATABASE_URL is set, so the data are in PostgreSQL, which has its own programs for this: ${how(withoutSecrets(databaseUrl))}`,
  )
}
