/**
 * The seven commands of the old bot, with their meaning kept: each took its whole text as one item. What the old bot stored as
 * one string is a word or a phrase here, never an expression: `dark matter` was looked for as it stood, and so it is.
 */
import { tidy } from './args.ts'
import { type Control, told } from './control.ts'
import { follow, unfollow } from './follow.ts'
import { oldHelp } from './help.ts'
import { listFollows, listKeywords } from './list.ts'
import { addTerms, removeTerms } from './terms.ts'
import { code } from './words.ts'

/** The one expression that an old keyword means: a single word, tag or name as it is, everything else as a phrase. */
export function oldKeyword(text: string): string {
  const literal = tidy(text)
    .replaceAll(/\s+/g, ' ')
    .replace(/^"(.*)"$/, '$1')
  if (/^[#$@]?[\p{L}\p{M}\p{N}_]+$/u.test(literal) && !/^(?:or|and|not)$/i.test(literal)) return literal
  return literal === '' ? '' : `"${literal.replaceAll('"', '')}"`
}

const addKeyword: Control = async (deps, who, channel, args) => {
  const expression = oldKeyword(args)
  if (expression === '') return told('Which keyword? For example: `/add_keyword dark matter`.')
  const answer = await addTerms(deps, who, channel, expression, 'keywords')
  if (!expression.startsWith('"') || !answer.changed) return answer
  const words = expression.replaceAll('"', '')
  return {
    ...answer,
    text: `${answer.text}\nThat is a phrase: its words in this order, next to each other. For posts that have them anywhere: ${code(`/birdwire keyword add ${words}`)}.`,
  }
}

const removeKeyword: Control = async (deps, who, channel, args) => {
  const expression = oldKeyword(args)
  if (expression === '')
    return told('Which keyword? For example: `/remove_keyword dark matter`. `/keywords` shows them.')
  return removeTerms(deps, who, channel, expression, 'keywords')
}

/** By command, as Slack sends it. */
export const oldCommands: Readonly<Record<string, Control>> = {
  '/users': listFollows,
  '/keywords': listKeywords,
  '/add_user': follow,
  '/remove_user': unfollow,
  '/add_keyword': addKeyword,
  '/remove_keyword': removeKeyword,
  '/help': oldHelp,
}
