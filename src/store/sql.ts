/**
 * The seam under the store: the least that an SQL engine has to do for it. Every statement above this line is one text for
 * all engines: `$1` parameters, epoch-millisecond integers, text ids, booleans as 0 and 1, JSON as text.
 *
 * What an engine promises: transactions are serializable, and each is durable on disk when its promise resolves. A `fn` given
 * to `transaction` may be run again from the start after a conflict, so it must have no effect but through its `Tx`.
 * An engine rejects with StoreError when it is broken; anything else that it rejects with is a fault of ours.
 */
import { StoreError } from './store-error.ts'

export type Value = string | number | null
/** A text of PostgreSQL holds every character but U+0000, which can come in a broken line from outside. */
export function storable(value: Value): Value {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value
}

export type Row = Readonly<Record<string, unknown>>

/** What one process tells the others: a channel may have something to be claimed; what channels want has changed; money was spent or allowed. */
export type News = 'work' | 'routes' | 'money'

/** The only process that does a task, as long as it holds this. */
export interface Lead {
  /** Aborts when it is held no more: the engine was lost, or it was released. Whoever has it stops the task at once. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

export interface Tx {
  /** Runs one statement; its rows, none for a statement that returns nothing. */
  query(sql: string, params?: readonly Value[]): Promise<readonly Row[]>
  /** Runs several statements without parameters. */
  script(sql: string): Promise<void>
  /** This process among all that work, or have worked, on the database. */
  readonly self: string
  /** At the end of a select of rows that will be changed: those that somebody else is changing are left out. Empty where nobody else can be. */
  readonly skipLocked: '' | 'for update skip locked'
  /** Which of these processes (their `self`) have ended. */
  gone(processes: readonly string[]): Promise<readonly string[]>
  /** Tells every process, with the commit. Nothing where there is one process only. */
  notify(news: News): Promise<void>
}

export interface Sql {
  /** One statement outside a transaction; sees only what is committed. */
  query(sql: string, params?: readonly Value[]): Promise<readonly Row[]>
  /** All or nothing: what `fn` rejects with is what this rejects with, and then nothing has happened. */
  transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T>
  /** Calls `heard` with what other processes tell (and may with what this one tells); with everything after a time of deafness. The answer ends it. Never called where there is one process only. */
  listen(heard: (news: News) => void): () => void
  /**
   * Resolves when this process alone may do the task, undefined when the signal aborts first. At once where there is one process only. While
   * nobody can be asked it is tried again and again; `refused` hears why, once for each time of trouble.
   */
  lead(task: string, signal: AbortSignal, refused?: (error: StoreError) => void): Promise<Lead | undefined>
  close(): Promise<void>
}

/** A row that cannot be: our own broken invariant, which must stop us (never guess on). */
function impossible(row: Row, column: string, wanted: string): never {
  throw new StoreError(
    'damaged',
    `the database holds a row that cannot be: ${column} is ${typeof row[column]} where ${wanted} belongs; restore the backup`,
  )
}

export function text(row: Row, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : impossible(row, column, 'text')
}

export function int(row: Row, column: string): number {
  const value = row[column]
  return typeof value === 'number' ? value : impossible(row, column, 'a number')
}

export function textOrNone(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column)
}

export function intOrNone(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : int(row, column)
}

/** Reads a column of JSON that this program wrote itself: its shape is that of the migration it belongs to, so it is not parsed again. */
export function json<T>(row: Row, column: string): T {
  const written = text(row, column)
  try {
    return JSON.parse(written)
  } catch {
    return impossible(row, column, 'JSON')
  }
}

/** Statements with a varying number of rows come in these sizes only, so that an engine can keep them prepared. */
const rowsPerStatement = [50, 10, 1]

function inSizes<T>(items: readonly T[]): T[][] {
  const parts: T[][] = []
  let at = 0
  for (const size of rowsPerStatement) {
    for (; items.length - at >= size; at += size) parts.push(items.slice(at, at + size))
  }
  return parts
}

const texts = new Map<string, string>()

function cached(key: string, make: () => string): string {
  const known = texts.get(key)
  if (known !== undefined) return known
  const made = make()
  texts.set(key, made)
  return made
}

/**
 * `${head} values (…),(…) ${tail}` for any number of rows of the same width; the rows of a `returning` in the tail, together.
 */
export async function insertRows(
  tx: Tx,
  head: string,
  rows: readonly (readonly Value[])[],
  tail = '',
): Promise<readonly Row[]> {
  const answers: Row[] = []
  for (const part of inSizes(rows)) {
    const width = part[0]?.length ?? 0
    const sql = cached(`${head}|${part.length}|${tail}`, () => {
      const tuple = (_: unknown, n: number) =>
        `(${Array.from({ length: width }, (_, i) => `$${n * width + i + 1}`).join(', ')})`
      return `${head} values ${part.map(tuple).join(', ')} ${tail}`
    })
    for (const row of await tx.query(sql, part.flat())) answers.push(row)
  }
  return answers
}

/** Runs `sql` with `(…)` in place of `($list)` for a list of any length; the other parameters come first, from `$1`. */
export async function queryList(
  tx: Tx,
  sql: string,
  params: readonly Value[],
  list: readonly Value[],
): Promise<readonly Row[]> {
  const answers: Row[] = []
  for (const part of inSizes(list)) {
    const whole = cached(`${sql}|${part.length}`, () =>
      sql.replace('($list)', `(${part.map((_, n) => `$${params.length + n + 1}`).join(', ')})`),
    )
    for (const row of await tx.query(whole, [...params, ...part])) answers.push(row)
  }
  return answers
}
