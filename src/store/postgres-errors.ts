/**
 * What PostgreSQL's and the network's errors mean for the person who runs this: pure, from an error of `pg` to a StoreError with a way out.
 * None of the sentences holds the address's password. A fault of our own statements, and a conflict, are handed back as they are.
 */
import pg from 'pg'
import { StoreError, type StoreErrorCode } from './store-error.ts'

/** Two transactions met: the same from its start will get through. postgresql.org/docs/current/mvcc-serialization-failure-handling.html */
const conflicts = new Set(['40001', '40P01'])

export function isConflict(error: unknown): boolean {
  return error instanceof pg.DatabaseError && conflicts.has(error.code ?? '')
}

/** By SQLSTATE, or its class (the first two letters). postgresql.org/docs/current/errcodes-appendix.html */
const kinds: ReadonlyMap<string, readonly [StoreErrorCode, string]> = new Map([
  ['28', ['denied', 'look at user and password in DATABASE_URL']],
  ['3D', ['denied', 'make it (`createdb`), or name another one in DATABASE_URL']],
  ['42501', ['denied', 'give the user of DATABASE_URL the right to make and change tables there']],
  ['53100', ['full', 'free some space on its disk, and it goes on by itself']],
  ['25006', ['failing', 'it takes no changes now (a standby, or set so); it goes on by itself when it does']],
  ['0A000', ['failing', 'a newer version has changed its tables: stop the older one']],
  [
    '26',
    ['failing', 'there must be no pooler in transaction mode between; it goes on by itself with another connection'],
  ],
  ['54', ['failing', 'something is too large for it, which must not be: report it with the log']],
  ['25P03', ['failing', 'it was asked too slowly; it goes on by itself']],
  ['53', ['failing', 'it has too much to do; it goes on by itself when there is room']],
  ['57', ['failing', 'it goes on by itself when the database is back']],
  ['08', ['failing', 'it goes on by itself when the database is back']],
  ['55', ['failing', 'another program holds what is needed; it goes on by itself']],
  ['58', ['failing', 'look at its disk and its log; it goes on by itself']],
  ['XX001', ['damaged', 'look at its log; restore the backup']],
  ['XX002', ['damaged', 'look at its log; rebuild the index, or restore the backup']],
  ['XX', ['failing', 'look at its log; it goes on by itself']],
])

/** Files that an address names, as of certificates. */
const ofFiles = new Set(['ENOENT', 'EACCES', 'EISDIR'])

/** The error a person should see. `wayOut`: what to do where the server cannot be reached. */
export function translate(error: unknown, wayOut = 'it goes on by itself when it can'): unknown {
  if (error instanceof StoreError || !(error instanceof Error) || isConflict(error)) return error
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? ''
    const kind = kinds.get(code) ?? kinds.get(code.slice(0, 2))
    if (kind === undefined) return error
    const [what, then] = kind
    return new StoreError(what, `PostgreSQL says: ${error.message}; ${then}`, { cause: error })
  }
  if ('code' in error && 'path' in error && ofFiles.has(String(error.code)))
    return new StoreError('denied', `${error.message}: a file that DATABASE_URL names must be there and readable`, {
      cause: error,
    })
  return new StoreError('failing', `PostgreSQL cannot be reached: ${reasonOf(error)}; ${wayOut}`, { cause: error })
}

/** Node tells of several addresses in one error without a message. */
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message
  return error instanceof AggregateError ? error.errors.map(String).join(', ') : error.name
}
