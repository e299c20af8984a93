/** Server-sent events to every page that is open. A page that does not read is let go rather than waited for. */
import type { SSEStreamingApi } from 'hono/streaming'
import type { DeskEvents } from './types.ts'

/** Lines that may wait for one page. */
const waitingMax = 500
/** Between two signs of life: what lies between the desk and a page may cut a silent line. */
const aliveMs = 15_000

interface Page {
  readonly stream: SSEStreamingApi
  /** Ends its request. */
  readonly leave: () => void
  waiting: number
}

export class Hub {
  readonly #pages = new Set<Page>()

  /** Serves one page until it leaves or is let go. */
  async serve(stream: SSEStreamingApi): Promise<void> {
    const { promise: left, resolve: leave } = Promise.withResolvers<void>()
    const page: Page = { stream, leave, waiting: 0 }
    this.#pages.add(page)
    stream.onAbort(leave)
    const alive = setInterval(() => void stream.write(': alive\n\n').catch(leave), aliveMs)
    try {
      await stream.writeSSE({ event: 'hello', data: '{}' })
      await left
    } finally {
      clearInterval(alive)
      this.#pages.delete(page)
    }
  }

  tell<Name extends keyof DeskEvents>(event: Name, data: DeskEvents[Name]): void {
    const line = { event, data: JSON.stringify(data) }
    for (const page of this.#pages) {
      page.waiting += 1
      if (page.waiting > waitingMax) {
        page.leave()
        continue
      }
      // A page that has gone rejects.
      void page.stream.writeSSE(line).then(() => {
        page.waiting -= 1
      }, page.leave)
    }
  }

  close(): void {
    for (const page of this.#pages) page.leave()
  }
}
