/** `birdwire export [FILE]`: everything that people configured, as one YAML file. */
import { resolve } from 'node:path'
import { writeWhole } from '../control/lists/place.ts'
import { CommandError } from './command-error.ts'
import { withControls } from './running.ts'

export async function exportLists(file: string | undefined): Promise<void> {
  const text = await withControls('store', ask => ask({ text: 'export' }))
  if (file === undefined || file === '-') {
    process.stdout.write(text)
    return
  }
  await writeWhole(resolve(file), text).catch((cause: unknown) => {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new CommandError(
      `${resolve(file)} cannot be written (${why}). Choose another file, or none to see the lists here.`,
      { cause },
    )
  })
  process.stdout.write(`Written to ${resolve(file)}. \`birdwire apply\` takes it over again, here or elsewhere.\n`)
}
