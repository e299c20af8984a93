/** `birdwire apply FILE`: makes the channels in the file as it says. All or nothing; what would be wrong is said with its line. */
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { z } from 'zod'
import { listsBytesMax } from '../limits.ts'
import { CommandError } from './command-error.ts'
import { withControls } from './running.ts'

const answer = z.object({ ok: z.boolean(), said: z.array(z.string()) })

/** False when nothing was changed because something in the file is wrong. `-`: standard input. */
export async function applyLists(file: string): Promise<boolean> {
  const lists = await contentOf(file)
  const name = file === '-' ? 'standard input' : basename(file)
  const said = await withControls('x', ask => ask({ text: `apply ${name}`, lists }))
  const { ok, said: lines } = answer.parse(JSON.parse(said))
  process[ok ? 'stdout' : 'stderr'].write(lines.map(line => `${line}\n`).join(''))
  return ok
}

async function contentOf(file: string): Promise<string> {
  try {
    const content = file === '-' ? await streamed() : await readFile(resolve(file))
    if (content.length > listsBytesMax) throw new Error(`it is larger than ${listsBytesMax / 1_000_000} MB`)
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch (cause) {
    const why = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : String(cause)
    const reason = why === 'ENOENT' ? 'there is no such file' : `it cannot be read (${why})`
    throw new CommandError(`${resolve(file)}: ${reason}. Nothing was changed. \`birdwire export FILE\` makes one.`, {
      cause,
    })
  }
}

async function streamed(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks)
}
