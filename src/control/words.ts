/**
 * How controls write: mrkdwn of our own around text that is not ours. Whatever comes from outside passes `plain` or `name`
 * first, so that it cannot ping, link or format anything (I8). docs.slack.dev/messaging/formatting-message-text
 */
import type { Account } from '../domain/account.ts'
import type { Actor } from './control.ts'

const nameCharsMax = 80
const wordJoiner = '\u2060'

/** Control characters, and the invisible ones that reorder or hide text. Joiners stay: emoji and some scripts need them. */
export const invisible = /[\p{Cc}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/** Text from outside, to be read as it is. */
export function plain(text: string): string {
  return escaped(text.replaceAll(/\s+/g, ' ')).trim()
}

/** After an "@", in letters that look like these too (fullwidth, circled, bold). */
const everybody = /^(?:here|channel|everyone|group)(?![a-z0-9])/i

/** What Slack wants escaped; a bare `@here`, which it turns into a ping in some texts, is broken too. */
function escaped(text: string): string {
  return text
    .replaceAll(invisible, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[@＠﹫](?=(\S{1,16}))/gu, (at, rest: string) =>
      everybody.test(rest) || everybody.test(rest.normalize('NFKC')) ? `${at}${wordJoiner}` : at,
    )
}

/** A name that somebody outside gave themselves, or any text on one line: no formatting, no address that becomes a link, not longer than `charsMax`. */
export function name(text: string, charsMax = nameCharsMax): string {
  const whole = [...text]
  const cut = whole.length > charsMax ? `${whole.slice(0, charsMax).join('')}…` : text
  return plain(cut)
    .replaceAll('*', '∗')
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
    .replaceAll('://', `:${wordJoiner}//`)
}

/** "Mira Okafor (@mira_okafor)". */
export function person(account: Account): string {
  const handle = plain(`@${account.handle}`)
  const shown = name(account.name)
  return shown === '' ? handle : `${shown} (${handle})`
}

/** Something typed or stored, set off as code. */
export function code(text: string): string {
  const shown = plain(text).replaceAll('`', 'ˋ')
  return shown === '' ? '(nothing)' : `\`${shown}\``
}

/** Lines as they are, in a block of code. */
export function codeBlock(lines: readonly string[]): string {
  return `\`\`\`\n${lines.map(line => escaped(line).replaceAll('`', 'ˋ')).join('\n')}\n\`\`\``
}

/**
 * Who did it, for the line in the channel. Never a mention: that would ping them in their own channel. Slack sends the
 * name with each command; without it the id is shown as code, which Slack does not turn into a mention.
 */
export function signature(who: Actor): string {
  if (who.name !== undefined && who.name.trim() !== '') return `*${name(who.name)}*`
  if (/^[UW][A-Z0-9]+$/.test(who.id)) return code(who.id)
  if (who.id === 'command line') return 'Somebody at the server'
  return `*${name(who.id)}*`
}

/** An answer for a terminal: without mrkdwn's signs and escapes. */
export function forTerminal(mrkdwn: string): string {
  return mrkdwn
    .replaceAll(/```\n?|`/g, '')
    .replaceAll(/<(https?:[^|>]+)\|([^>]+)>/g, '$2 $1')
    .replaceAll(/(?<!\S)\*(\S[^*\n]*)\*/g, '$1')
    .replaceAll(wordJoiner, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim()
}

/** "a", "a and b", "a, b and c"; beyond `max` the rest is counted. */
export function listed(items: readonly string[], max = Number.POSITIVE_INFINITY): string {
  if (items.length > max) return `${items.slice(0, max).join(', ')} and ${items.length - max} more`
  if (items.length <= 1) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** "1 post", "3 posts". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/** How long, in the largest fitting unit: "40 seconds", "3 hours". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 90) return counted(seconds, 'second')
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return counted(minutes, 'minute')
  const hours = Math.round(minutes / 60)
  return hours < 48 ? counted(hours, 'hour') : counted(Math.round(hours / 24), 'day')
}

export function ago(now: number, then: number): string {
  return now - then < 2000 ? 'just now' : `${duration(now - then)} ago`
}
