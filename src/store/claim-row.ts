/** From a row of a delivery, with its post, to what a worker holds. Pure. */
import type { Delivery, Subject } from '../domain/delivery.ts'
import type { Post, SourceName } from '../domain/post.ts'
import { int, intOrNone, json, type Row, text, textOrNone } from './sql.ts'
import type { Claim } from './store.ts'
import { StoreError } from './store-error.ts'

export function claimFrom(row: Row, token: string, leaseUntil: number): Claim {
  const subject = subjectFrom(row)
  return {
    delivery: deliveryFrom(row, subject),
    content:
      subject.kind === 'notice'
        ? { kind: 'notice', text: subject.text }
        : { kind: 'post', post: json<Post>(row, 'body') },
    token,
    leaseUntil,
    createdAt: int(row, 'created_at'),
  }
}

function deliveryFrom(row: Row, subject: Subject): Delivery {
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
  return text(row, 'kind') === 'notice'
    ? { kind: 'notice', text: text(row, 'notice') }
    : { kind: 'post', source: sourceName(text(row, 'source')), postId: text(row, 'post_id') }
}

/** The sources this program has; a row of another one was written by a program that knows more. */
export function sourceName(name: string): SourceName {
  if (name === 'x') return name
  throw new StoreError('newer', `the database knows a source "${name}", this program does not; start the newer version`)
}
