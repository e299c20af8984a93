/**
 * What the simulator's server needs from HTTP: read a body, send an answer. Plain node:http, because the stream must
 * control its own chunks.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Json } from './objects.ts'

/** Bytes of a request body that are read before it is cut off. */
const bodyMax = 4_000_000

export async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > bodyMax) break
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

/** The body as JSON; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Sends JSON, or a string as HTML. */
export function send(response: ServerResponse, status: number, body: Json | string): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8'
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text)
}

export function sendPng(response: ServerResponse, bytes: Buffer): void {
  response.writeHead(200, {
    'content-type': 'image/png',
    'content-length': bytes.length,
    'cache-control': 'max-age=3600',
  })
  response.end(bytes)
}
