/** What one can do with a message by pressing: the menu of a post, and taking back a change. What a press means, slack/in knows. Pure. */
import { slackUrlCharsMax } from '../../limits.ts'
import { doAction, openChoice, postAction } from '../actions.ts'
import type { Button, Overflow } from './blocks.ts'
import { plain } from './mrkdwn.ts'

/** `url`: the post's page, as it stands in the message; without one there is no way to it. `source`: the network's name. */
export function postMenu(url: string | undefined, source: string): Overflow {
  const open =
    url !== undefined && url !== '' && url.length <= slackUrlCharsMax
      ? [{ text: plain(`Open on ${source}`), value: openChoice, url }]
      : []
  return {
    type: 'overflow',
    action_id: postAction,
    options: [
      { text: plain('Why is this here?'), value: 'why' },
      { text: plain('Mute this author here'), value: 'mute' },
      { text: plain('Fewer like this'), value: 'fewer' },
      ...open,
    ],
  }
}

/** Of a line that tells of a person's change. */
export function undoButton(change: string): Button {
  return { type: 'button', action_id: doAction, text: plain('Undo'), value: `undo ${change}` }
}

/** Of a message with several posts, where a menu would not say which of them it means, and of a post that its author has deleted. */
export function whyButton(): Button {
  return { type: 'button', action_id: postAction, text: plain('Why?'), value: 'why' }
}
