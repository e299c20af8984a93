import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import { type Clock, ManualClock } from '../../kit/clock.ts'
import { type Connection, connect, type StreamEvent } from './connection.ts'

const never = new AbortController().signal

interface Serving {
  readonly url: string
  /** The answer to the one request, once it came. */
  readonly response: Promise<http.ServerResponse>
}

async function serve(t: TestContext): Promise<Serving> {
  const { promise, resolve } = Promise.withResolvers<http.ServerResponse>()
  const server = http.createServer((_, response) => resolve(response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, response: promise }
}

const options = (url: string, clock: Clock) => ({
  url,
  token: 't',
  headersMs: 60_000,
  stallMs: 45_000,
  lineBytesMax: 1000,
  clock,
})

async function open(
  t: TestContext,
  clock: Clock,
  signal = never,
): Promise<{ connection: Connection; response: http.ServerResponse }> {
  const { url, response } = await serve(t)
  const connecting = connect(options(url, clock), signal)
  const answering = await response
  answering.writeHead(200).flushHeaders()
  const opened = await connecting
  assert.ok(opened.ok)
  return { connection: opened.value, response: answering }
}

const turns = async (count = 50) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate)
}

test('no headers within the limit is a timeout', async t => {
  const clock = new ManualClock()
  const { url, response } = await serve(t)
  const connecting = connect(options(url, clock), never)
  await response
  await clock.advance(60_000)
  const answer = await connecting
  assert.equal(answer.ok ? '' : answer.error.kind, 'timeout')
})

test('nobody listening is a network error, in words and without a secret', async t => {
  const { url } = await serve(t)
  const free = url.replace(/:\d+/, ':1')
  const answer = await connect({ ...options(free, new ManualClock()), token: 'hush' }, never)
  assert.match(answer.ok ? '' : answer.error.why, /connection refused/)
  assert.ok(!JSON.stringify(answer).includes('hush'))
})

test('silence ends it, any byte keeps it', async t => {
  const clock = new ManualClock()
  const { connection, response } = await open(t, clock)
  const first = connection.next()
  await clock.advance(44_000)
  response.write('\r\n')
  assert.equal((await first).kind, 'alive')
  const second = connection.next()
  await clock.advance(44_000)
  response.write('{')
  await turns()
  await clock.advance(44_000)
  assert.equal(await Promise.race([second, 'still open']), 'still open')
  await clock.advance(2000)
  assert.deepEqual(await second, { kind: 'cut', text: '{', bytes: 1, at: connection.lastByteAt })
  assert.deepEqual(await connection.next(), { kind: 'end', why: 'no byte for 45 s' })
})

test('time in which nobody asks is not silence', async t => {
  const clock = new ManualClock()
  const { connection, response } = await open(t, clock)
  await clock.advance(600_000)
  response.write('a line\r\n')
  const event = await connection.next()
  assert.equal(event.kind === 'line' && event.text, 'a line')
})

test('what is read as it comes is fresh; what had waited in the socket is not', async t => {
  const clock = new ManualClock()
  const { connection, response } = await open(t, clock)
  const fresh = (event: StreamEvent) => (event.kind === 'line' ? `${event.text} ${event.fresh}` : event.kind)
  response.write('waited\n')
  await turns()
  assert.equal(fresh(await connection.next()), 'waited false')
  const coming = connection.next()
  await clock.advance(1000)
  response.write('came\n')
  assert.equal(fresh(await coming), 'came true')
  const soon = connection.next()
  await clock.advance(999)
  response.write('soon\n')
  assert.equal(fresh(await soon), 'soon false')
})

test('a slow reader makes the sender wait instead of filling memory', async t => {
  const { connection, response } = await open(t, new ManualClock())
  const line = Buffer.from(`${'x'.repeat(900)}\n`)
  const sentMax = 50_000_000
  let sent = 0
  while (sent < sentMax && !response.writableNeedDrain) {
    sent += line.length
    if (!response.write(line)) await Promise.race([once(response, 'drain'), turns(500)])
  }
  assert.ok(sent < sentMax, 'the sender never had to wait')
  let read = 0
  response.end()
  for (let event = await connection.next(); event.kind !== 'end'; event = await connection.next()) read += line.length
  assert.equal(read, sent)
})

test('it ends at once when told to, and says so for ever', async t => {
  const stop = new AbortController()
  const { connection } = await open(t, new ManualClock(), stop.signal)
  const waiting = connection.next()
  stop.abort()
  assert.deepEqual(await waiting, { kind: 'end', why: 'stopped' })
  assert.deepEqual(await connection.next(), { kind: 'end', why: 'stopped' })
})

/** A clock that is set, beside the time that passes. */
function setClock(time: ManualClock): Clock & { by: number } {
  const clock = { by: 0, now: () => time.now() + clock.by, sleep: (ms: number, s?: AbortSignal) => time.sleep(ms, s) }
  return clock
}

test('what comes after hours in which the machine slept is kept but not taken for the present, and the connection ends', async t => {
  const clock = setClock(new ManualClock())
  const { connection, response } = await open(t, clock)
  const next = connection.next()
  await turns()
  clock.by = 8 * 3_600_000
  response.write('{"data":1}\r\n')
  assert.deepEqual(await next, { kind: 'line', text: '{"data":1}', at: clock.now(), fresh: false })
  assert.deepEqual(await connection.next(), { kind: 'end', why: 'no byte for 45 s' })
  assert.ok(connection.lastByteAt < clock.now() - 7 * 3_600_000, 'nothing since then is known to be whole')
})

test('a timer that rings before the socket is read does not throw away what came meanwhile', async t => {
  let now = Date.UTC(2026, 0, 5, 9)
  const rings: (() => void)[] = []
  const clock = { now: () => now, sleep: () => new Promise<void>(resolve => rings.push(resolve)) }
  const { connection, response } = await open(t, clock)
  const next = connection.next()
  await turns()
  // Both in one turn of the loop, in which nothing is read: the bytes are in the socket when the silence is judged.
  response.write('{"data":1}\r\n')
  now += 45_000
  for (const ring of rings) ring()
  assert.deepEqual(await next, { kind: 'line', text: '{"data":1}', at: now, fresh: false })
  assert.deepEqual(await connection.next(), { kind: 'end', why: 'no byte for 45 s' })
})

test('a clock that is set back does not make a silence younger', async t => {
  const time = new ManualClock()
  const clock = setClock(time)
  const { connection } = await open(t, clock)
  const next = connection.next()
  await time.advance(30_000)
  clock.by = -3 * 3_600_000
  await time.advance(120_000)
  assert.deepEqual(await next, { kind: 'end', why: 'no byte for 45 s' })
})
