/**
 * Foreign text made fit to be handed on: well-formed, without control characters, cut only between characters that people
 * see. Pure. Escaping is not done here (mrkdwn.ts); text in `rich_text` needs none.
 */

/** Embeddings, overrides and isolates: invisible, and able to reverse words that are not theirs. */
const bidiControls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
/** Letters written from right to left. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
const controls = /(?![\n\t])\p{Cc}/gu
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Halves of broken surrogate pairs become U+FFFD, line ends `\n`; control characters, which nobody sees, are left out. */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(controls, '')
}

/**
 * A foreign name or label that stands in a line with words of ours: one line, without bidi controls, and inside an isolate when
 * it is written from right to left, so that it cannot reorder what follows.
 */
export function inline(text: string): string {
  const line = clean(text).replace(bidiControls, '').replace(/\s+/g, ' ').trim()
  return rightToLeft.test(line) ? `\u2068${line}\u2069` : line
}

/** Longer "characters" (heaps of combining marks) may be cut inside, or a single one could cost a whole post. */
const graphemeUnitsMax = 32

/** The longest prefix of `text` whose cost is at most `max`, cut between graphemes. `cost` is of a piece of text, and adds up. */
export function cutWhere(text: string, max: number, cost: (piece: string) => number): string {
  if (cost(text) <= max) return text
  let used = 0
  for (const { segment, index } of graphemes.segment(text)) {
    let at = index
    for (const piece of segment.length > graphemeUnitsMax ? segment : [segment]) {
      used += cost(piece)
      if (used > max) return text.slice(0, at)
      at += piece.length
    }
  }
  return text
}

/** At most `max` UTF-16 units, cut between graphemes, with "…" in place of what is missing. */
export function shorten(text: string, max: number): string {
  return text.length <= max ? text : `${cutWhere(text, max - 1, piece => piece.length)}…`
}
