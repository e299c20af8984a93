/**
 * Makes a batch of arrivals durable: posts, their deliveries, counts, gaps and the cursors, in one transaction (I1). Arrivals are
 * taken in order, so a duplicate or an edit inside the same batch is found like any other; what they change is gathered and
 * written with a few statements. Never decides who gets a post: that comes with the intake.
 */
import type { Cursor } from '../domain/arrival.ts'
import type { Post, SourceName } from '../domain/post.ts'
import { droppedRowsMax } from '../limits.ts'
import { isNewer } from './is-newer.ts'
import { deletedWhy, enqueue, type NewDelivery, refreshLanes } from './lane.ts'
import { findPostId } from './reading.ts'
import { insertRows, int, queryList, type Tx, text, type Value } from './sql.ts'
import type { Intake, IntakeResult } from './store.ts'

/** What is known of a stored post while the batch goes through. */
interface Known {
  version: string
  createdAt: number
  deleted: boolean
}

export async function commitIntakes(
  tx: Tx,
  intakes: readonly Intake[],
  now: number,
  newId: () => string,
): Promise<readonly IntakeResult[]> {
  const batch = new Batch(tx, now, newId)
  await batch.load(intakes)
  const results: IntakeResult[] = []
  for (const intake of intakes) results.push(await batch.take(intake))
  await batch.flush()
  return results
}

class Batch {
  readonly #tx: Tx
  readonly #now: number
  readonly #newId: () => string
  readonly #known = new Map<string, Known>()
  /** Posts to be written, by key; updates after inserts, of each post the newest version in this batch. */
  readonly #inserts = new Map<string, Value[]>()
  readonly #updates = new Map<string, Value[]>()
  readonly #deliveries: NewDelivery[] = []
  readonly #drops: Value[][] = []
  readonly #tallies = new Map<string, { readonly key: readonly Value[]; count: number }>()
  readonly #cursors = new Map<SourceName, Cursor>()

  constructor(tx: Tx, now: number, newId: () => string) {
    this.#tx = tx
    this.#now = now
    this.#newId = newId
  }

  /** Reads what is stored of the posts in the batch. */
  async load(intakes: readonly Intake[]): Promise<void> {
    const ids = new Map<SourceName, Set<string>>()
    for (const { source, arrival } of intakes) {
      if (arrival.kind !== 'post') continue
      const ofSource = ids.get(source) ?? new Set()
      ids.set(source, ofSource.add(arrival.post.id))
    }
    for (const [source, wanted] of ids) {
      const sql = 'select id, version, posted_at, deleted_at from post where source = $1 and id in ($list)'
      for (const row of await queryList(this.#tx, sql, [source], [...wanted])) {
        const known = {
          version: text(row, 'version'),
          createdAt: int(row, 'posted_at'),
          deleted: row['deleted_at'] !== null,
        }
        this.#known.set(key(source, text(row, 'id')), known)
      }
    }
  }

  async take(intake: Intake): Promise<IntakeResult> {
    const result = await this.#apply(intake)
    const { source, arrival } = intake
    this.#cursors.set(source, arrival.cursor)
    if (result !== 'noted') this.#count(source, result, arrival.kind === 'drop' ? arrival.reason : '')
    return result
  }

  async #apply({ source, arrival, deliver, rejected }: Intake): Promise<IntakeResult> {
    switch (arrival.kind) {
      case 'post': {
        const result = this.#applyPost(source, arrival.post, rejected)
        if (result !== 'duplicate') {
          const subject = { kind: 'post', source, postId: arrival.post.id } as const
          for (const { channel, because } of deliver) this.#deliveries.push({ channel, subject, because })
        }
        return result
      }
      case 'drop':
        this.#drops.push([source, arrival.at, arrival.reason, arrival.detail, arrival.raw ?? null])
        return 'dropped'
      case 'delete':
        await this.#delete(arrival.source, arrival.postId)
        return 'deleted'
      case 'gap':
        await this.#noteGap(arrival.gap)
        return 'noted'
      case 'mark':
        return 'noted'
    }
  }

  #applyPost(source: SourceName, post: Post, rejected: Intake['rejected']): IntakeResult {
    const at = key(source, post.id)
    const known = this.#known.get(at)
    if (known !== undefined && (known.deleted || !isNewer(post, known))) return 'duplicate'
    const row = [source, post.id, post.version, post.createdAt, JSON.stringify(post), JSON.stringify(rejected)]
    if (known === undefined) this.#inserts.set(at, [...row, this.#now])
    else this.#updates.set(at, row)
    this.#known.set(at, { version: post.version, createdAt: post.createdAt, deleted: false })
    return known === undefined ? 'stored' : 'edited'
  }

  /** A deleted post stays, marked; what is still owed of it is not sent any more. */
  async #delete(source: SourceName, postId: string): Promise<void> {
    await this.flush()
    const id = await findPostId(this.#tx, source, postId)
    if (id === undefined) return
    const known = this.#known.get(key(source, id))
    if (known !== undefined) known.deleted = true
    await this.#tx.query('update post set deleted_at = $3 where source = $1 and id = $2 and deleted_at is null', [
      source,
      id,
      this.#now,
    ])
    const rows = await this.#tx.query(
      `update delivery set state = 'dead', reason = 'discarded', why = $3, settled_at = $4
       where source = $1 and post_id = $2 and state = 'pending' returning channel`,
      [source, id, deletedWhy, this.#now],
    )
    await refreshLanes(
      this.#tx,
      rows.map(row => text(row, 'channel')),
    )
  }

  async #noteGap(gap: Extract<Intake['arrival'], { kind: 'gap' }>['gap']): Promise<void> {
    await this.#tx.query(
      `insert into gap (source, from_at, to_at, why, state, how, posts) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (source, from_at) do update set to_at = excluded.to_at, why = excluded.why, state = excluded.state,
         how = excluded.how, posts = excluded.posts`,
      [gap.source, gap.from, gap.to, gap.why, gap.state, gap.how, gap.posts],
    )
  }

  #count(source: SourceName, result: IntakeResult, reason: string): void {
    const at = `${source} ${result} ${reason}`
    const tally = this.#tallies.get(at) ?? { key: [source, result, reason], count: 0 }
    tally.count += 1
    this.#tallies.set(at, tally)
  }

  /** Writes what was gathered. */
  async flush(): Promise<void> {
    const tx = this.#tx
    await insertRows(
      tx,
      'insert into post (source, id, version, posted_at, body, rejected, arrived_at)',
      take(this.#inserts),
    )
    for (const row of take(this.#updates)) {
      await tx.query(
        'update post set version = $3, posted_at = $4, body = $5, rejected = $6 where source = $1 and id = $2',
        row,
      )
    }
    await enqueue(tx, this.#deliveries.splice(0), this.#now, this.#newId)
    await this.#writeDrops(this.#drops.splice(0))
    await insertRows(
      tx,
      'insert into tally (source, result, reason, count)',
      [...this.#tallies.values()].map(({ key: of, count }) => [...of, count]),
      'on conflict (source, result, reason) do update set count = tally.count + excluded.count',
    )
    this.#tallies.clear()
    await insertRows(
      tx,
      'insert into cursor (source, position, at)',
      [...this.#cursors].map(([source, position]) => [source, position, this.#now]),
      'on conflict (source) do update set position = excluded.position, at = excluded.at',
    )
    this.#cursors.clear()
  }

  /** The newest drops are kept for people who want to see them; all of them are in the tally. */
  async #writeDrops(drops: readonly Value[][]): Promise<void> {
    if (drops.length === 0) return
    const [last] = await this.#tx.query('select coalesce(max(seq), 0) as seq from dropped')
    const first = (last === undefined ? 0 : int(last, 'seq')) + 1
    const rows = drops.map((drop, n) => [first + n, ...drop])
    await insertRows(this.#tx, 'insert into dropped (seq, source, at, reason, detail, raw)', rows)
    await this.#tx.query('delete from dropped where seq < $1', [first + drops.length - droppedRowsMax])
  }
}

/** Empties the map; what was in it, in order. */
function take(rows: Map<string, Value[]>): Value[][] {
  const all = [...rows.values()]
  rows.clear()
  return all
}

function key(source: SourceName, id: string): string {
  return `${source} ${id}`
}
