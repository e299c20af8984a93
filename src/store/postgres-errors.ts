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

interface Kind {
  readonly code: StoreErrorCode
  /** What a person does, or should know. */
  readonly advice?: string
  /** For who goes on: when. */
  readonly passes?: string
}

const back = 'when the database is back'

/** By SQLSTATE, or its class (the first two letters). postgresql.org/docs/current/errcodes-appendix.html */
const kinds: ReadonlyMap<string, Kind> = new Map([
  ['28', { code: 'denied', advice: 'look at user and password in DATABASE_URL' }],
  ['3D', { code: 'denied', advice: 'make it (`createdb`), or name another one in DATABASE_URL' }],
  ['42501', { code: 'denied', advice: 'give the user of DATABASE_URL the right to make and change tables there' }],
  ['53100', { code: 'full', advice: 'free some space on its disk', passes: 'then' }],
  ['25006', { code: 'failing', advice: 'it takes no changes now (a standby, or set so)', passes: 'when it does' }],
  ['0A000', { code: 'failing', advice: 'a newer version has changed its tables: stop the older one' }],
  [
    '26',
    {
      code: 'failing',
      advice: 'there must be no pooler in transaction mode between',
      passes: 'with another connection',
    },
  ],
  ['54', { code: 'failing', advice: 'something is too large for it, which must not be: report it with the log' }],
  ['25P03', { code: 'failing', advice: 'it was asked too slowly', passes: 'soon' }],
  ['53', { code: 'failing', advice: 'it has too much to do', passes: 'when there is room' }],
  ['57', { code: 'failing', passes: back }],
  ['08', { code: 'failing', passes: back }],
  ['55', { code: 'failing', advice: 'another program holds what is needed', passes: 'when it is free' }],
  ['58', { code: 'failing', advice: 'look at its disk and its log', passes: back }],
  ['XX001', { code: 'damaged', advice: 'look at its log; restore the backup' }],
  ['XX002', { code: 'damaged', advice: 'look at its log; rebuild the index, or restore the backup' }],
  ['XX', { code: 'failing', advice: 'look at its log', passes: back }],
])

/** What is left to who does not wait. */
const again = 'try again when that has passed'

/** Files that an address names, as of certificates. */
const ofFiles = new Set(['ENOENT', 'EACCES', 'EISDIR'])

/** The error a person should see. `ends`: who asked does not go on by itself; what to do instead where the server cannot be reached. */
export function translate(error: unknown, ends?: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error) || isConflict(error)) return error
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? ''
    const kind = kinds.get(code) ?? kinds.get(code.slice(0, 2))
    if (kind === undefined) return error
    const { advice, passes } = kind
    const onward = passes === undefined ? undefined : ends === undefined ? `it goes on by itself ${passes}` : again
    const then = [advice, onward].filter(words => words !== undefined).join('; ')
    return new StoreError(kind.code, `PostgreSQL says: ${error.message}; ${then}`, { cause: error })
  }
  if ('code' in error && 'path' in error && ofFiles.has(String(error.code)))
    return new StoreError('denied', `${error.message}: a file that DATABASE_URL names must be there and readable`, {
      cause: error,
    })
  return new StoreError(
    'failing',
    `PostgreSQL cannot be reached: ${reasonOf(error)}; ${ends ?? 'it goes on by itself when it can'}`,
    { cause: error },
  )
}

/** Node tells of several addresses in one error without a message. */
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message
  return error instanceof AggregateError ? error.errors.map(String).join(', ') : error.name
}
