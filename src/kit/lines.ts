/**
 * Lines out of bytes. A stream's chunks say nothing about its lines: a line may span many chunks, a chunk hold many
 * lines, a character be cut in two and a line's `\r\n` arrive on its own. So bytes are scanned for `\n`, pieces are kept as
 * they came, and only a whole line is decoded. Work and memory are linear in the input, however it is cut.
 * It does not look into a line.
 */

/**
 * `line`: a whole line without its ending. `blank`: an empty one (what streams send to keep a connection alive).
 * `too-long`: a line over the limit, of which only the beginning was kept. `cut`: what was left when the input ended.
 */
export type Line =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'blank' }
  | { readonly kind: 'too-long'; readonly head: string; readonly bytes: number }
  | { readonly kind: 'cut'; readonly text: string }

const newline = 0x0a
const carriageReturn = 0x0d
/** Characters kept of a line that is over the limit: enough to recognise it by. */
const headChars = 200

const blank: Line = { kind: 'blank' }

export class LineSplitter {
  readonly #maxBytes: number
  /** Pieces of the line that has no end yet. */
  #pieces: Buffer[] = []
  #pieceBytes = 0
  /** Set while the rest of a line over the limit is skipped. */
  #skipping: { head: string; bytes: number } | undefined

  /** A line of more than `maxBytes` bytes, its ending not counted, is reported and skipped instead of kept. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The lines that this chunk completes, in order. The chunk may be kept: do not write into it afterwards. */
  push(chunk: Buffer): readonly Line[] {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      lines.push(this.#complete(chunk, start, end))
      start = end + 1
    }
    if (start < chunk.length) this.#keep(start === 0 ? chunk : chunk.subarray(start))
    return lines
  }

  /** What is left over at the end of the input: a line that was cut in half, if any. */
  end(): Line | undefined {
    const rest = this.#skipping ?? (this.#pieceBytes > 0 ? Buffer.concat(this.#pieces) : undefined)
    this.#pieces = []
    this.#pieceBytes = 0
    this.#skipping = undefined
    if (rest === undefined) return undefined
    if (!Buffer.isBuffer(rest)) return { kind: 'too-long', ...rest }
    const text = rest.toString('utf8')
    return text === '\r' ? undefined : { kind: 'cut', text }
  }

  #complete(chunk: Buffer, start: number, end: number): Line {
    if (this.#skipping !== undefined) {
      const line: Line = { kind: 'too-long', head: this.#skipping.head, bytes: this.#skipping.bytes + end - start }
      this.#skipping = undefined
      return line
    }
    if (this.#pieceBytes === 0) return this.#decode(chunk, start, end)
    this.#pieces.push(chunk.subarray(start, end))
    const whole = Buffer.concat(this.#pieces, this.#pieceBytes + end - start)
    this.#pieces = []
    this.#pieceBytes = 0
    return this.#decode(whole, 0, whole.length)
  }

  #decode(bytes: Buffer, start: number, lineEnd: number): Line {
    const end = lineEnd > start && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd
    if (end === start) return blank
    if (end - start > this.#maxBytes)
      return { kind: 'too-long', head: head(bytes.subarray(start, end)), bytes: end - start }
    return { kind: 'line', text: bytes.toString('utf8', start, end) }
  }

  #keep(piece: Buffer): void {
    if (this.#skipping !== undefined) {
      this.#skipping.bytes += piece.length
      return
    }
    this.#pieces.push(piece)
    this.#pieceBytes += piece.length
    // One byte of grace: it may be the `\r` of an ending that is not counted.
    if (this.#pieceBytes <= this.#maxBytes + 1) return
    this.#skipping = { head: head(Buffer.concat(this.#pieces)), bytes: this.#pieceBytes }
    this.#pieces = []
    this.#pieceBytes = 0
  }
}

function head(bytes: Buffer): string {
  return bytes.toString('utf8', 0, headChars * 4).slice(0, headChars)
}
