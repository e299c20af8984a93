/**
 * How X cuts text into tokens for matching: at punctuation, symbols and separators, letter case ignored, an emoji being
 * a token of its own. Scripts written without spaces are cut into single characters, so that a run of them matches
 * wherever it stands; X does not document what it does there.
 */

const pieces = /\p{RGI_Emoji}|\p{Extended_Pictographic}|[\p{L}\p{N}\p{M}]+/gv
const unspaced =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]|[^\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]+/gu

/** Lower-cased tokens in order. `folded` also removes accents, as recent search does and the stream does not. */
export function tokenize(text: string, folded = false): string[] {
  const lower = text.normalize('NFC').toLowerCase()
  const plain = folded
    ? lower
        .normalize('NFD')
        .replace(/\p{Mn}/gu, '')
        .normalize('NFC')
    : lower
  return [...plain.matchAll(pieces)].flatMap(([piece]) => piece.match(unspaced) ?? [])
}

/** Whether the tokens occur next to each other in this order. */
export function containsRun(tokens: readonly string[], run: readonly string[]): boolean {
  if (run.length === 0) return false
  return tokens.some((_, start) => run.every((token, i) => tokens[start + i] === token))
}

/**
 * `"a b"~N`: the two outermost tokens stand at most N tokens apart; in reversed order at most N-2
 * (docs.x.com/…/filtered-stream/integrate/operators).
 */
export function containsNear(tokens: readonly string[], run: readonly string[], within: number): boolean {
  const last = run.at(-1)
  const positions = (token: string | undefined) => tokens.flatMap((other, i) => (other === token ? [i] : []))
  const lasts = positions(last)
  return positions(run[0]).some(a =>
    lasts.some(b => {
      const apart = b > a ? b - a - 1 <= within : a - b - 1 <= within - 2
      const span = tokens.slice(Math.min(a, b), Math.max(a, b) + 1)
      return a !== b && apart && run.every(token => span.includes(token))
    }),
  )
}
