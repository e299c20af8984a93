/**
 * Whether anything is under way: requests to any HTTP server of this process that were not answered yet, streams left out. All servers and
 * clients of the soak live in this process, so what one has written another can read some turns of the event loop later.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** Turns of the event loop in which nothing has begun: more than a request needs from one end to the other, through the door. */
const quietTurns = 24

interface Started {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

export class Traffic {
  #underWay = 0
  #begun = 0

  constructor() {
    subscribe('http.server.request.start', this.#started)
  }

  /** Resolves when nothing has been under way for a while. */
  async quiet(): Promise<void> {
    let begun = this.#begun
    for (let turns = 0; turns < quietTurns; turns += 1) {
      if (this.#underWay > 0) await pause(1)
      else await new Promise(resolve => setImmediate(resolve))
      if (this.#underWay === 0 && begun === this.#begun) continue
      turns = 0
      begun = this.#begun
    }
  }

  close(): void {
    unsubscribe('http.server.request.start', this.#started)
  }

  readonly #started = (message: unknown): void => {
    this.#begun += 1
    const { request, response } = message as Started // Node's own message: nodejs.org/api/diagnostics_channel.html#http
    if (/\/tweets\/search\/stream(?:\?|$)/.test(request.url ?? '')) return
    this.#underWay += 1
    response.once('close', () => {
      this.#underWay -= 1
    })
  }
}
