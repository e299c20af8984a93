/** From a row of a delivery to what a worker holds of it. Pure. */
import type { Delivery, Subject } from '../domain/delivery.ts'
import type { SourceName } from '../domain/post.ts'
import { int, intOrNone, type Row, text, textOrNone } from './sql.ts'
import { StoreError } from './store-error.ts'

/** Of a row with the columns of a claim. */
export function deliveryFrom(row: Row): Delivery {
  const subject = subjectFrom(row)
  const since = intOrNone(row, 'unknown_since')
  return {
    id: text(row, 'id'),
    channel: text(row, 'channel'),
    subject,
    attempts: int(row, 'attempts'),
    firstAt: int(row, 'first_at'),
    imagesDropped: int(row, 'images_dropped') === 1,
    ...(since === undefined
      ? {}
      : { unknown: { since, checks: int(row, 'unknown_checks'), why: textOrNone(row, 'unknown_why') ?? '' } }),
  }
}

export function subjectFrom(row: Row): Subject {
  const kind = oneOf(['post', 'notice', 'update', 'remove'] as const, row, 'kind')
  if (kind === 'notice') return { kind, text: text(row, 'notice') }
  if (kind === 'post') return { kind, source: sourceName(text(row, 'source')), postId: text(row, 'post_id') }
  return { kind, of: text(row, 'target') }
}

/** The sources this program has; a row of another one was written by a program that knows more. */
export function sourceName(name: string): SourceName {
  if (name === 'x') return name
  throw new StoreError('newer', `the database knows a source "${name}", this program does not; start the newer version`)
}

/** A word of one of our closed lists. */
export function oneOf<T extends string>(words: readonly T[], row: Row, column: string): T {
  const value = text(row, column)
  const word = words.find(known => known === value)
  if (word === undefined)
    throw new StoreError('newer', `the database says "${value}" where this program knows no such word`)
  return word
}
