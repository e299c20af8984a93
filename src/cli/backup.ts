/** `birdwire backup`: one file that holds all that Birdwire knows, taken while the service runs, read through before it has its name. */
import { resolve } from 'node:path'
import { loadLocalConfig, processEnvironment } from '../config.ts'
import { backUpDatabase } from '../offline.ts'
import { asOf, contents, refusePostgres } from './backup-words.ts'
import { refuseNoDatabase } from './no-database.ts'

/** `file` must not be there yet. */
export async function backUp(file: string): Promise<void> {
  const { dataDir, databaseUrl } = loadLocalConfig(processEnvironment())
  refusePostgres(databaseUrl, url => `pg_dump --format=custom --file=${file} '${url}'`)
  refuseNoDatabase(dataDir)
  const copied = await backUpDatabase(dataDir, resolve(file))
  process.stdout.write(
    `Wrote ${file}: ${contents(copied)}. Each page was read back.${asOf(copied)}\nIt holds no token. Bring it back with: birdwire restore ${file}\n`,
  )
}
