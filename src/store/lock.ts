/**
 * One process a folder. The lock is an exclusive transaction on an empty SQLite file, held for the life of the process: the kernel
 * lets it go however the process ends, so nothing stale can block a start. The number of the process is written beside it for
 * people only. Nothing else may open the lock file in this process: closing it again would drop the lock (POSIX).
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { resultCode, translate } from './sqlite-errors.ts'
import { StoreError } from './store-error.ts'

const busy = 5

export interface Lock {
  /** Lets another process in. */
  release(): void
}

/** Takes the folder for this process. Throws StoreError `locked`, naming the folder and the process that has it. */
export function takeLock(dir: string): Lock {
  const file = path.join(dir, 'lock.sqlite')
  const pidFile = path.join(dir, 'lock.pid')
  let db: DatabaseSync | undefined
  try {
    keepPrivate(file)
    db = new DatabaseSync(file, { timeout: 0 })
    db.exec('pragma locking_mode = exclusive; begin exclusive')
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 })
  } catch (error) {
    db?.close()
    if (resultCode(error) !== busy) throw fileError(error, file, pidFile)
    const message = `the folder ${dir} is in use by another Birdwire (${holder(pidFile)}); stop that one first, or choose another folder`
    throw new StoreError('locked', message, { cause: error })
  }
  const held = db
  return {
    release() {
      if (!held.isOpen) return
      rmSync(pidFile, { force: true })
      held.close()
    },
  }
}

/** Made for this user alone before SQLite makes it for all; its write-ahead log is then made the same way. sqlite.org/src/doc/trunk/src/os_unix.c, findCreateFileMode */
export function keepPrivate(file: string): void {
  try {
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 })
  } catch {
    // It is there already, and is not opened, or cannot be made: opening it says so better.
  }
}

function holder(pidFile: string): string {
  try {
    const pid = readFileSync(pidFile, 'utf8').trim()
    return pid === '' ? 'its process is not known' : `process ${pid}`
  } catch {
    // It has only just started, or its folder is not readable for us: the refusal stands without the number.
    return 'its process is not known'
  }
}

function fileError(error: unknown, file: string, pidFile: string): unknown {
  if (resultCode(error) !== undefined) return translate(error, file)
  const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC'
  const message = full
    ? `no space left for ${pidFile}; free some space and start again`
    : `the file ${pidFile} cannot be written; allow this user to write it`
  return new StoreError(full ? 'full' : 'denied', message, { cause: error })
}
