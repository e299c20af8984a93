/** `birdwire move`: carries the embedded database over to PostgreSQL, and says what to set for the service to go on there. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadLocalConfig, processEnvironment } from '../config.ts'
import { counted } from '../control/words.ts'
import { withoutSecrets } from '../kit/secret-address.ts'
import { databaseFile, moveDatabase } from '../offline.ts'
import { refuseNoDatabase } from './no-database.ts'

/** `to`: the address of the PostgreSQL database. */
export async function moveTo(to: string): Promise<void> {
  const { dataDir } = loadLocalConfig(processEnvironment())
  refuseNoDatabase(dataDir)
  const place = withoutSecrets(to)
  process.stdout.write(`Moving ${dataDir} to ${place}. Nothing is there before all of it is.\n`)
  const start = performance.now()
  const { tables, rows, underWay, before } = await moveDatabase(dataDir, to)
  const width = Math.max(...tables.map(({ name }) => name.length))
  for (const table of tables)
    process.stdout.write(`  ${table.name.padEnd(width)}  ${table.rows.toLocaleString('en-US').padStart(11)}\n`)
  process.stdout.write(
    [
      before === undefined
        ? `${counted(rows, 'row')} of ${counted(tables.length, 'table')} in ${((performance.now() - start) / 1000).toFixed(1)} s; read back, each table has as many rows there as here, and the same checksum.`
        : `Nothing to do: this was moved on ${new Date(before).toISOString()}, and the database here is as it was then.`,
      ...(underWay === 0
        ? []
        : [
            `${counted(underWay, 'message was', 'messages were')} under way when the service ended: looked for in Slack before anything is sent again.`,
          ]),
      `Now set DATABASE_URL=${place} (with the password, if it has one), and start the service: it goes on where it stopped.`,
      `${databaseFile(dataDir)} is as it was. Start no service on it any more, or what comes now is posted twice.`,
      ...(existsSync(join(dataDir, 'lists-base.json'))
        ? [
            `${join(dataDir, 'lists-base.json')} (what the file of lists had last) is no part of the database: leave BIRDWIRE_DATA as it is, or take that file along.`,
          ]
        : []),
      '',
    ].join('\n'),
  )
}
