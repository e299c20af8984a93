/** The HTTP and WebSocket doors of the simulator: `/api/:method`, `/hooks/…` and the upgrade on `/link/`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Api } from './api.ts'
import type { SocketMode } from './app/socket.ts'
import type { Core } from './core.ts'

/** A server that is not listening yet. */
export function createDoors(core: Core, api: Api, sockets: SocketMode): Server {
  const server = createServer((request, response) => void serve(core, api, request, response))
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head))
  return server
}

async function serve(core: Core, api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  // A client that goes away in the middle of its request has asked for nothing.
  const body = await buffer(request).catch(() => undefined)
  if (body === undefined) return
  const [area = '', ...rest] = url.pathname.slice(1).split('/')
  if (area === 'hooks' && request.method === 'POST') {
    const answer = await core.hooks.post(core, rest.at(-1) ?? '', body.toString('utf8'))
    response.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.body)
    return
  }
  if (area !== 'api' || (request.method !== 'GET' && request.method !== 'POST')) {
    response.writeHead(404).end()
    return
  }
  const answer = await api.handle({
    method: rest.join('/'),
    query: url.searchParams,
    contentType: request.headers['content-type'] ?? '',
    authorization: request.headers.authorization,
    body,
  })
  if (answer.kind === 'reset') request.socket.resetAndDestroy()
  else if (answer.kind === 'answer') response.writeHead(answer.status, answer.headers).end(answer.body)
}
