/**
 * An answer of a control as a message for one person: its text, and its offers as buttons. Pure. An answer without offers stays a text.
 * docs.slack.dev/reference/block-kit/blocks
 */
import type { Answer, Offer } from '../../control/control.ts'
import { code, plain } from '../../control/words.ts'
import {
  slackActionsMax,
  slackBlockTextCharsMax,
  slackLabelCharsMax,
  slackSectionCharsMax,
  slackValueCharsMax,
} from '../../limits.ts'
import { doAction } from '../actions.ts'

/** A message for the person who asked. */
export interface Ephemeral {
  readonly response_type: 'ephemeral'
  readonly text: string
  readonly blocks?: Block[]
}

type Block =
  | { readonly type: 'section'; readonly text: { type: 'mrkdwn'; text: string; verbatim: true } }
  | { readonly type: 'actions'; readonly elements: Button[] }

interface Button {
  readonly type: 'button'
  readonly action_id: string
  readonly text: { readonly type: 'plain_text'; readonly text: string }
  readonly value: string
  readonly style?: 'primary' | 'danger'
}

export const ephemeral = (text: string): Ephemeral => ({ response_type: 'ephemeral', text })

/** What cannot be a button (too long for Slack) is said in words. */
export function shown(answer: Answer): Ephemeral {
  const offers = answer.offers ?? []
  const asButtons = offers.filter(fits)
  const asWords = offers.filter(offer => !fits(offer))
  const text = [answer.text, ...asWords.map(inWords)].join('\n')
  if (asButtons.length === 0) return ephemeral(text)
  // Longer than Slack takes in blocks: everything in words, where Slack takes more.
  if (text.length > slackBlockTextCharsMax - asButtons.length * slackLabelCharsMax)
    return ephemeral([text, ...asButtons.map(inWords)].join('\n'))
  return { ...ephemeral(text), blocks: [...sections(text), ...actions(asButtons)] }
}

const fits = ({ label, does }: Offer): boolean =>
  label.trim() !== '' && label.length <= slackLabelCharsMax && does.trim() !== '' && does.length <= slackValueCharsMax

const inWords = ({ label, does }: Offer): string => `${plain(label)}: type ${code(`/birdwire ${does}`)}`

function sections(text: string): Block[] {
  return pieces(text, slackSectionCharsMax).map(piece => ({
    type: 'section',
    text: { type: 'mrkdwn', text: piece, verbatim: true },
  }))
}

function actions(offers: readonly Offer[]): Block[] {
  const buttons = offers.map(
    ({ label, does, style }, i): Button => ({
      type: 'button',
      action_id: `${doAction}:${i}`,
      text: { type: 'plain_text', text: label },
      value: does,
      ...(style === undefined ? {} : { style }),
    }),
  )
  const blocks: Block[] = []
  for (let i = 0; i < buttons.length; i += slackActionsMax)
    blocks.push({ type: 'actions', elements: buttons.slice(i, i + slackActionsMax) })
  return blocks
}

const fence = '```'

/**
 * A text in pieces of at most `max` characters, cut at the ends of lines where there are any, and never inside an escaped character or
 * an address. A block of code that is cut goes on in the next piece.
 */
export function pieces(text: string, max: number): readonly string[] {
  const room = max - 2 * (fence.length + 1)
  const cut: string[] = []
  let rest = text
  let inCode = false
  while (rest.length > 0) {
    const end = rest.length <= room ? rest.length : cutAt(rest, room)
    const piece = rest.slice(0, end)
    rest = rest.slice(end)
    const opened = inCode
    if ((piece.split(fence).length - 1) % 2 === 1) inCode = !inCode
    const whole = `${opened ? `${fence}\n` : ''}${piece}${inCode ? `\n${fence}` : ''}`
    if (whole.trim() !== '') cut.push(whole)
  }
  return cut
}

/** Where to cut, at most at `room`. */
function cutAt(text: string, room: number): number {
  const line = text.lastIndexOf('\n', room - 1)
  if (line > 0) return line + 1
  const space = text.lastIndexOf(' ', room - 1)
  const at = space > 0 ? space + 1 : room
  // Not between the two halves of a character, nor inside `&amp;` or `<address|words>`.
  const open = /(?:&[a-z]*|<[^>]*|[\ud800-\udbff])$/.exec(text.slice(0, at))
  return open === null || open.index === 0 ? at : open.index
}
