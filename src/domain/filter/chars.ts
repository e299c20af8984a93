/**
 * What single characters are to a filter, and how text is folded so that two spellings of one word become equal: NFKC, full case
 * folding (ß is ss, a final sigma is a sigma), invisible characters dropped. Accents stay: they count, as they do on X.
 *
 * Most characters fold by themselves to one character; a table learnt as characters are met makes those free of `normalize`.
 * The rest (marks that combine, ß, ligatures, jamo) are flagged `needsFold`: a text that has one is folded as a whole.
 */

/** What a character does to the tokens of a text. */
export const kindOf = {
  /** Stands between tokens: blanks, punctuation, symbols. */
  gap: 1,
  /** Joins its neighbours to one token: letters and digits of scripts that put blanks between words. */
  letter: 2,
  /** A token of its own: emoji, and scripts written without blanks, where a keyword is to be found inside a run. */
  solo: 3,
  /** Belongs to the token before it. */
  mark: 4,
  /** Not there at all: joiners, variation selectors, soft hyphens. */
  hidden: 5,
} as const

/** Added to a kind: the text has to be folded as a whole before its tokens can be told. */
export const needsFold = 8

const ascii = /^[\0-\x7f]*$/
// Signs that NFKC would turn into letters of the word before them: "IBM™" is not "ibmtm".
const tradeSigns = /[™℠©®]/gu
const ignorable = /\p{Default_Ignorable_Code_Point}/gu

/** The folded text. Folding twice changes nothing; texts that differ in case, width or composition only fold to the same. */
export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase()
  // ẞ → ß → SS → ss: only lower, upper, lower reaches the full folding.
  // Halves of pairs are made plain first: what stood between two of them must not be dropped and join them.
  const cased = text.toWellFormed().replace(tradeSigns, ' ').normalize('NFKC').toLowerCase().toUpperCase().toLowerCase()
  return cased.replaceAll('ς', 'σ').replace(ignorable, '').normalize('NFKC')
}

const wordy = /^[\p{L}\p{N}]$/u
const unspaced =
  /^[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]$/u
const marking = /^\p{M}$/u
const pictorial = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]$/u
// Hangul vowels and finals: composed with the character before them by NFKC though they are letters.
const jamoTail = /^[\u1160-\u11ff\ud7b0-\ud7ff]$/

function ownKind(char: string): number {
  if (wordy.test(char)) return unspaced.test(char) ? kindOf.solo : kindOf.letter
  if (marking.test(char)) return kindOf.mark
  return pictorial.test(char) && !'©®'.includes(char) ? kindOf.solo : kindOf.gap
}

function classify(char: string): { kind: number; folded: string } {
  const folded = fold(char)
  const own = ownKind(char)
  if (folded === '') return { kind: kindOf.hidden, folded: char }
  if (own === kindOf.mark || jamoTail.test(char)) return { kind: own | needsFold, folded: char }
  if ([...folded].every(part => ownKind(part) === kindOf.gap)) return { kind: kindOf.gap, folded: char }
  const kind = ownKind(folded)
  const simple = folded.length === 1 && char.length === 1 && kind !== kindOf.mark && !jamoTail.test(folded)
  if (simple) return { kind, folded }
  return { kind: folded === char ? own : own | needsFold, folded: char }
}

const table = new Uint32Array(0x10000)
const wideKinds = new Map<number, number>()

/**
 * By UTF-16 unit: its kind, perhaps with `needsFold`, above its folded unit in the lower 16 bits; 0 where it was not met yet: then `learn`
 * tells. Halves of a pair are never in it. One table, because the look-up is what reading a text costs.
 */
export const knownUnits: Readonly<Uint32Array> = table

/** The entry of `knownUnits` for a unit that is not half of a pair. */
export function learn(unit: number): number {
  const { kind, folded } = classify(String.fromCharCode(unit))
  const entry = (kind << 16) | folded.charCodeAt(0)
  table[unit] = entry
  return entry
}

/** Kind of a character above U+FFFF. */
export function wideKind(codePoint: number): number {
  const known = wideKinds.get(codePoint)
  if (known !== undefined) return known
  const { kind } = classify(String.fromCodePoint(codePoint))
  wideKinds.set(codePoint, kind)
  return kind
}
