/** A command asked in the wrong folder says so, instead of finding an empty database that was made on the spot. */
import { existsSync } from 'node:fs'
import { databaseFile } from '../offline.ts'
import { CommandError } from './command-error.ts'

/** Throws CommandError where the folder holds no embedded database. `besides`: what else is not there. */
export function refuseNoDatabase(dataDir: string, besides = ''): void {
  if (existsSync(databaseFile(dataDir))) return
  throw new CommandError(
    `There is no database in ${dataDir}${besides}. Set BIRDWIRE_DATA to the folder that the service uses: BIRDWIRE_DATA=/var/lib/birdwire`,
  )
}
