/** `birdwire restore`: puts a backup into the data folder of a service that is stopped, and says what will come again. */
import { resolve } from 'node:path'
import { loadLocalConfig, processEnvironment } from '../config.ts'
import { counted } from '../control/words.ts'
import { followPgRestore, restoreDatabase } from '../offline.ts'
import { asOf, contents, refusePostgres } from './backup-words.ts'
import { CommandError } from './command-error.ts'

export interface RestoreOptions {
  /** False: what was posted since the backup is not fetched. */
  readonly catchUp: boolean
}

export async function restore(file: string, { catchUp }: RestoreOptions): Promise<void> {
  const { dataDir, databaseUrl } = loadLocalConfig(processEnvironment())
  refusePostgres(
    databaseUrl,
    url =>
      `stop every process, then\n  pg_restore --clean --if-exists --no-owner --dbname='${url}' ${file}\n  birdwire restore --after-pg-restore${catchUp ? '' : ' --no-catch-up'}\nbefore anything is started again.`,
  )
  const restored = await restoreDatabase(resolve(file), dataDir, catchUp)
  const { aside } = restored
  tell([
    `Restored ${file} into ${dataDir}: ${contents(restored)}.${asOf(restored)}`,
    ...(aside === undefined ? [] : [`What was there before is ${aside}; delete it when all is well.`]),
    ...whatComes(restored, catchUp),
  ])
}

/** The second step with PostgreSQL, after its own program has put the copy back. */
export async function afterPgRestore({ catchUp }: RestoreOptions): Promise<void> {
  const { databaseUrl } = loadLocalConfig(processEnvironment())
  if (databaseUrl === undefined)
    throw new CommandError(
      'restore --after-pg-restore is for PostgreSQL: set DATABASE_URL. The embedded database is brought back by: birdwire restore <file>',
    )
  const followed = await followPgRestore(databaseUrl, catchUp)
  tell([`Ready to be started: ${contents(followed)}.${asOf(followed)}`, ...whatComes(followed, catchUp)])
}

function whatComes(
  { uncertain, together }: Pick<Awaited<ReturnType<typeof followPgRestore>>, 'uncertain' | 'together'>,
  catchUp: boolean,
): readonly string[] {
  const posts = `${counted(together, 'post was', 'posts were')} to come with others since then (in a digest, after quiet hours, in a burst, for a gap), which cannot be looked for`
  return [
    ...(uncertain === 0
      ? []
      : [
          `${counted(uncertain, 'message was', 'messages were')} owed at that time: looked for in Slack before anything is sent.`,
        ]),
    ...(together === 0
      ? []
      : [`${posts}: ${catchUp ? 'what is in Slack already comes once more' : 'taken to be in Slack, and not sent'}.`]),
    catchUp
      ? 'At its start the service fetches what was posted since then (X gives back seven days, at its usual price). Posts of that time that are in Slack already come once more; `--no-catch-up` leaves them all out.'
      : 'What was posted since then is not fetched. `/birdwire gaps` shows that time.',
  ]
}

function tell(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
