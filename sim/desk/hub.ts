/** Server-sent events to every page that is open. A page that does not read is let go rather than waited for. */
import type { SSEStreamingApi } from 'hono/streaming'
import type { DeskEvents } from './types.ts'

/** Lines that may wait for one page. */
const waitingMax = 500
/** Between two signs of life: what lies between the desk and a page may cut a silent line. */
const aliveMs = 15_000

export class Hub {
  readonly #pages = new Set<{ readonly stream: SSEStreamingApi; waiting: number }>()

  /** Serves one page until it leaves. */
  async serve(stream: SSEStreamingApi): Promise<void> {
    const page = { stream, waiting: 0 }
    this.#pages.add(page)
    stream.onAbort(() => {
      this.#pages.delete(page)
    })
    await stream.writeSSE({ event: 'hello', data: '{}' })
    while (!stream.aborted && !stream.closed && this.#pages.has(page)) {
      await stream.sleep(aliveMs)
      if (!stream.aborted && !stream.closed) await stream.write(': alive\n\n')
    }
  }

  tell<Name extends keyof DeskEvents>(event: Name, data: DeskEvents[Name]): void {
    const line = { event, data: JSON.stringify(data) }
    for (const page of this.#pages) {
      page.waiting += 1
      if (page.waiting > waitingMax) {
        this.#pages.delete(page)
        void page.stream.close()
        continue
      }
      // A page that has gone rejects; it is taken out by its abort.
      void page.stream.writeSSE(line).then(
        () => {
          page.waiting -= 1
        },
        () => this.#pages.delete(page),
      )
    }
  }

  async close(): Promise<void> {
    const streams = [...this.#pages].map(({ stream }) => stream)
    this.#pages.clear()
    await Promise.allSettled(streams.map(stream => stream.close()))
  }
}
