/** A way to a server that a test can break: what the server answers is swallowed, or every connection through it is cut. Loopback only. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Way extends AsyncDisposable {
  readonly port: number
  /** From when somebody says this on, the server hears what is said, and its answers come to nobody. */
  deafenAt(word: string): void
  /** Every connection ends when somebody says this, and the server does not hear it. */
  cutAt(word: string): void
  /** Ends every connection, with no word; new ones work, and are heard. */
  cut(): void
}

export async function startProxy(to: number): Promise<Way> {
  const sockets = new Set<Socket>()
  let deaf = false
  let deafening: string | undefined
  let cutting: string | undefined
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  }
  const server = createServer(near => {
    const far = connect(to, '127.0.0.1')
    keep(near)
    keep(far)
    near.on('data', said => {
      if (cutting !== undefined && said.includes(cutting)) return cut()
      if (deafening !== undefined && said.includes(deafening)) deaf = true
      far.write(said)
    })
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
    deafening = undefined
    cutting = undefined
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    deafenAt(word) {
      deafening = word
    },
    cutAt(word) {
      cutting = word
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
