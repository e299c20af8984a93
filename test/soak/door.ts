/**
 * A door between one life of the service and a simulator. Shut, the other side sees what it sees of a killed process: its connections are
 * reset, and nothing comes any more.
 */
import { createConnection, createServer, type Socket } from 'node:net'

export interface Door {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  /** At once, and for good. */
  shut(): void
}

/** `to`: an http address on this machine. */
export async function openDoor(to: string): Promise<Door> {
  const target = Number(new URL(to).port)
  const sockets = new Set<Socket>()
  let isShut = false
  const server = createServer(outer => {
    if (isShut) return void outer.resetAndDestroy()
    const inner = createConnection(target, '127.0.0.1')
    for (const [one, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      sockets.add(one)
      one.setNoDelay(true)
      one.on('error', () => undefined) // 'close' says so too
      one.once('close', hadError => {
        sockets.delete(one)
        if (hadError) other.resetAndDestroy()
        else other.destroySoon()
      })
      one.pipe(other)
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the door listens on no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    shut() {
      isShut = true
      server.close()
      for (const socket of sockets) socket.resetAndDestroy()
    },
  }
}
