/** What must hold of words that Birdwire says, whatever came into them from outside. */
import { pings } from '../../../sim/slack/pings.ts'
import { must } from '../target.ts'

/** Slack's limit of a message's text. docs.slack.dev/reference/methods/chat.postMessage#truncating */
const messageCharsMax = 40_000

/** As our own mrkdwn: whole characters, no ping, no link that is not ours, none that is too long (I8). */
export function mustBeSafe(mrkdwn: string): void {
  must(mrkdwn.isWellFormed(), 'what is said holds half of a character', mrkdwn)
  must(mrkdwn.length <= messageCharsMax, 'what is said is longer than Slack takes', String(mrkdwn.length))
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: mrkdwn } }]
  const sentAs = { parse: 'none', linkNames: false, mrkdwn: true, unfurlLinks: false, unfurlMedia: false } as const
  const pinged = pings({ text: mrkdwn, blocks, sentAs })
  must(pinged.length === 0, 'what is said pings somebody', pinged)
  must(
    !/<(?!https:\/\/(?:x\.com|[a-z.]*slack\.com|console\.x\.com|docs\.)|!date\^)[^>]*[|>]/.test(mrkdwn),
    'what is said holds markup of others',
    mrkdwn,
  )
}

/** A sentence for a person: not empty, not long, and not the words of a library or an engine. */
export function mustBeSentence(text: string, charsMax = 1500): void {
  must(text.trim() !== '', 'a reason is empty')
  must(text.length <= charsMax, 'a reason is longer than anybody reads', text)
  must(
    !/\[object |undefined is not|is not a function|Cannot read prop|call stack|ZodError/.test(text),
    'a reason is in the words of an engine',
    text,
  )
}

/** An error of this name, with a sentence, is how it says no; anything else is thrown on. */
export function orRefused<T>(read: () => T, name: string, charsMax?: number): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Error) || error.name !== name) throw error
    mustBeSentence(error.message, charsMax)
    return undefined
  }
}
