import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type Line, LineSplitter } from './lines.ts'

function split(chunks: readonly Buffer[], maxBytes = 1000): Line[] {
  const splitter = new LineSplitter(maxBytes)
  const lines = chunks.flatMap(chunk => [...splitter.push(chunk)])
  const rest = splitter.end()
  return rest === undefined ? lines : [...lines, rest]
}

/** Cuts bytes at the given sizes, over and over. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1)
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return chunks
}

const text = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .map(s => s.replaceAll(/[\r\n]/g, '·'))
  .filter(s => s !== '')

test('the same lines come out however the bytes are cut: whole lines, random, tiny, lone delimiters', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(text, { nil: '' }), { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }),
      (lines, sizes) => {
        const expected = lines.map((line): Line => (line === '' ? { kind: 'blank' } : { kind: 'line', text: line }))
        const bytes = Buffer.from(lines.map(line => `${line}\r\n`).join(''))
        const whole = lines.map(line => Buffer.from(`${line}\r\n`))
        const lone = lines.flatMap(line => [Buffer.from(line), Buffer.from('\r\n')]).filter(piece => piece.length > 0)
        for (const chunks of [whole, cut(bytes, sizes), cut(bytes, [1]), lone])
          assert.deepEqual(split(chunks), expected)
      },
    ),
    { numRuns: 200 },
  )
})

test('a line ends at \\n with or without \\r', () => {
  assert.deepEqual(split([Buffer.from('a\nb\r\nc\r\r\n')]), [
    { kind: 'line', text: 'a' },
    { kind: 'line', text: 'b' },
    { kind: 'line', text: 'c\r' },
  ])
})

test('a last line that was cut in half is reported as cut', () => {
  assert.deepEqual(split([Buffer.from('{"a":1}\r\n{"b'), Buffer.from('":')]), [
    { kind: 'line', text: '{"a":1}' },
    { kind: 'cut', text: '{"b":' },
  ])
})

test('half a line ending at the end is nothing', () => {
  assert.deepEqual(split([Buffer.from('\r')]), [])
})

test('a line over the limit is reported with its length and skipped; the next one is read', () => {
  const long = 'x'.repeat(5000)
  for (const sizes of [[10_000], [7], [1], [100, 3]]) {
    assert.deepEqual(split(cut(Buffer.from(`${long}\nnext\n`), sizes), 50), [
      { kind: 'too-long', head: 'x'.repeat(sizes[0] === 10_000 ? 200 : lengthOfHead(sizes)), bytes: 5000 },
      { kind: 'line', text: 'next' },
    ])
  }
})

/** What had been kept when the limit of 50 was passed. */
function lengthOfHead(sizes: readonly number[]): number {
  let kept = 0
  for (let turn = 0; kept <= 51; turn += 1) kept += sizes[turn % sizes.length] ?? 1
  return kept
}

test('a line exactly at the limit is kept, also when its ending comes apart', () => {
  const line = 'y'.repeat(50)
  for (const chunks of [[`${line}\r\n`], [line, '\r\n'], [`${line}\r`, '\n']]) {
    const got = split(
      chunks.map(chunk => Buffer.from(chunk)),
      50,
    )
    assert.deepEqual(got, [{ kind: 'line', text: line }])
  }
})

test('of a line without an end only the beginning is kept', () => {
  const splitter = new LineSplitter(1000)
  for (let turn = 0; turn < 2000; turn += 1) splitter.push(Buffer.alloc(10_000, 0x61))
  assert.deepEqual(splitter.end(), { kind: 'too-long', head: 'a'.repeat(200), bytes: 20_000_000 })
})
