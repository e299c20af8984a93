/**
 * The command inside another one: `preview keyword add ibm`, `save … mute ligo_lab`. Read in one place, so that what is asked for its permission
 * is what is run.
 */
import { firstWord, tidy } from './args.ts'
import type { Control } from './control.ts'
import type { Need } from './may.ts'
import { code, listed } from './words.ts'

/** Structurally a verb of verbs.ts, which imports this. */
interface Doable {
  readonly run: Control
  readonly needs: Need | ((args: string) => Need)
}

/** What a word means as the first of a command: its verb's own name, synonyms resolved; undefined for none. */
export type Lookup = (word: string) => { readonly verb: string; readonly doable: Doable } | undefined

/** Ready to be run. */
export interface Command {
  readonly run: Control
  readonly need: Need
  readonly args: string
  /** As one would type it after `/birdwire`. */
  readonly text: string
}

/** What changes nothing but this channel's route, or nothing at all. */
const previewed = [
  'follow',
  'unfollow',
  'mute',
  'unmute',
  'keyword',
  'topic',
  'options',
  'pace',
  'pause',
  'resume',
] as const
const isPreviewed = (verb: string): boolean => previewed.some(known => known === verb)

/** The command, or the sentence that says why there is none that can be previewed. */
export function commandIn(lookup: Lookup, typed: string): Command | string {
  const text = tidy(typed)
  const { word, rest } = firstWord(text)
  if (word === '') return `Which change? ${example}`
  const found = lookup(word)
  if (found === undefined) return `There is no command ${code(word)}. ${example}`
  if (!isPreviewed(found.verb))
    return `${code(word)} cannot be previewed: only ${listed(previewed.map(code))} can. ${example}`
  const { run, needs } = found.doable
  return { run, need: typeof needs === 'function' ? needs(rest) : needs, args: rest, text }
}

const example = 'For example: `/birdwire preview keyword add -giveaway`.'
