/**
 * Text → filter. The grammar is X's (docs.x.com/x-api/posts/filtered-stream/integrate/build-a-rule): a blank means and, and binds
 * tighter than OR, which is upper-case; a minus excludes what it touches.
 *
 *   or := and ("OR" and)*      and := unary (blank unary)*      unary := "-"? ( "(" or ")" | term )
 *   term := word | "phrase" | #tag | $cash | @handle | name:value
 *
 * Never throws. What X would refuse is refused here too, at its position and in words for somebody who has never programmed. More
 * generous than X where the meaning is plain: typographic quotes and full-width signs, a word with punctuation in it, a negated group.
 */
import { and, type Filter, not, or, type Term } from './filter.ts'
import { readHandle, readOperator } from './operators.ts'
import { reserved } from './print.ts'
import { needleOf } from './text.ts'

export type Parsed =
  | { readonly ok: true; readonly filter: Filter }
  /** `at` in UTF-16 units from the start of the text; `sentence` says what is wrong and the way out. */
  | { readonly ok: false; readonly at: number; readonly sentence: string }

interface Fault {
  readonly kind: 'fault'
  readonly at: number
  readonly sentence: string
}

/** Brackets in brackets. Deeper ones would only ever be an accident, and reading them takes stack. */
const nestingMax = 20

/** Length is the caller's matter. */
export function parse(text: string): Parsed {
  const reader = new Reader(plain(text))
  const read = reader.whole()
  return read.kind === 'fault' ? { ok: false, at: read.at, sentence: read.sentence } : { ok: true, filter: read }
}

/** Signs as phones and input methods write them, put plain; one unit for one unit, so that positions stay true. */
function plain(text: string): string {
  return text
    .replace(/[“”„‟«»＂]/g, '"')
    .replace(/[–—−‑－]/g, '-')
    .replace(/[（）：＃＄＠]/g, sign => sign.normalize('NFKC'))
}

class Reader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Filter | Fault {
    this.#skipBlanks()
    if (this.#at === this.#text.length)
      return fault(0, 'There is nothing to look for yet. Write a word, or a "phrase in quotes".')
    const filter = this.#or()
    if (filter.kind === 'fault' || this.#at === this.#text.length) return filter
    return fault(
      this.#at,
      'This closing bracket has no opening one. Take it away, or add ( before the words it closes.',
    )
  }

  #or(): Filter | Fault {
    const branches: Filter[] = []
    do {
      const branch = this.#and(branches.length > 0)
      if (branch.kind === 'fault') return branch
      branches.push(branch)
    } while (this.#takeOr())
    return or(branches)
  }

  #and(afterOr: boolean): Filter | Fault {
    const parts: Filter[] = []
    this.#skipBlanks()
    while (this.#at < this.#text.length && this.#text[this.#at] !== ')' && !this.#seesOr()) {
      const part = this.#unary()
      if (part.kind === 'fault') return part
      parts.push(part)
      this.#skipBlanks()
    }
    if (parts.length > 0) return and(parts)
    if (afterOr) return fault(this.#at, 'OR needs something on both sides, as in: quantum OR "dark matter".')
    if (this.#seesOr()) {
      return fault(this.#at, 'OR needs something before it. To look for the word itself write "or" in quotation marks.')
    }
    return fault(
      this.#at,
      this.#depth > 0 ? 'There is nothing between these brackets.' : 'There is no word before this bracket.',
    )
  }

  #unary(): Filter | Fault {
    if (this.#text[this.#at] !== '-') return this.#primary()
    const at = this.#at++
    const next = this.#text[this.#at]
    if (next === undefined || /[\s)]/.test(next)) {
      return fault(at, 'A minus must touch the word that it keeps out, as in -giveaway.')
    }
    if (next === '-') return fault(at, 'One minus is enough to keep a word out, as in -giveaway.')
    const part = this.#primary()
    return part.kind === 'fault' ? part : not(part)
  }

  #primary(): Filter | Fault {
    switch (this.#text[this.#at]) {
      case '(':
        return this.#group()
      case '"':
        return this.#phrase()
      case '#':
      case '$':
      case '@':
        return this.#sign()
      default:
        return this.#word()
    }
  }

  #group(): Filter | Fault {
    const at = this.#at++
    if (this.#depth === nestingMax) return fault(at, 'There are too many brackets inside one another. Take some away.')
    this.#depth++
    const filter = this.#or()
    this.#depth--
    if (filter.kind === 'fault') return filter
    if (this.#text[this.#at] !== ')') return fault(at, 'This bracket is never closed. Add ) where the group ends.')
    this.#at++
    return filter
  }

  #phrase(): Term | Fault {
    const at = this.#at
    const text = this.#quoted()
    if (typeof text !== 'string') return text
    if (this.#text[this.#at] === '~') {
      return fault(this.#at, 'Words near each other (the ~) cannot be asked for here. Leave out the ~ and its number.')
    }
    if (needleOf(text).tokens.length === 0) {
      return fault(at, 'There is no word between these quotation marks. Put the words to look for between them.')
    }
    return { kind: 'text', text }
  }

  /** What stands between two quotation marks, blanks collapsed. */
  #quoted(): string | Fault {
    const at = this.#at
    const close = this.#text.indexOf('"', at + 1)
    if (close < 0) return fault(at, 'This quotation mark is never closed. Add another " where the phrase ends.')
    this.#at = close + 1
    return this.#text
      .slice(at + 1, close)
      .trim()
      .replace(/\s+/g, ' ')
  }

  #sign(): Term | Fault {
    const at = this.#at
    const sign = this.#text[at]
    this.#at++
    const name = this.#bare()
    if (sign === '@') {
      const handle = readHandle(name)
      if (handle !== undefined) return { kind: 'mention', name: handle }
      return fault(at, 'A mention is @ and a handle of letters, digits and _, as in @mira_okafor.')
    }
    // A tag of digits alone is none on the networks: "#1" and "$5" stay plain text there. Shares have classes: $BRK.B.
    const tag = sign === '$' ? name.replace(/[.](?=[A-Za-z]{1,2}$)/, '_') : name
    if (/^[\p{L}\p{M}\p{N}_]+$/u.test(tag) && /[\p{L}\p{M}_]/u.test(tag)) {
      return sign === '#' ? { kind: 'hashtag', name } : { kind: 'cashtag', name }
    }
    const way = `To look for the words wherever they stand, leave out the ${sign}.`
    if (sign === '#')
      return fault(at, `A hashtag is # and letters, digits or _, not digits alone, as in #physics. ${way}`)
    return fault(at, `A cashtag is $ and letters, as in $TSLA. ${way}`)
  }

  #word(): Term | Fault {
    const at = this.#at
    const text = this.#bare()
    const operator = /^([\p{L}_]+):(.*)$/su.exec(text)
    if (operator !== null) {
      const [, name = '', bareValue = ''] = operator
      const value = bareValue === '' && this.#text[this.#at] === '"' ? this.#quoted() : bareValue
      if (typeof value !== 'string') return value
      const read = readOperator(name, value)
      return read.kind === 'fault' ? fault(at, read.sentence) : read
    }
    if (reserved.has(text.toLowerCase())) return fault(at, reservedSentence(text))
    if (needleOf(text).tokens.length > 0) return { kind: 'text', text }
    return fault(at, `"${text}" has no letter, digit or emoji to look for. Punctuation alone cannot be found.`)
  }

  /** Everything up to a blank, a bracket or a quotation mark. */
  #bare(): string {
    const at = this.#at
    while (this.#at < this.#text.length && !/[\s()"]/.test(this.#text[this.#at] ?? '')) this.#at++
    return this.#text.slice(at, this.#at)
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  #seesOr(): boolean {
    return this.#text.startsWith('OR', this.#at) && /^[\s()"]?$/.test(this.#text[this.#at + 2] ?? '')
  }

  #takeOr(): boolean {
    if (!this.#seesOr()) return false
    this.#at += 2
    return true
  }
}

function fault(at: number, sentence: string): Fault {
  return { kind: 'fault', at, sentence }
}

function reservedSentence(word: string): string {
  const itself = `To look for the word itself write "${word}" in quotation marks.`
  switch (word.toLowerCase()) {
    case 'or':
      return `For "this or that" write OR in capital letters. ${itself}`
    case 'and':
      return `Leave out ${word}: a blank between two words already asks for both. ${itself}`
    default:
      return `To keep a word out, put a minus before it, as in -giveaway. ${itself}`
  }
}
