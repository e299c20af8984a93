/**
 * X's rule language: text → tree, or the sentences with which X refuses it.
 *
 * Messages that were recorded from X are used word for word (docs.x.com/x-api/posts/filtered-stream/integrate/operators,
 * public issue threads of tweepy, twitter-stream-api, gnip4j). Where X's behaviour is not known it is strict: a client that is accepted here
 * is accepted there. Positions count from 1.
 */
import { checkOperator } from './operators.ts'

export type RuleLeaf =
  | { readonly kind: 'word' | 'emoji'; readonly text: string; readonly at: number }
  /** `within` is the N of `"a b"~N`. */
  | { readonly kind: 'phrase'; readonly text: string; readonly within?: number; readonly at: number }
  | { readonly kind: 'hashtag' | 'mention' | 'cashtag'; readonly text: string; readonly at: number }
  | { readonly kind: 'operator'; readonly name: string; readonly value: string; readonly at: number }

export type RuleNode =
  | RuleLeaf
  | { readonly kind: 'and' | 'or'; readonly children: readonly RuleNode[] }
  | { readonly kind: 'not'; readonly child: RuleNode }

/** Where the text is used: search lacks `sample:` and `bio*:`, the stream lacks nothing that search has here. */
export type Product = 'stream' | 'search'

export type Parsed = { readonly tree: RuleNode } | { readonly details: readonly string[] }

/** Ends a parse; caught in `parseRule` and never seen outside. */
class RefusedError extends Error {
  readonly code = 'rule-refused'
}

/** Not allowed as the only positive word of a rule (PowerTrack's list, published with the rule language). */
export const stopwords: ReadonlySet<string> = new Set(
  'a an and at but by com from http https if in is it its me my or rt the this to too via we www you'.split(' '),
)

const lexemes = {
  space: /\s+/y,
  phrase: /"([^"]*)"(?:~([0-9]+))?/y,
  operator: /([A-Za-z_]+):/y,
  bareValue: /[^\s()"]+/y,
  area: /\[[^\]]*\]/y,
  word: /[\p{L}\p{N}\p{M}_]+/uy,
  emoji: /(?:\p{RGI_Emoji}|\p{Extended_Pictographic})+/vy,
  sigil: /([#@$])([\p{L}\p{N}\p{M}_]+)/uy,
}

class Parser {
  readonly details: string[] = []
  readonly #text: string
  readonly #product: Product
  #place = 0

  constructor(text: string, product: Product) {
    this.#text = text
    this.#product = product
  }

  whole(): RuleNode {
    const tree = this.#or()
    if (this.#place < this.#text.length) this.#refuse(`missing EOF at '${this.#text[this.#place]}'`)
    return tree
  }

  #or(): RuleNode {
    const children = [this.#and()]
    while (this.#eatOr()) children.push(this.#and())
    const [only] = children
    return children.length === 1 && only !== undefined ? only : { kind: 'or', children }
  }

  #and(): RuleNode {
    const children: RuleNode[] = []
    for (;;) {
      this.#match(lexemes.space)
      if (this.#place >= this.#text.length || this.#text[this.#place] === ')' || this.#atOr()) break
      children.push(this.#unary())
    }
    const [only] = children
    if (only === undefined) {
      const found = this.#atOr() ? 'OR' : (this.#text[this.#place] ?? '<EOF>')
      this.#refuse(`no viable alternative at input '${found}'`)
    }
    return children.length === 1 ? only : { kind: 'and', children }
  }

  #unary(): RuleNode {
    if (this.#text[this.#place] !== '-') return this.#primary()
    this.#place++
    if (this.#text[this.#place] === '(') this.#refuse(`no viable alternative at input '-('`)
    return { kind: 'not', child: this.#unary() }
  }

  #primary(): RuleNode {
    const at = this.#place + 1
    if (this.#text[this.#place] === '(') {
      this.#place++
      const inside = this.#or()
      if (this.#text[this.#place] !== ')') this.#refuse(`mismatched input 'EOF' expecting ')'`)
      this.#place++
      return inside
    }
    const phrase = this.#match(lexemes.phrase)
    if (phrase !== undefined) return this.#phrase(phrase, at)
    const operator = this.#match(lexemes.operator)
    if (operator !== undefined) return this.#operator(operator, at)
    const sigil = this.#match(lexemes.sigil)
    if (sigil !== undefined) return this.#sigil(sigil, at)
    const emoji = this.#match(lexemes.emoji)
    if (emoji !== undefined) return { kind: 'emoji', text: emoji[0], at }
    const word = this.#match(lexemes.word)
    if (word !== undefined) return this.#word(word[0], at)
    const character = String.fromCodePoint(this.#text.codePointAt(this.#place) ?? 0)
    // The two wordings are X's: its lexer knows `[` (a geographical area) but not, say, an apostrophe.
    return this.#refuse(`no viable alternative at ${character === '[' ? 'input' : 'character'} '${character}'`)
  }

  #phrase(match: RegExpExecArray, at: number): RuleNode {
    const text = match[1] ?? ''
    if (!/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text)) this.#refuse(`no viable alternative at input '"'`, at)
    if (match[2] === undefined) return { kind: 'phrase', text, at }
    const within = Number(match[2])
    if (within < 1 || within > 6) this.#refuse(`no viable alternative at input '~${match[2]}'`, at)
    return { kind: 'phrase', text, within, at }
  }

  #operator(match: RegExpExecArray, at: number): RuleNode {
    const name = (match[1] ?? '').toLowerCase()
    const value =
      this.#match(lexemes.phrase)?.[1] ?? this.#match(lexemes.area)?.[0] ?? this.#match(lexemes.bareValue)?.[0]
    if (value === undefined) this.#refuse(`no viable alternative at input '${name}:'`, at)
    this.details.push(...checkOperator(name, value, at, this.#product))
    return { kind: 'operator', name, value, at }
  }

  #sigil(match: RegExpExecArray, at: number): RuleNode {
    const kinds = { '#': 'hashtag', '@': 'mention', $: 'cashtag' } as const
    const sign = match[1] as keyof typeof kinds // the pattern admits only these three
    return { kind: kinds[sign], text: match[2] ?? '', at }
  }

  #word(text: string, at: number): RuleNode {
    const lower = text.toLowerCase()
    if (lower === 'and' || lower === 'or') {
      const join = lower === 'and' ? 'a space to logically join two clauses' : 'OR to logically join two clauses'
      const advice = `Use ${join}, or "${lower}" to find occurrences of ${lower} in text`
      this.details.push(`Ambiguous use of ${lower} as a keyword. ${advice} (at position ${at})`)
    }
    // A keyword ends at a space, a parenthesis or the end: one with punctuation inside has to be quoted.
    const next = this.#text[this.#place]
    if (next !== undefined && !/[\s()]/.test(next)) this.#refuse(`no viable alternative at character '${next}'`)
    return { kind: 'word', text, at }
  }

  #atOr(): boolean {
    return /^OR(?=[\s(]|$)/.test(this.#text.slice(this.#place, this.#place + 3))
  }

  #eatOr(): boolean {
    if (!this.#atOr()) return false
    this.#place += 2
    return true
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#place
    const match = pattern.exec(this.#text)
    if (match === null) return undefined
    this.#place += match[0].length
    return match
  }

  #refuse(message: string, at = this.#place + 1): never {
    this.details.push(`${message} (at position ${at})`)
    throw new RefusedError(message)
  }
}

/** Parses and checks one rule (or search query). Every refusal is a list of X's sentences. */
export function parseRule(text: string, product: Product): Parsed {
  const parser = new Parser(text, product)
  let tree: RuleNode
  try {
    tree = parser.whole()
  } catch (error) {
    if (error instanceof RefusedError) return { details: parser.details }
    throw error
  }
  const details = [...checkStanding(tree), ...parser.details]
  return details.length === 0 ? { tree } : { details }
}

/** Whether a rule may consist of this part: every alternative needs something positive that stands by itself. */
function stands(node: RuleNode): boolean {
  switch (node.kind) {
    case 'and':
      return node.children.some(stands)
    case 'or':
      return node.children.every(stands)
    case 'not':
      return false
    case 'word':
      return !stopwords.has(node.text.toLowerCase())
    case 'operator':
      return !['is', 'has', 'lang', 'sample', 'source'].includes(node.name)
    default:
      return true
  }
}

function positives(node: RuleNode): RuleLeaf[] {
  if ('child' in node) return []
  return 'children' in node ? node.children.flatMap(positives) : [node]
}

function checkStanding(tree: RuleNode): string[] {
  if (stands(tree)) return []
  const nonStopword = 'Rules must contain at least one positive, non-stopword clause (at position 1)'
  const leaves = positives(tree)
  if (leaves.length === 0) return ['Rules must contain a non-negation term (at position 1)', nonStopword]
  const leaning = leaves.find(leaf => leaf.kind === 'operator' && !stands(leaf))
  if (leaning === undefined) return [nonStopword]
  return [`is/has/lang cannot be used as a standalone operator (at position ${leaning.at})`]
}
