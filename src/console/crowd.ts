/**
 * Room for those who mean it. The server has room for so many connections; one more takes the place of the one that has been the longest
 * without a whole request. So a flood of idle or trickling connections pushes out its own, and neither takes the files that the process needs
 * for X, Slack and the database.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

/** At most `max` connections of `server` from now on. */
export function keepRoom(server: Server, max: number): void {
  /** In the order in which they came, each with the last request whose headers it sent. */
  const open = new Map<Socket, IncomingMessage | undefined>()
  server.on('connection', socket => {
    open.set(socket, undefined)
    socket.once('close', () => open.delete(socket))
    if (open.size <= max) return
    for (const [other, request] of open) {
      if (request?.complete === true && other !== socket) continue
      open.delete(other)
      other.destroy()
      return
    }
  })
  server.on('request', (request: IncomingMessage, response) => {
    if (!open.has(request.socket)) return
    open.set(request.socket, request)
    // Answered, it is idle again, and the last to be asked to leave.
    response.once('close', () => {
      if (!open.delete(request.socket) || request.socket.destroyed) return
      open.set(request.socket, undefined)
    })
  })
}
