/**
 * What SQLite's own errors mean for the person who runs this: pure, from a result code to a StoreError with a way out.
 * An error that is a fault of our own statements is handed back as it is.
 */
import path from 'node:path'
import { StoreError, type StoreErrorCode } from './store-error.ts'

/** The first version without the bug that can corrupt a write-ahead log while it is reset. sqlite.org/wal.html#walresetbug */
const oldest = [3, 51, 3] as const

/** Why this SQLite cannot be used; undefined when it can. */
export function tooOld(version: string): string | undefined {
  const parts = version.split('.').map(Number)
  for (const [n, wanted] of oldest.entries()) {
    const part = parts[n] ?? 0
    if (part > wanted) return undefined
    if (part < wanted) {
      const need = oldest.join('.')
      return `this Node (${process.version}) brings SQLite ${version}, which can damage a database; use Node 24.21 or newer (SQLite ${need})`
    }
  }
  return undefined
}

/** SQLite's primary result codes, sqlite.org/rescode.html; the extended ones carry them in their low byte. */
const kinds: ReadonlyMap<number, StoreErrorCode> = new Map([
  [3, 'denied'], // PERM
  [5, 'failing'], // BUSY
  [6, 'failing'], // LOCKED
  [8, 'denied'], // READONLY
  [10, 'failing'], // IOERR
  [11, 'damaged'], // CORRUPT
  [13, 'full'], // FULL
  [14, 'denied'], // CANTOPEN
  [15, 'failing'], // PROTOCOL
  [26, 'damaged'], // NOTADB
])

/** SQLite's primary result code of an error, undefined for anything else. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

/** The error a person should see for one that came from the file `file`. */
export function translate(error: unknown, file: string): unknown {
  const code = kinds.get(resultCode(error) ?? -1)
  if (code === undefined || !(error instanceof Error)) return error
  return new StoreError(code, sentence(code, file, error.message), { cause: error })
}

function sentence(code: StoreErrorCode, file: string, why: string): string {
  switch (code) {
    case 'damaged':
      return `the file ${file} is damaged: ${why}; restore the backup or move it away`
    case 'full':
      return `no space left for ${file}: ${why}; free some space, and it goes on by itself`
    case 'denied':
      return `the file ${file} cannot be opened or written: ${why}; allow this user to read and write the folder ${path.dirname(file)} and all in it`
    default:
      return `the file ${file} cannot be used just now: ${why}; look at the disk, and at other programs that use the file`
  }
}
