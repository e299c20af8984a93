/**
 * Slack fetches every picture while a message is being posted, and refuses the whole message where one cannot be had:
 * `downloading image failed [json-pointer:/blocks/0/image_url]` (github.com/slackapi/python-slack-sdk/issues/1782). Here the answer comes
 * from a policy: take all, ask a function, or really fetch; single addresses can be made to fail besides.
 */
import type { Problem } from './blocks/schema.ts'
import { pictures } from './blocks/walk.ts'

/** `accept` takes any address; `fetch` asks the server behind it; a function decides for itself (true: it could be fetched). */
export type ImagePolicy = 'accept' | 'fetch' | ((url: string) => boolean | Promise<boolean>)

/** What Slack shows: png, jpg and gif; a webp fails (github.com/slackapi/node-slack-sdk/issues/1482). */
const shown = ['image/png', 'image/jpeg', 'image/gif']
/** How long one fetch may take before it counts as failed. */
const fetchMs = 3000

export class Images {
  policy: ImagePolicy
  readonly #failing = new Set<string>()

  constructor(policy: ImagePolicy) {
    this.policy = policy
  }

  /** From now on this address cannot be fetched. */
  break(url: string): void {
    this.#failing.add(url)
  }

  mend(url: string): void {
    this.#failing.delete(url)
  }

  /** Tries every picture in these blocks; `failAll` is for a fault that strikes this one message. */
  async check(blocks: unknown, failAll: boolean): Promise<Problem[]> {
    const tried = await Promise.all(
      pictures(blocks).map(async ({ url, at }) => ({ at, had: !failAll && (await this.#canFetch(url)) })),
    )
    return tried.filter(({ had }) => !had).map(({ at }) => ({ message: 'downloading image failed', at }))
  }

  async #canFetch(url: string): Promise<boolean> {
    if (this.#failing.has(url)) return false
    if (this.policy === 'accept') return true
    return this.policy === 'fetch' ? isPicture(url) : this.policy(url)
  }
}

/** Asks for the head of a picture; servers that refuse HEAD are asked with GET. */
async function isPicture(url: string): Promise<boolean> {
  for (const method of ['HEAD', 'GET']) {
    try {
      const response = await fetch(url, { method, signal: AbortSignal.timeout(fetchMs) })
      await response.body?.cancel()
      const type = response.headers.get('content-type')?.split(';')[0]?.trim() ?? ''
      if (response.ok) return shown.includes(type)
    } catch {
      return false
    }
  }
  return false
}
