/**
 * Carries everything from an embedded database into an empty one of another engine: all tables, in one transaction there, so that whoever is
 * interrupted finds it empty and begins anew. Before that transaction ends, what it wrote is read back and compared, table by table, by count and
 * checksum. Nothing is written here. What was under way when the service here ended comes to be unknown there, as at any start (I6).
 *
 * A table's checksum is the sum of its rows' SHA-256: the same in whatever order an engine sorts text.
 */
import { createHash } from 'node:crypto'
import { crashPoint } from '../kit/crash-point.ts'
import { moveRowsMax, peerGoneMs } from '../limits.ts'
import { expireLeases } from './lane.ts'
import { insertRows, int, type Row, type Sql, storable, type Tx, text, type Value } from './sql.ts'
import { StoreError } from './store-error.ts'

export interface Moved {
  /** In the order in which they were carried over. */
  readonly tables: readonly { readonly name: string; readonly rows: number }[]
  readonly rows: number
  /** Messages that were under way here. */
  readonly underWay: number
  /** Epoch ms: everything had been carried over then, and nothing was done now. */
  readonly before?: number
}

/** The two databases, as people know them: where they are. */
export interface Places {
  readonly from: string
  readonly to: string
}

/**
 * `from` is SQLite, and nobody else's; `to` has all tables of this program. Rejects with StoreError, and then nothing has happened: the two are
 * of different versions, `to` holds something else, or what was read back is not what was written.
 */
export async function move(from: Sql, to: Sql, places: Places, now: number): Promise<Moved> {
  await refuseOtherVersion(from, to, places)
  const tables = await tablesOf(from)
  return to.transaction(async tx => {
    await tx.script(
      'create table if not exists moved (at bigint not null, under_way bigint not null, checksum text not null)',
    )
    const [earlier] = await tx.query('select at, under_way, checksum from moved')
    const filled = await firstFilled(tx, tables)
    if (filled !== undefined && earlier !== undefined) return movedBefore(from, tables, earlier, places)
    await refuseInUse(tx, places, now)
    if (filled !== undefined)
      throw new StoreError(
        'occupied',
        `${places.to} is in use already: its table ${filled} is not empty. Name a new, empty database, or empty this one`,
      )
    await tx.query('delete from moved')
    const sums: Sum[] = []
    for (const table of tables) sums.push(await carry(from, tx, table))
    for (const [n, table] of tables.entries()) refuseUnequal(table, sums[n], await sumOf(tx, table), places)
    const underWay = await takeBack(tx, now)
    await tx.query('insert into moved (at, under_way, checksum) values ($1, $2, $3)', [now, underWay, whole(sums)])
    return told(tables, sums, underWay)
  })
}

/** Each database's own: which migrations it has had, and the processes that work on it. */
const notMoved: ReadonlySet<string> = new Set(['migration', 'process'])

interface Table {
  readonly name: string
  readonly columns: readonly string[]
  readonly key: readonly string[]
}

/** As the embedded database describes itself; whatever others refer to comes before them. */
async function tablesOf(from: Sql): Promise<readonly Table[]> {
  const found = await from.query(
    `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name`,
  )
  const ordered = new Map<string, Table>()
  const take = async (name: string): Promise<void> => {
    if (ordered.has(name)) return
    for (const row of await from.query(
      'select "table" as parent from pragma_foreign_key_list($1) where "table" <> $1',
      [name],
    ))
      await take(text(row, 'parent'))
    const columns = await from.query('select name, pk from pragma_table_info($1) order by cid', [name])
    const key = columns.filter(row => int(row, 'pk') > 0).toSorted((a, b) => int(a, 'pk') - int(b, 'pk'))
    if (key.length === 0) throw new Error(`the table ${name} has no primary key to read it by`)
    ordered.set(name, { name, columns: columns.map(row => text(row, 'name')), key: key.map(row => text(row, 'name')) })
  }
  for (const row of found) if (!notMoved.has(text(row, 'name'))) await take(text(row, 'name'))
  return [...ordered.values()]
}

/** Rows in the order of their key, some at a time: a table may be larger than the memory. */
async function* rowsOf(sql: Pick<Sql, 'query'>, { name, columns, key }: Table): AsyncGenerator<readonly Row[]> {
  const places = key.map((_, n) => `$${n + 1}`).join(', ')
  const end = `order by ${key.join(', ')} limit ${moveRowsMax}`
  const first = `select ${columns.join(', ')} from ${name}`
  let rows = await sql.query(`${first} ${end}`)
  while (rows.length > 0) {
    yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < moveRowsMax) return
    rows = await sql.query(
      `${first} where (${key.join(', ')}) > (${places}) ${end}`,
      key.map(column => valueIn(last, column)),
    )
  }
}

function valueIn(row: Row, column: string): Value {
  const value = row[column]
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value
  throw new StoreError('damaged', `the database holds a ${typeof value} in ${column}, which no table of ours has`)
}

/** PostgreSQL's texts cannot hold the character of number 0, which may be in a broken line from a network: it becomes the sign for what is no character. */
function valuesOf(row: Row, { columns }: Table): readonly Value[] {
  return columns.map(column => {
    const value = valueIn(row, column)
    return storable(value)
  })
}

interface Sum {
  readonly rows: number
  /** Modulo 2^256. */
  readonly hash: bigint
}

const nothing: Sum = { rows: 0, hash: 0n }

function plus({ rows, hash }: Sum, values: readonly Value[]): Sum {
  const digest = createHash('sha256').update(JSON.stringify(values)).digest('hex')
  return { rows: rows + 1, hash: BigInt.asUintN(256, hash + BigInt(`0x${digest}`)) }
}

async function carry(from: Sql, tx: Tx, table: Table): Promise<Sum> {
  let sum = nothing
  for await (const rows of rowsOf(from, table)) {
    const values = rows.map(row => valuesOf(row, table))
    await insertRows(tx, `insert into ${table.name} (${table.columns.join(', ')})`, values)
    sum = values.reduce(plus, sum)
    crashPoint('mid-move')
  }
  return sum
}

async function sumOf(sql: Pick<Sql, 'query'>, table: Table): Promise<Sum> {
  let sum = nothing
  for await (const rows of rowsOf(sql, table)) sum = rows.map(row => valuesOf(row, table)).reduce(plus, sum)
  return sum
}

/** Of all tables. */
function whole(sums: readonly Sum[]): string {
  return createHash('sha256')
    .update(sums.map(({ rows, hash }) => `${rows} ${hash}`).join('\n'))
    .digest('hex')
}

/** Whoever held a lease here is gone. */
async function takeBack(tx: Tx, now: number): Promise<number> {
  const leased = await tx.query('update lane set lease_until = $1 where lease_until is not null returning channel', [
    now,
  ])
  await expireLeases(tx, now, 'the process that was sending it ended')
  return leased.length
}

/** Run again after all was done: the embedded database must still be the one that was carried over. */
async function movedBefore(from: Sql, tables: readonly Table[], earlier: Row, places: Places): Promise<Moved> {
  const sums: Sum[] = []
  for (const table of tables) sums.push(await sumOf(from, table))
  if (whole(sums) === text(earlier, 'checksum'))
    return { ...told(tables, sums, int(earlier, 'under_way')), before: int(earlier, 'at') }
  const when = new Date(int(earlier, 'at')).toISOString()
  throw new StoreError(
    'occupied',
    `${places.to} holds what was moved there at ${when}, and ${places.from} is not what it was then: which of them is right, nobody but you knows. To move again, empty that database first (drop its tables)`,
  )
}

function told(tables: readonly Table[], sums: readonly Sum[], underWay: number): Moved {
  return {
    tables: tables.map(({ name }, n) => ({ name, rows: sums[n]?.rows ?? 0 })),
    rows: sums.reduce((all, { rows }) => all + rows, 0),
    underWay,
  }
}

async function refuseOtherVersion(from: Sql, to: Sql, places: Places): Promise<void> {
  const [here, there] = await Promise.all([from, to].map(migrations))
  if (here === undefined || there === undefined) throw new Error('two databases, two answers')
  const missing = [...there].filter(one => !here.has(one)).map(named)
  const unknown = [...here].filter(one => !there.has(one)).map(named)
  if (missing.length === 0 && unknown.length === 0) return
  throw new StoreError(
    'newer',
    unknown.length > 0
      ? `${places.from} was made by another version of this program (${unknown.join(', ')}); move it with that one`
      : `${places.from} was made by an older version (it lacks ${missing.join(', ')}). Start this one with it once (\`birdwire serve\`), stop it, and move it then`,
  )
}

/** Name and checksum. */
async function migrations(sql: Sql): Promise<ReadonlySet<string>> {
  const rows = await sql.query('select name, checksum from migration')
  return new Set(rows.map(row => `${text(row, 'name')} ${text(row, 'checksum')}`))
}

const named = (migration: string) => migration.split(' ')[0] ?? ''

/** A process that was killed leaves a row, which is nobody's after a while. */
async function refuseInUse(tx: Tx, places: Places, now: number): Promise<void> {
  const working = await tx.query('select id from process where seen_at >= $1', [now - peerGoneMs])
  if (working.length === 0) return
  throw new StoreError(
    'occupied',
    `${places.to} is in use: another Birdwire works on it, or did until a moment ago. Stop it, and try again in ${peerGoneMs / 1000} seconds`,
  )
}

/** The name of a table that is not empty. */
async function firstFilled(tx: Tx, tables: readonly Table[]): Promise<string | undefined> {
  for (const { name } of tables) if ((await tx.query(`select 1 as found from ${name} limit 1`)).length > 0) return name
  return undefined
}

function refuseUnequal({ name }: Table, here: Sum | undefined, there: Sum, places: Places): void {
  if (here !== undefined && here.rows === there.rows && here.hash === there.hash) return
  const counts =
    here?.rows === there.rows ? 'the rows are not the same' : `${here?.rows} rows here, ${there.rows} there`
  throw new StoreError(
    'damaged',
    `what was written to the table ${name} of ${places.to} reads differently (${counts}); nothing was kept there, and ${places.from} is as it was`,
  )
}
