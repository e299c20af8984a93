/**
 * The app's Home: the state of everything at a glance, for one person. Pure: what they may see to a view of at most 100 blocks.
 * docs.slack.dev/surfaces/app-home
 */
import type { ChannelRow, HomeOverview } from '../../../control/overview.ts'
import { ago, code, counted, plain } from '../../../control/words.ts'
import { dollars } from '../../../domain/money/dollars.ts'
import { homeChannelsMax, homeDeadMax, homeLinesMax } from '../../../limits.ts'
import { openAction } from './channel-form.ts'
import { actions, type Block, button, context, divider, type HomeView, header, sections, withButton } from './parts.ts'

/** Buttons of the Home. The value of `retryAction` is a channel, a space and a delivery's id. */
export const retryAction = 'view:retry'
export const refreshAction = 'view:refresh'

/** `known`: whether it is known which channels the person is in. `said`: what came of what was pressed, mrkdwn of ours. */
export function homeView(overview: HomeOverview, known: boolean, said?: string): HomeView {
  const { lines, spent, channels, dead, at } = overview
  return {
    type: 'home',
    callback_id: 'view:home',
    blocks: [
      ...(said === undefined ? [] : [...sections(said, 1), divider]),
      header('How things stand'),
      ...lines.slice(0, homeLinesMax).flatMap(line => sections(line, 1)),
      ...(lines.length > homeLinesMax ? [context(`and ${counted(lines.length - homeLinesMax, 'line')} more.`)] : []),
      ...(spent === undefined ? [] : sections(spent, 1)),
      ...deadBlocks(dead, at),
      divider,
      header('Channels'),
      ...channelBlocks(channels, known),
      ...actions([button(refreshAction, 'Look again', 'refresh')]),
      context(`As of ${slackTime(at)}.`),
    ],
  }
}

/** Each person's own time. docs.slack.dev/messaging/formatting-message-text#date-formatting */
const slackTime = (ms: number): string =>
  `<!date^${Math.floor(ms / 1000)}^{time}|${new Date(ms).toISOString().slice(11, 16)} UTC>`

/** A link to the channel, in its present name. Of whose channels the person is told is decided before. */
const channelLink = (channel: string): string => (/^[CG][A-Z0-9]+$/.test(channel) ? `<#${channel}>` : code(channel))

function channelBlocks(channels: readonly ChannelRow[], known: boolean): Block[] {
  if (channels.length === 0)
    return sections(
      known
        ? 'No channel of yours brings anything yet. Type `/birdwire` in a channel to begin.'
        : 'Slack does not say at the moment which channels you are in, so none is shown. `/birdwire` in a channel shows what is set there.',
      1,
    )
  const rest = channels.length - homeChannelsMax
  return [
    ...channels.slice(0, homeChannelsMax).map(row => {
      const opening = button(openAction, 'Open', row.channel)
      return opening === undefined ? context(channelLine(row)) : withButton(channelLine(row), opening)
    }),
    ...(rest > 0 ? [context(`and ${counted(rest, 'channel')} more: \`/birdwire\` in a channel shows it.`)] : []),
  ]
}

function channelLine({ channel, route, lane, micros }: ChannelRow): string {
  const parts = [
    `${counted(route.follows.length, 'account')}`,
    ...(route.keywords.length > 0 ? [counted(route.keywords.length, 'keyword')] : []),
    ...(route.topics.length > 0 ? [counted(route.topics.length, 'topic')] : []),
    `${dollars(micros)} this month`,
    ...(lane !== undefined && lane.pending > 0 ? [`${lane.pending} waiting`] : []),
  ]
  const state = lane?.held !== undefined ? ` *Held*: ${plain(lane.held)}` : route.paused ? ' *Paused*.' : ''
  return `${channelLink(channel)}: ${parts.join(', ')}.${state}`
}

function deadBlocks(dead: HomeOverview['dead'], at: number): Block[] {
  if (dead.length === 0) return []
  const rest = dead.length - homeDeadMax
  return [
    divider,
    header(`${counted(dead.length, 'message')} could not be delivered`),
    ...dead.slice(0, homeDeadMax).map(delivery => {
      const what = delivery.url === '' ? 'A line of Birdwire' : code(delivery.url)
      const text = `${what} in ${channelLink(delivery.channel)}, ${ago(at, delivery.at)}: ${plain(delivery.why)}`
      const retry = button(retryAction, 'Retry', `${delivery.channel} ${delivery.id}`)
      return retry === undefined ? context(text) : withButton(text, retry)
    }),
    ...(rest > 0
      ? [
          context(
            `and ${counted(rest, 'message')} more: \`/birdwire redeliver all\` in their channel sends them again.`,
          ),
        ]
      : []),
  ]
}
