/**
 * Where lists are kept on disk: a YAML file, or a folder with one folder a channel. Looking is cheap, so it is done often rather than
 * relying on the system to tell: that works with every editor, in containers and on network drives alike.
 */
import type { Dirent, Stats } from 'node:fs'
import { mkdir, open, readdir, readFile, realpath, rename, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { listsBytesMax } from '../../limits.ts'
import { folders } from './folders.ts'
import type { Files, Format } from './format.ts'
import { yaml } from './yaml.ts'

export interface Place {
  /** For people: the name of the file or folder. */
  readonly name: string
  readonly format: Format
  /** Changes whenever a file does; undefined when there is nothing. */
  look(): Promise<string | undefined>
  /** Undefined when there is nothing. Throws when something cannot be read. */
  read(): Promise<Files | undefined>
  /** Each file whole or not at all. */
  write(files: Files): Promise<void>
}

/** Of a path that ends in a slash or is a folder: folders; else one file, which need not be there yet. */
export async function placeAt(path: string): Promise<Place> {
  const found = await stat(path).catch(() => undefined)
  const inFolders = found?.isDirectory() ?? /[\\/]$/.test(path)
  const format = inFolders ? folders : yaml
  const paths = async (): Promise<readonly string[]> =>
    inFolders ? (await filesBelow(path)).filter(each => format.isOurs(each)) : ['']
  const at = (each: string) => (each === '' ? path : join(path, each))
  return {
    name: basename(path),
    format,
    async look() {
      const seen = await Promise.all((await paths()).map(async each => [each, await statOf(at(each))] as const))
      const there = seen.flatMap(([each, stats]) =>
        stats === undefined ? [] : [`${each} ${stats.mtimeMs} ${stats.size} ${stats.ino}`],
      )
      return there.length === 0 ? undefined : there.join('\n')
    },
    async read() {
      const texts = new Map<string, string>()
      for (const each of await paths()) {
        const text = await textOf(at(each))
        if (text !== undefined) texts.set(each, text)
      }
      return texts.size === 0 ? undefined : texts
    },
    async write(files) {
      for (const [each, text] of files) {
        if ((await textOf(at(each)).catch(() => undefined)) === text) continue
        await mkdir(dirname(at(each)), { recursive: true })
        await writeWhole(at(each), text)
      }
    },
  }
}

async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((): Dirent[] => [])
  const inside = await Promise.all(
    entries
      .filter(entry => entry.isDirectory())
      .map(async ({ name }) => (await readdir(join(path, name))).map(file => `${name}/${file}`)),
  )
  return inside.flat().toSorted()
}

const statOf = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined)

async function textOf(path: string): Promise<string | undefined> {
  const stats = await statOf(path)
  if (stats === undefined) return undefined
  if (stats.size > listsBytesMax) throw new Error(`${path} is larger than ${listsBytesMax / 1_000_000} MB`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new Error(`${path} is not text in UTF-8; save it as UTF-8`, { cause })
  }
}

/** Whoever reads sees the old text or the new one, also after a power cut. `fresh`: who may read a file that was not there. */
export async function writeWhole(given: string, text: string, fresh = 0o644): Promise<void> {
  // What a link leads to is written, and stays as readable as it was.
  const path = await realpath(given).catch(() => given)
  const mode = (await statOf(path))?.mode
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  const file = await open(draft, 'w', mode === undefined ? fresh : mode & 0o777)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}
