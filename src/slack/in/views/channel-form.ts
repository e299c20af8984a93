/**
 * A channel's modal: what it wants, what that brings and costs, and the form to change it, or the same without a form for who may only look.
 * Pure: an overview and what was entered so far to a view within Slack's limits. docs.slack.dev/surfaces/modals
 */
import type { Answer } from '../../../control/control.ts'
import type { ChannelOverview } from '../../../control/overview.ts'
import { comingInWords } from '../../../control/pace-words.ts'
import { ago, code, counted, listed, person, plain } from '../../../control/words.ts'
import { dollars } from '../../../domain/money/dollars.ts'
import { modalFollowsMax, modalSectionsMax } from '../../../limits.ts'
import { actionOf, blockOf, type Entered, type Field, isWhole, kinds, shownOf, type TextField } from './fields.ts'
import {
  actions,
  type Block,
  boxes,
  button,
  type Choice,
  context,
  divider,
  header,
  type Modal,
  plainText,
  radio,
  sections,
  textInput,
} from './parts.ts'

/** What a view must know of itself when it is sent; at most 3,000 characters of JSON. */
export interface Memory {
  readonly channel: string
  /** The newest change that it showed. */
  readonly change?: string
  /** How often it was shown anew. */
  readonly round: number
  /** It was opened in the channel: who sent it is in it. */
  readonly here: boolean
}

/** Form and answers, as `view_submission` names them. */
export const formId = 'view:channel'
const answerId = 'view:answer'

/** Buttons in a view. */
export const openAction = 'view:open'
export const doAction = 'view:do'

const modal = (
  memory: Memory,
  blocks: Block[],
  rest: { readonly submit?: string; readonly id?: string } = {},
): Modal => ({
  type: 'modal',
  callback_id: rest.id ?? answerId,
  private_metadata: JSON.stringify(memory),
  title: plainText('Birdwire'),
  close: plainText('Close'),
  ...(rest.submit === undefined ? {} : { submit: plainText(rest.submit) }),
  blocks,
})

/** What shows while the rest is looked up. */
export const waiting = (memory: Memory, text: string): Modal => modal(memory, sections(text, 1))

/** What was done, with what may come next as buttons. */
export function answerView(memory: Memory, answer: Answer): Modal {
  const offers = (answer.offers ?? []).map(({ label, does, style }, i) =>
    button(`${doAction}:${i}`, label, does, style),
  )
  return modal(memory, [
    ...sections(answer.text, modalSectionsMax),
    ...actions([...offers, button(openAction, 'Back to the channel', memory.channel)]),
  ])
}

/** For who may only look; `why` says who may do more. */
export const lookView = (memory: Memory, overview: ChannelOverview, why: string): Modal =>
  modal(memory, [...summary(overview), ...wishes(overview), context(why)])

/** `entered`: what a person typed already; `problems`: what cannot be, in plain text; `said`: what is told above all, mrkdwn of ours. */
export function formView(
  memory: Memory,
  overview: ChannelOverview,
  more: { readonly entered?: Entered; readonly problems?: ReadonlyMap<Field, string>; readonly said?: string } = {},
): Modal {
  const { round } = memory
  const { route } = overview
  const shown = shownOf(route)
  const texts = { ...shown.texts, ...more.entered?.texts }
  const noted = (field: Field): Block[] => {
    const problem = more.problems?.get(field)
    return problem === undefined ? [] : [context(`:warning: ${problem.split('\n').map(plain).join('\n')}`)]
  }
  const id = (field: Field) => ({ block_id: blockOf(field, round), action: actionOf(field) })
  const field = (name: TextField, words: Parameters<typeof textInput>[1], multiline = false): Block[] => [
    textInput(id(name), words, texts[name], multiline),
    ...noted(name),
  ]
  const list = (name: 'keywords' | 'blocks' | 'topics', what: string, hint: string): Block[] =>
    isWhole(name, route)
      ? field(name, { label: what, hint }, true)
      : field(
          name,
          { label: `${what}: add`, hint: `${hint} ${counted(route[name].length, 'line')} are there already.` },
          true,
        )
  return modal(
    memory,
    [
      ...(more.said === undefined ? [] : sections(more.said, 2)),
      ...summary(overview),
      divider,
      ...field('follow', { label: 'Follow', hint: followHint, placeholder: '@mira_okafor\n@tomas_lind' }, true),
      ...(isWhole('followed', route) && route.follows.length > 0
        ? field('followed', { label: 'Followed here', hint: 'Take a line away to unfollow.' }, true)
        : []),
      ...field('import', { label: 'Import a list, or whom somebody follows', hint: importHint }),
      ...list('keywords', 'Keywords', 'One a line. Of those followed, only what matches one of them comes.'),
      ...list('blocks', 'Keep out', 'One a line. What matches one of them does not come.'),
      ...list('topics', 'Topics', 'One a line. Posts from anyone that match.'),
      boxes(id('kinds'), 'Kinds of posts', kindChoices, more.entered?.kinds ?? shown.kinds ?? []),
      ...noted('kinds'),
      radio(id('reading'), 'Reading', readingChoices, more.entered?.reading ?? route.reading),
      ...noted('reading'),
      ...field('times', {
        label: 'Digests at',
        hint: 'Times of day. Empty: as posts arrive.',
        placeholder: '9:00, 17:00',
      }),
      ...field('zone', { label: 'Time zone', placeholder: 'Europe/Berlin' }),
      ...field('quiet', { label: 'Quiet hours', placeholder: '22:00-7:00' }),
      ...field('perHour', { label: 'At most so many messages an hour', placeholder: '6' }),
      boxes(id('paused'), 'Pause', pauseChoices, (more.entered?.paused ?? route.paused) ? ['paused'] : []),
      ...noted('paused'),
    ],
    { submit: 'Save', id: formId },
  )
}

const followHint =
  'Names, addresses or a CSV: paste as many as you like. X charges $0.01 for naming each who is not known yet.'
const importHint =
  'An address like https://x.com/i/lists/123, or “@mira_okafor following”. You are told the price first.'

const choice = (value: string, text: string): Choice => ({ text: plainText(text), value })
const kindNames = {
  original: 'Originals',
  quote: 'Quotes',
  repost: 'Reposts',
  thread: 'Threads',
  reply: 'Replies to others',
} as const
const kindChoices = kinds.map(kind => choice(kind, kindNames[kind]))
const readingChoices = [
  choice('cheap', 'Cheap: X filters what it can'),
  choice('complete', 'Complete: all of theirs is read'),
]
const pauseChoices = [choice('paused', 'Paused: nothing new comes')]

/** What shows in both: the channel, who is followed with their last post and cost, and what is wrong. */
function summary(overview: ChannelOverview): Block[] {
  const { route, follows, micros, month, lane, at } = overview
  const where = lane?.name === undefined || lane.name === '' ? 'This channel' : `#${lane.name.replace(/^#/, '')}`
  const shown = follows.slice(0, modalFollowsMax)
  const rest = follows.length - shown.length
  const rows = shown.map(({ account, lastPostAt, micros: own }) => {
    const last = lastPostAt === undefined ? 'no post this month' : `last post ${ago(at, lastPostAt)}`
    return `• ${person(account)}: ${last}, ${dollars(own)}`
  })
  const heading =
    follows.length === 0
      ? 'Nobody is followed here.'
      : `*${counted(follows.length, 'account')} followed here*, ${dollars(micros)} in ${plain(month)}:`
  return [
    header(where),
    ...sections(
      [
        ...(route.paused ? ['*Paused*: nothing new comes.'] : []),
        ...(lane?.held === undefined ? [] : [`*Held*: ${plain(lane.held)}`]),
        heading,
        ...rows,
        ...(rest > 0
          ? [
              `and ${counted(rest, 'more', 'more')}: \`/birdwire list\` shows them, \`/birdwire unfollow NAME\` unfollows.`,
            ]
          : []),
      ].join('\n'),
      modalSectionsMax,
    ),
  ]
}

/** What the form would show, in words. */
function wishes({ route }: ChannelOverview): Block[] {
  const shelf = (what: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`*${what}* (${items.length}): ${listed(items.map(code), wishesShown)}`]
  const on = kinds.filter(kind => route.kinds[kind]).map(kind => kindNames[kind].toLowerCase())
  return sections(
    [
      ...shelf('Keywords', route.keywords),
      ...shelf('Kept out', route.blocks),
      ...shelf('Topics', route.topics),
      `*Kinds*: ${on.length === 0 ? 'none' : listed(on)}. *Reading*: ${route.reading}.`,
      `*Messages come* ${comingInWords(route.pace)}.`,
    ].join('\n'),
    modalSectionsMax,
  )
}

const wishesShown = 20
