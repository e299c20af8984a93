/** A way to a server that a test can break: what the server answers is swallowed, or every connection through it is cut. Loopback only. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Way extends AsyncDisposable {
  readonly port: number
  /** From now on the server hears what is said, and its answers come to nobody. */
  deafen(): void
  /** Ends every connection, with no word; new ones work, and are heard. */
  cut(): void
}

export async function startProxy(to: number): Promise<Way> {
  const sockets = new Set<Socket>()
  let deaf = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  }
  const server = createServer(near => {
    const far = connect(to, '127.0.0.1')
    keep(near)
    keep(far)
    near.pipe(far)
    far.on('data', answer => {
      if (!deaf) near.write(answer)
    })
    far.once('close', () => near.destroy())
    near.once('close', () => far.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const cut = () => {
    deaf = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    deafen() {
      deaf = true
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
