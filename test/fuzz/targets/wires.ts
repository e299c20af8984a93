/** What X sends, from the corpus of messages: every kind of post, as lines of the stream. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../corpus/messages')

export const wires: readonly string[] = globSync('*.wire.json', { cwd: folder })
  .toSorted()
  .map(file => JSON.stringify(JSON.parse(readFileSync(join(folder, file), 'utf8'))))
