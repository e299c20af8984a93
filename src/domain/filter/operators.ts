/**
 * What stands behind `name:` in a filter: its term, or a sentence that says what to write instead. Pure; the grammar around it is in
 * parse.ts.
 */
import { hasWhat, isWhat, type Term } from './filter.ts'
import { needleOf } from './text.ts'

const names = ['from', 'lang', 'has', 'is', 'url'] as const
type Name = (typeof names)[number]

/** What people bring from X's own searches, in our words. */
const otherValues: Readonly<Record<string, string>> = {
  'is:retweet': 'is:repost',
  'has:link': 'has:links',
  'has:urls': 'has:links',
  'has:images': 'has:media',
  'has:image': 'has:media',
  'has:videos': 'has:media',
  'has:video_link': 'has:media',
  'filter:links': 'has:links',
  'filter:media': 'has:media',
}

// X: ^[A-Za-z0-9_]{1,15}$; dots, hyphens and an @domain are other networks' handles.
const handle = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?(?:@[A-Za-z0-9.-]*[A-Za-z0-9])?$/
const language = /^[a-z]{2,3}(?:-[a-z0-9]{1,8})*$/

export type Read = Term | { readonly kind: 'fault'; readonly sentence: string }

function fault(sentence: string): Read {
  return { kind: 'fault', sentence }
}

/** `typed` is the name before the colon, `value` what follows it, out of its quotation marks. */
export function readOperator(typed: string, value: string): Read {
  const lower = typed.toLowerCase()
  const name = names.find(known => known === lower)
  const instead = otherValues[`${lower}:${value.toLowerCase()}`]
  if (instead !== undefined) return fault(`Write ${instead} instead of ${typed}:${value}.`)
  if (name === undefined) return fault(unknownOperator(typed, value))
  if (value === '') return fault(`Something must follow ${name}: directly, without a blank, as in ${example(name)}.`)
  return readValue(name, value)
}

/** A handle as people type it behind `@` or `from:`, without the `@`; undefined when it cannot be one. */
export function readHandle(value: string): string | undefined {
  return handle.test(value) ? value : undefined
}

function readValue(name: Name, value: string): Read {
  switch (name) {
    case 'from': {
      const who = readHandle(value.replace(/^@/, ''))
      return who === undefined
        ? fault(`"${value}" cannot be an account. Write the handle without blanks, as in from:mira_okafor.`)
        : { kind: 'from', who }
    }
    case 'lang': {
      const lang = value.toLowerCase()
      return language.test(lang)
        ? { kind: 'lang', lang }
        : fault(`Languages are written as their short codes: lang:en for English, lang:ja for Japanese.`)
    }
    case 'url':
      return needleOf(value).tokens.length > 0
        ? { kind: 'url', text: value }
        : fault(
            'There is no word behind url: to look for in links. Write a part of the address, as in url:"arxiv.org".',
          )
    case 'has': {
      const what = hasWhat.find(known => known === value.toLowerCase())
      return what === undefined ? fault(notOneOf('has', value, hasWhat)) : { kind: 'has', what }
    }
    case 'is': {
      const what = isWhat.find(known => known === value.toLowerCase())
      return what === undefined ? fault(notOneOf('is', value, isWhat)) : { kind: 'is', what }
    }
  }
}

function example(name: Name): string {
  const values: Readonly<Record<Name, string>> = {
    from: 'mira_okafor',
    lang: 'en',
    has: 'links',
    is: 'quote',
    url: '"arxiv.org"',
  }
  return `${name}:${values[name]}`
}

function unknownOperator(typed: string, value: string): string {
  const meant = nearest(typed.toLowerCase(), names)
  if (meant !== undefined) return `There is no ${typed}: here. Did you mean ${meant}:${value}?`
  if (/^https?$/i.test(typed)) return `To look for a link write url:"${typed}:${value}".`
  const known = names.map(name => `${name}:`).join(' ')
  return `There is no ${typed}: here. To look for these very words write "${typed}:${value}" with the quotation marks; what can stand before a colon is ${known}.`
}

function notOneOf(name: Name, value: string, values: readonly string[]): string {
  const meant = nearest(value.toLowerCase(), values)
  if (meant !== undefined) return `There is no ${name}:${value}. Did you mean ${name}:${meant}?`
  return `There is no ${name}:${value}. Write ${values.map(known => `${name}:${known}`).join(' or ')}.`
}

/** The candidate that is at most two edits away, the nearest first. A word as short as the edits themselves is no hint. */
function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map(candidate => ({ candidate, edits: editsBetween(word, candidate) }))
    .filter(({ candidate, edits }) => edits <= 2 && edits < Math.min(candidate.length, word.length))
    .sort((a, b) => a.edits - b.edits)
  return ranked[0]?.candidate
}

/** Levenshtein's distance. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
