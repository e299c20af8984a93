/** The stream's bytes: lines out of chunks that were cut anywhere, each line counted once (I3), and what a line says. */
import { dropReasons } from '../../../src/domain/drop.ts'
import { type Line, LineSplitter } from '../../../src/kit/lines.ts'
import { type Random, seededRandom } from '../../../src/kit/random.ts'
import { deletedPost } from '../../../src/source/x/activity/schema.ts'
import { finish, parseLine } from '../../../src/source/x/to-post.ts'
import { byteInput, bytesOf, hashOf, must, type Target } from '../target.ts'
import { wires } from './wires.ts'

/** Small enough that the inputs here reach it. */
const lineBytesMax = 4096

export const xStream: Target = {
  name: 'x-stream',
  shape: 'bytes',
  share: 150,
  // Many more short lines take longer than an input may: each costs the exception that says that it is no JSON.
  charsMax: 20_000,
  seeds: [
    ...wires.slice(0, 3).map(wire => byteInput(`${wire}\r\n\r\n`)),
    byteInput(
      '{"errors":[{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect","detail":"…"}]}\r\n',
    ),
    byteInput('{"data":{"event_type":"post.delete","payload":{"id":"1857229011233410001"}}}\r\n\r\n'),
    byteInput('\r\n\n\r\r\n"日本 👩🏽‍🔬"\r\n'),
  ],
  words: [
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    'x'.repeat(lineBytesMax),
    'y'.repeat(lineBytesMax - 2),
    byteInput('😀'),
    '{"data":',
  ],
  open: () => ({
    run(input) {
      const bytes = bytesOf(input)
      const random = seededRandom(hashOf(input))
      const read = linesOf(chunksOf(bytes, random))
      for (const line of read) if (line.kind === 'line') mustRead(line.text)
      return () => {
        const wanted = linesOf([bytes])
        must(same(read, wanted), 'lines depend on how they were cut', { read: read.length, wanted: wanted.length })
        must(same(read, byHand(bytes)), 'lines are not what stands between the line feeds')
      }
    },
  }),
}

function linesOf(chunks: readonly Buffer[]): readonly Line[] {
  const splitter = new LineSplitter(lineBytesMax)
  const lines = chunks.flatMap(chunk => splitter.push(chunk))
  const rest = splitter.end()
  return rest === undefined ? lines : [...lines, rest]
}

/** One byte at a time, few, many, or all at once, with empty ones in between. */
function chunksOf(bytes: Buffer, random: Random): readonly Buffer[] {
  const size = [1, 2, 7, 64, 1500, 100_000][Math.floor(random() * 6)] ?? 1
  const chunks: Buffer[] = []
  // A long input byte by byte costs much and shows nothing more.
  const step = Math.max(size, Math.ceil(bytes.length / 600))
  for (let at = 0; at < bytes.length; ) {
    const length = Math.floor(random() * (step + 1))
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return chunks
}

/** The same in the plainest way there is. */
function byHand(bytes: Buffer): readonly Line[] {
  const pieces: Buffer[] = []
  let start = 0
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0x0a) continue
    pieces.push(bytes.subarray(start, at))
    start = at + 1
  }
  const rest = bytes.subarray(start)
  const lines = pieces.map((piece): Line => {
    const whole = piece.at(-1) === 0x0d ? piece.subarray(0, -1) : piece
    if (whole.length === 0) return { kind: 'blank' }
    return whole.length > lineBytesMax
      ? { kind: 'too-long', head: '', bytes: 0 }
      : { kind: 'line', text: whole.toString() }
  })
  if (rest.length === 0 || (rest.length === 1 && rest[0] === 0x0d)) return lines
  return [
    ...lines,
    rest.length > lineBytesMax + 1 ? { kind: 'too-long', head: '', bytes: 0 } : { kind: 'cut', text: rest.toString() },
  ]
}

/** How many bytes a line over the limit had is told only roughly: its ending may count. */
function same(a: readonly Line[], b: readonly Line[]): boolean {
  const key = (line: Line) => (line.kind === 'line' || line.kind === 'cut' ? `${line.kind} ${line.text}` : line.kind)
  return a.length === b.length && a.every((line, i) => key(line) === key(b[i] ?? { kind: 'blank' }))
}

function mustRead(line: string): void {
  deletedPost(line)
  const reading = finish(parseLine(line))
  if (reading.kind === 'drop') must(dropReasons.includes(reading.reason), 'a drop has a reason that is not in the list')
}
