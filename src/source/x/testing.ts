/** What this folder's tests share: a client that is answered by a function instead of X, and people who are remembered in memory. */
import type { z } from 'zod'
import type { Account } from '../../domain/account.ts'
import type { People } from '../source.ts'
import type { XClient, XRequest } from './client.ts'
import type { Answer, XError } from './errors.ts'

/** A reply that is an error of X's. */
export class Refusal {
  readonly error: XError

  constructor(error: XError) {
    this.error = error
  }
}

/** Answers with what `reply` says, checked by the schema that was asked for; `asked` gets all requests. */
export function answering(reply: (request: XRequest, signal: AbortSignal) => unknown, asked: XRequest[] = []): XClient {
  return {
    apiUrl: 'http://x.example',
    bearer: { token: async () => ({ ok: true, value: 't' }), rejected: () => false },
    async ask<T extends z.ZodType>(request: XRequest, schema: T, signal: AbortSignal): Promise<Answer<z.output<T>>> {
      asked.push(request)
      const said = await reply(request, signal)
      if (said instanceof Refusal) return { ok: false, error: said.error }
      const parsed = schema.safeParse(said)
      return parsed.success
        ? { ok: true, value: parsed.data }
        : { ok: false, error: { kind: 'bad-answer', why: 'odd' } }
    },
  }
}

/** People in memory. `store` holds them by id, `asked` the ids of each question. */
export function rememberedPeople(accounts: readonly Account[] = []): People & {
  readonly store: Map<string, Account>
  readonly asked: (readonly string[])[]
} {
  const store = new Map(accounts.map(account => [account.id, account]))
  const asked: (readonly string[])[] = []
  return {
    store,
    asked,
    known: async ids => {
      asked.push(ids)
      return ids.flatMap(id => store.get(id) ?? [])
    },
    remember: async some => {
      for (const account of some) store.set(account.id, account)
    },
  }
}

/** Is never aborted. */
export const never: AbortSignal = new AbortController().signal
