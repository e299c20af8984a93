/**
 * A filter as text. `parse(print(filter))` is the filter again, and the text is the one canonical form: it is what is stored and
 * shown, and it keeps the letters as typed. `keyOf` is for comparing: filters that look for the same words have the same key.
 */
import type { Filter, Term } from './filter.ts'
import { fold, needleOf } from './text.ts'

/** Words that cannot stand bare, in any case: they would be taken for operators. */
export const reserved: ReadonlySet<string> = new Set(['and', 'or', 'not'])

export function print(filter: Filter): string {
  return write(filter, { words: quotedWhereNeeded, name: name => name })
}

/** The same for two filters that differ only in how their words are written: case, width, composition, punctuation. */
export function keyOf(filter: Filter): string {
  return write(filter, { words: tokensOf, name: fold })
}

interface Hand {
  readonly words: (text: string) => string
  readonly name: (name: string) => string
}

function write(filter: Filter, hand: Hand): string {
  switch (filter.kind) {
    case 'and':
      return filter.all.map(part => (part.kind === 'or' ? `(${write(part, hand)})` : write(part, hand))).join(' ')
    case 'or':
      return filter.any.map(branch => write(branch, hand)).join(' OR ')
    case 'not':
      return `-${writeTerm(filter.of, hand)}`
    default:
      return writeTerm(filter, hand)
  }
}

function writeTerm(term: Term, hand: Hand): string {
  switch (term.kind) {
    case 'text':
      return hand.words(term.text)
    case 'url':
      return `url:${hand.words(term.text)}`
    case 'hashtag':
      return `#${hand.name(term.name)}`
    case 'cashtag':
      return `$${hand.name(term.name)}`
    case 'mention':
      return `@${hand.name(term.name)}`
    case 'from':
      return `from:${hand.name(term.who)}`
    case 'lang':
      return `lang:${term.lang}`
    case 'has':
    case 'is':
      return `${term.kind}:${term.what}`
  }
}

// Everything else is quoted: X wants quotes around a keyword with punctuation in it and around variants of an emoji.
const bare = /^(?:[\p{L}\p{M}\p{N}]+|\p{Emoji_Presentation})$/u

function quotedWhereNeeded(text: string): string {
  return bare.test(text) && !reserved.has(text.toLowerCase()) ? text : `"${text}"`
}

function tokensOf(text: string): string {
  const { tokens, glued } = needleOf(text)
  return `"${tokens.map((token, index) => (index > 0 && glued[index] !== true ? ` ${token}` : token)).join('')}"`
}
