/** `birdwire restore`: puts a backup into the data folder of a service that is stopped, and says what will come again. */
import { resolve } from 'node:path'
import { loadLocalConfig, processEnvironment } from '../config.ts'
import { counted } from '../control/words.ts'
import { restoreDatabase } from '../offline.ts'
import { asOf, contents, refusePostgres } from './backup-words.ts'

export interface RestoreOptions {
  /** False: what was posted since the backup is not fetched. */
  readonly catchUp: boolean
}

export async function restore(file: string, { catchUp }: RestoreOptions): Promise<void> {
  const { dataDir, databaseUrl } = loadLocalConfig(processEnvironment())
  refusePostgres(databaseUrl, url => `pg_restore --clean --if-exists --no-owner --dbname='${url}' ${file}`)
  const restored = await restoreDatabase(resolve(file), dataDir, catchUp)
  const { aside, uncertain } = restored
  process.stdout.write(
    [
      `Restored ${file} into ${dataDir}: ${contents(restored)}.${asOf(restored)}`,
      ...(aside === undefined ? [] : [`What was there before is ${aside}; delete it when all is well.`]),
      ...(uncertain === 0
        ? []
        : [
            `${counted(uncertain, 'message was', 'messages were')} owed at that time: looked for in Slack before anything is sent.`,
          ]),
      catchUp
        ? 'At its start the service fetches what was posted since then (X gives back seven days, at its usual price). Posts of that time that are in Slack already come once more; `--no-catch-up` leaves them all out.'
        : 'What was posted since then is not fetched. `/birdwire gaps` shows that time.',
      '',
    ].join('\n'),
  )
}
