/** One post by its id: what somebody asks about that did not come. docs.x.com/x-api/posts/lookup */
import type { LookedUp } from '../source.ts'
import type { Authors } from './authors.ts'
import { nothingRead, type OnReads } from './charged.ts'
import type { XClient } from './client.ts'
import { problemIs } from './errors.ts'
import { envelope, type WireError } from './schema.ts'

export interface LookUpDeps {
  readonly client: XClient
  readonly authors: Pick<Authors, 'readPage' | 'takeLookups'>
  readonly postQuery: Readonly<Record<string, string>>
  readonly onReads: OnReads
}

/** $0.005 where X has it, and what it quotes or reposts and an author not met before besides; nothing where it has not. Never rejects. */
export async function lookUpPost(
  { client, authors, postQuery, onReads }: LookUpDeps,
  id: string,
  signal: AbortSignal,
): Promise<LookedUp> {
  if (!/^\d{1,19}$/.test(id)) return { kind: 'failed', why: 'X has no posts with such an id.' }
  const answer = await client.ask({ path: '/2/tweets', query: { ...postQuery, ids: id } }, envelope, signal)
  if (!answer.ok) return { kind: 'failed', why: answer.error.why }
  const page = await authors.readPage(answer.value, signal)
  const lookups = authors.takeLookups()
  if (lookups !== undefined) onReads(lookups, 'lookup')
  const [read] = page
  if (read === undefined) return { kind: 'gone', why: whyNot(answer.value.errors?.find(each => each !== null)) }
  if (Object.values(read.reads).some(ids => ids.length > 0)) onReads({ ...nothingRead, ...read.reads }, 'check')
  if (read.kind === 'post') return { kind: 'found', post: read.post }
  return { kind: 'failed', why: `What X gives for that id is no post as Birdwire knows them: ${read.detail}.` }
}

function whyNot(error: WireError | undefined | null): string {
  if (problemIs(error?.type, 'not-authorized-for-resource') || /not authorized/i.test(error?.detail ?? ''))
    return 'X does not give it to any app: its author is protected, or keeps it from some.'
  if (/suspended/i.test(error?.detail ?? '')) return 'X does not give it: its author is suspended.'
  if (error === undefined || error === null || problemIs(error.type, 'resource-not-found'))
    return 'X has no such post: it was deleted, or its account is gone.'
  return `X does not give it: ${(error.detail ?? error.title ?? 'it does not say why').slice(0, 200)}`
}
