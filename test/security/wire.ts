/** A connection to the service that sends any bytes, also what no HTTP client would. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export class Wire {
  readonly #socket: Socket
  #received = ''
  readonly #closed: Promise<unknown>

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#closed = new Promise(resolve => socket.once('close', resolve))
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.#received += text
    })
    // Whoever is cut off in the middle of writing is told so here; what counts is what was received.
    socket.on('error', () => {})
  }

  /** Resolves once connected; rejects when nobody listens there. */
  static async to(url: string): Promise<Wire> {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    const wire = new Wire(socket)
    await once(socket, 'connect')
    return wire
  }

  send(bytes: string | Uint8Array): void {
    if (this.open) this.#socket.write(bytes)
  }

  get open(): boolean {
    return this.#socket.writable && !this.#socket.destroyed
  }

  /** All that came so far. */
  get received(): string {
    return this.#received
  }

  /** Statuses of the answers so far. */
  get statuses(): readonly number[] {
    return [...this.#received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
  }

  /** The status of the first answer; 0 when the connection ended without one. */
  async status(): Promise<number> {
    while (this.statuses.length === 0 && !this.#socket.destroyed)
      await Promise.race([new Promise(resolve => this.#socket.once('data', resolve)), this.#closed])
    return this.statuses[0] ?? 0
  }

  /** Resolves when the other side has ended it. */
  async ended(): Promise<void> {
    await this.#closed
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** Sends this on a connection of its own; the status of the answer, 0 when there was none. */
export async function ask(url: string, bytes: string | Uint8Array): Promise<number> {
  const wire = await Wire.to(url)
  wire.send(bytes)
  const status = await wire.status()
  wire.close()
  return status
}

/** A request as its lines, ended as HTTP wants it. */
export function request(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`
}
