/**
 * What this folder's tests share: a client that reads the stream's raw bytes and tells how the connection ended. It is
 * deliberately dumb: it decodes nothing until asked.
 */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { XSim } from './server.ts'

export interface RawStream {
  readonly status: number
  /** The response's chunks as they arrived. */
  readonly chunks: readonly Buffer[]
  /** Whole lines that are not empty, parsed; throws when one is no JSON. */
  lines(): { data?: { id: string; text: string }; matching_rules?: { tag?: string }[]; errors?: unknown[] }[]
  /** All bytes as text. */
  text(): string
  /** Resolves when these characters have arrived. */
  received(part: string): Promise<void>
  /** `end`: properly; `cut`: in any other way. Resolves when it is over. */
  readonly ended: Promise<'end' | 'cut'>
  /** Hangs up. */
  abort(): void
}

/** Connects to the stream and resolves with the headers. */
export async function openStream(sim: XSim, query = ''): Promise<RawStream> {
  const headers = { authorization: `Bearer ${sim.bearer}` }
  const request = get(`${sim.url}/2/tweets/search/stream${query}`, { headers })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  const { promise, resolve } = Promise.withResolvers<'end' | 'cut'>()
  let waiting: (() => void) | undefined
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    waiting?.()
  })
  response.on('end', () => resolve('end'))
  response.on('error', () => resolve('cut'))
  request.on('error', () => resolve('cut'))
  const text = () => Buffer.concat(chunks).toString()
  return {
    status: response.statusCode ?? 0,
    chunks,
    text,
    lines: () =>
      text()
        .split('\r\n')
        .slice(0, -1)
        .filter(line => line !== '')
        .map(line => JSON.parse(line)),
    received: async part => {
      while (!text().includes(part)) {
        const next = Promise.withResolvers<void>()
        waiting = next.resolve
        await next.promise
      }
    },
    ended: promise,
    abort: () => request.destroy(),
  }
}

/** One REST call; the body is parsed where it is JSON. */
export async function call(
  sim: XSim,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const response = await fetch(sim.url + path, {
    method,
    headers: { authorization: `Bearer ${sim.bearer}`, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } }
}

export async function addRules(sim: XSim, ...values: string[]): Promise<void> {
  await call(sim, 'POST', '/2/tweets/search/stream/rules', { add: values.map(value => ({ value, tag: `t:${value}` })) })
}
