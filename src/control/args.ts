/**
 * Taking apart what a person typed after a verb. Pure, and never throws: keyboards turn quotes into curly ones, people put
 * commas, semicolons and line breaks between things, and paste invisible characters along with names.
 *
 * Text arrives as typed: Slack's own escaping is undone before, but for `<@U…>`, `<#C…>` and `<!…>`, which stay as they are so that a
 * control can say that this is something of Slack's.
 */
import { invisible } from './words.ts'

/** Straight quotes, whole characters, no invisible ones, no space around; line breaks stay. */
export function tidy(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[“”„‟«»″]/g, '"')
    .replaceAll(/[‘’‚‛′]/g, "'")
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(invisible, char => (char === '\n' ? char : ''))
    .trim()
}

/** The first word in lower case, and what follows it. */
export function firstWord(text: string): { readonly word: string; readonly rest: string } {
  const [word = ''] = /^\S*/.exec(text) ?? []
  return { word: word.toLowerCase(), rest: text.slice(word.length).trim() }
}

/** Several names in one line, each once. Something of Slack's (`<@U1|ann lee>`) stays in one piece. */
export function names(text: string): readonly string[] {
  const found = tidy(text).match(/<[^<>\n]*>|[^\s,;<]+|</g) ?? []
  const bare = found.map(item => (item.startsWith('<') ? item : between(item, '"\'([', '"\')].:')))
  const once = new Map<string, string>()
  for (const item of bare) {
    const key = item.toLowerCase().replace(/^@/, '')
    if (key !== '' && !once.has(key)) once.set(key, item)
  }
  return [...once.values()]
}

/** Without these signs at its beginning and its end. By hand: a pattern that looks for a run at the end tries each run before it, too. */
function between(item: string, opening: string, closing: string): string {
  let [from, to] = [0, item.length]
  while (from < to && opening.includes(item.charAt(from))) from++
  while (to > from && closing.includes(item.charAt(to - 1))) to--
  return item.slice(from, to)
}

/** Something that exists in Slack only: a user, a channel, a group, `@here`. */
export function slackThing(item: string): 'a Slack user' | 'a Slack channel' | 'a Slack group' | undefined {
  if (/<@[^<>]*>/.test(item)) return 'a Slack user'
  if (/<#[^<>]*>/.test(item)) return 'a Slack channel'
  if (/<![^<>]*>/.test(item)) return 'a Slack group'
  return undefined
}

/** The handle in a typed name: `@IBM`, `x.com/IBM`, `https://twitter.com/IBM/status/1`. */
export function handleOf(typed: string): string {
  const path = typed.includes('/') ? typed.replace(/^(?:https?:\/\/)?[^/]*\//i, '') : typed
  return (path.split(/[/?#]/)[0] ?? '').replace(/^@/, '')
}

/** Expressions separated by commas or line breaks; those inside quotes belong to the phrase. */
export function expressions(text: string): readonly string[] {
  const pieces = ['']
  let quoted = false
  for (const char of tidy(text)) {
    if (char === '"') quoted = !quoted
    if ((char === ',' && !quoted) || char === '\n') {
      pieces.push('')
      quoted = false
    } else pieces[pieces.length - 1] += char
  }
  return [...new Set(pieces.map(piece => piece.trim()).filter(piece => piece !== ''))]
}
