/**
 * Makes a batch of arrivals durable: posts, their deliveries, counts, gaps and the cursors, in one transaction (I1). Arrivals are
 * taken in order, so a duplicate or an edit inside the same batch is found like any other; what they change is gathered and
 * written with a few statements. Never decides who gets a post: that comes with the intake.
 */
import type { Cursor, Gap, Via } from '../domain/arrival.ts'
import type { Post, SourceName } from '../domain/post.ts'
import type { Purchase } from '../domain/reads.ts'
import { crashPoint } from '../kit/crash-point.ts'
import { droppedRowsMax } from '../limits.ts'
import { releaseHeld } from './bundles.ts'
import { withoutInner } from './copies.ts'
import { creditGap, noteGap } from './gaps.ts'
import { isNewer } from './is-newer.ts'
import { enqueue, type NewDelivery } from './lane.ts'
import { buy } from './ledger.ts'
import { place } from './place.ts'
import { findPostId } from './reading.ts'
import { postedBefore, restoredUntil } from './restored.ts'
import { deletePost, reviseMessages } from './revisions.ts'
import { insertRows, int, queryList, type Tx, text, type Value } from './sql.ts'
import type { Intake, IntakeResult } from './store.ts'
import type { Placing } from './written.ts'

/** What is known of a stored post while the batch goes through. */
interface Known {
  version: string
  createdAt: number
  deleted: boolean
}

/** By the first version, and by the one that was kept. */
const takenDownSql = [
  'select id as quoted from post where source = $1 and taken_down = 1 and id in ($list)',
  'select version as quoted from post where source = $1 and taken_down = 1 and version <> id and version in ($list)',
]

/** What a gap brought and cost in this batch. */
interface Credit {
  readonly source: SourceName
  readonly gap: string
  posts: number
  micros: number
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
  readonly #placings: Placing[] = []
  readonly #drops: Value[][] = []
  readonly #tallies = new Map<string, { readonly key: readonly Value[]; count: number }>()
  readonly #cursors = new Map<SourceName, Cursor>()
  readonly #takenDown = new Set<string>()
  readonly #edited = new Map<string, readonly [source: SourceName, postId: string]>()
  readonly #purchases: { readonly purchase: Purchase; readonly gap: string | undefined }[] = []
  readonly #credits = new Map<string, Credit>()
  readonly #restoredUntil = new Map<SourceName, number>()

  constructor(tx: Tx, now: number, newId: () => string) {
    this.#tx = tx
    this.#now = now
    this.#newId = newId
  }

  /** Reads what is stored of the posts in the batch. */
  async load(intakes: readonly Intake[]): Promise<void> {
    const ids = new Map<SourceName, Set<string>>()
    const inner = new Map<SourceName, Set<string>>()
    for (const { source, arrival } of intakes) {
      if (arrival.kind !== 'post') continue
      const ofSource = ids.get(source) ?? new Set()
      ids.set(source, ofSource.add(arrival.post.id))
      if (arrival.via === 'stream' || this.#restoredUntil.has(source)) continue
      this.#restoredUntil.set(source, (await restoredUntil(this.#tx, source)) ?? Number.NEGATIVE_INFINITY)
    }
    for (const { source, arrival } of intakes) {
      if (arrival.kind !== 'post' || arrival.post.inner === undefined) continue
      const ofSource = inner.get(source) ?? new Set()
      inner.set(source, ofSource.add(arrival.post.inner.version))
    }
    for (const [source, wanted] of inner) {
      for (const sql of takenDownSql) {
        for (const row of await queryList(this.#tx, sql, [source], [...wanted])) {
          this.#takenDown.add(key(source, text(row, 'quoted')))
        }
      }
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

  async take(given: Intake): Promise<IntakeResult> {
    const intake = this.#isFromBefore(given) ? toNobody(given) : given
    const result = await this.#apply(intake)
    const { source, arrival } = intake
    this.#cursors.set(source, arrival.cursor)
    if (intake.purchase !== undefined) {
      const gap = 'gap' in arrival && typeof arrival.gap === 'string' ? arrival.gap : undefined
      this.#purchases.push({ purchase: intake.purchase, gap })
    }
    if (result !== 'noted') this.#count(source, result, arrival.kind === 'drop' ? arrival.reason : '')
    return result
  }

  async #apply({ source, arrival, deliver, rejected }: Intake): Promise<IntakeResult> {
    switch (arrival.kind) {
      case 'post': {
        const result = this.#applyPost(source, arrival.post, rejected, arrival.via)
        if (result !== 'duplicate' && !this.#isEmptied(source, arrival.post)) {
          const subject = { kind: 'post', source, postId: arrival.post.id } as const
          for (const { channel, because, hold, grouping } of deliver) {
            const id = this.#newId()
            this.#deliveries.push({ id, channel, subject, because, gap: arrival.gap, hold })
            const { relation } = arrival.post
            if (grouping !== undefined) this.#placings.push({ id, channel, source, relation, grouping })
          }
        }
        if (result === 'edited') this.#edited.set(key(source, arrival.post.id), [source, arrival.post.id])
        if (result === 'stored' && arrival.gap !== undefined) this.#credit(source, arrival.gap).posts += 1
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
      case 'read':
      case 'mark':
        return 'noted'
    }
  }

  /** Somebody has said that what was written then is in Slack. */
  #isFromBefore({ source, arrival }: Intake): boolean {
    const until = this.#restoredUntil.get(source)
    return until !== undefined && arrival.kind === 'post' && arrival.via !== 'stream' && arrival.post.createdAt < until
  }

  /** Of a repost of what was taken down nothing is left to show. */
  #isEmptied(source: SourceName, { relation, inner }: Post): boolean {
    return relation === 'repost' && inner !== undefined && this.#takenDown.has(key(source, inner.version))
  }

  #applyPost(source: SourceName, given: Post, rejected: Intake['rejected'], via: Via): IntakeResult {
    // Somebody else brings along what was taken down.
    const forgotten = given.inner !== undefined && this.#takenDown.has(key(source, given.inner.version))
    const post = forgotten ? withoutInner(given, 'taken down') : given
    const at = key(source, post.id)
    const known = this.#known.get(at)
    if (known !== undefined && (known.deleted || !isNewer(post, known))) return 'duplicate'
    const { author } = post
    const row = [
      source,
      post.id,
      post.version,
      post.createdAt,
      JSON.stringify(post),
      JSON.stringify(rejected),
      author.id,
      post.inner?.version ?? null,
    ]
    if (known === undefined) this.#inserts.set(at, [...row, via, this.#now])
    else this.#updates.set(at, row)
    this.#known.set(at, { version: post.version, createdAt: post.createdAt, deleted: false })
    return known === undefined ? 'stored' : 'edited'
  }

  /** What was written before in this batch has to be there first. */
  async #delete(source: SourceName, postId: string): Promise<void> {
    await this.flush()
    await deletePost(this.#tx, source, postId, this.#now, this.#newId)
    const id = await findPostId(this.#tx, source, postId)
    const known = id === undefined ? undefined : this.#known.get(key(source, id))
    if (known !== undefined) known.deleted = true
  }

  async #noteGap(gap: Gap): Promise<void> {
    await this.flush()
    await noteGap(this.#tx, gap, this.#now, this.#newId)
    if (gap.state !== 'open' || gap.release === true) await releaseHeld(this.#tx, gap.source, this.#now, this.#newId)
  }

  #credit(source: SourceName, gap: string): Credit {
    const at = `${source} ${gap}`
    const credit = this.#credits.get(at) ?? { source, gap, posts: 0, micros: 0 }
    this.#credits.set(at, credit)
    return credit
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
      'insert into post (source, id, version, posted_at, body, rejected, author, inner_id, via, arrived_at)',
      take(this.#inserts),
    )
    for (const row of take(this.#updates)) {
      await tx.query(
        `update post set version = $3, posted_at = $4, body = $5, rejected = $6, author = $7, inner_id = $8
         where source = $1 and id = $2`,
        row,
      )
    }
    await enqueue(tx, this.#deliveries.splice(0), this.#now, this.#newId)
    await place(tx, this.#placings.splice(0), this.#now, this.#newId)
    for (const [source, postId] of this.#edited.values()) {
      await reviseMessages(tx, source, postId, this.#now, this.#newId)
    }
    this.#edited.clear()
    await this.#writeLedger(this.#purchases.splice(0))
    await this.#writeDrops(this.#drops.splice(0))
    await insertRows(
      tx,
      'insert into tally (source, result, reason, count)',
      [...this.#tallies.values()].map(({ key: of, count }) => [...of, count]),
      'on conflict (source, result, reason) do update set count = tally.count + excluded.count',
    )
    this.#tallies.clear()
    crashPoint('mid-commit')
    await insertRows(
      tx,
      'insert into cursor (source, position, at)',
      [...this.#cursors].map(([source, position]) => [source, position, this.#now]),
      'on conflict (source) do update set position = excluded.position, at = excluded.at',
    )
    this.#cursors.clear()
  }

  async #writeLedger(
    purchases: readonly { readonly purchase: Purchase; readonly gap: string | undefined }[],
  ): Promise<void> {
    const charged = await buy(
      this.#tx,
      purchases.map(({ purchase }) => purchase),
    )
    for (const [n, { purchase, gap }] of purchases.entries()) {
      if (gap !== undefined) this.#credit(purchase.source, gap).micros += charged[n] ?? 0
    }
    for (const { source, gap, posts, micros } of this.#credits.values()) {
      await creditGap(this.#tx, source, gap, posts, micros)
    }
    this.#credits.clear()
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

function toNobody(intake: Intake): Intake {
  const kept = intake.deliver.map(({ channel }) => ({ channel, because: postedBefore }))
  return { ...intake, deliver: [], rejected: [...intake.rejected, ...kept] }
}
