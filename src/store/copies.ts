/**
 * Copies: other posts that quote or repost a post carry its words. Where it is deleted or taken down a repost goes with it, and a quote
 * goes on without it.
 */
import type { Post, SourceName } from '../domain/post.ts'
import { json, type Tx, text } from './sql.ts'

export interface Copy {
  readonly id: string
  readonly repost: boolean
}

/** Posts that show this one, by any of its versions that is known, and have not lost it yet. */
export async function copiesOf(tx: Tx, source: SourceName, id: string): Promise<readonly Copy[]> {
  const rows = await tx.query(
    `select c.id, c.body from post c where c.source = $1 and c.inner_id is not null and (c.inner_id = $2 or c.inner_id in (
       select p.version from post p where p.source = $1 and p.id = $2)) order by c.id`,
    [source, id],
  )
  return rows.map(row => ({ id: text(row, 'id'), repost: json<Post>(row, 'body').relation === 'repost' }))
}

/** The post shows no other one any more, and says why. */
export async function forgetInner(tx: Tx, source: SourceName, id: string, why: string): Promise<void> {
  const [row] = await tx.query('select body from post where source = $1 and id = $2', [source, id])
  if (row === undefined) return
  const body = JSON.stringify(withoutInner(json<Post>(row, 'body'), why))
  await tx.query('update post set body = $3, inner_id = null where source = $1 and id = $2', [source, id, body])
}

export function withoutInner({ inner: _inner, ...rest }: Post, why: string): Post {
  return { ...rest, innerMissing: why }
}
