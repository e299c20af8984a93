/** Inputs that once showed a fault, each as short as it could be made: read again in every run. One file an input, `{why, input}`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { hashOf } from './target.ts'

const folder = join(import.meta.dirname, 'corpus')
/** Ignored by git: what a run has found goes here first, for a person to judge. */
export const foundFolder = join(import.meta.dirname, '../output/fuzz')

const kept = z.strictObject({ why: z.string().min(1), input: z.string() })

/** Names of targets of which something is kept. */
export const keptTargets = (): readonly string[] => readdirSync(folder)

export function keptInputs(target: string): readonly string[] {
  const at = join(folder, target)
  if (!existsSync(at)) return []
  return readdirSync(at)
    .toSorted()
    .map(file => kept.parse(JSON.parse(readFileSync(join(at, file), 'utf8'))).input)
}

/** Writes one down; the path of its file, ready to be moved to the corpus. */
export function writeDown({ target, what, input }: { target: string; what: string; input: string }): string {
  const at = join(foundFolder, target)
  mkdirSync(at, { recursive: true })
  const file = join(at, `${hashOf(what).toString(16)}.json`)
  writeFileSync(file, `${JSON.stringify({ why: what, input }, undefined, 2)}\n`)
  return file
}
