/** What commands, buttons and shortcuts have in common: somebody asks something in a channel and is answered in words, whatever goes wrong. */
import type { Answer } from '../../control/control.ts'
import { told } from '../../control/control.ts'
import type { Controls } from '../../control/controls.ts'
import type { Clock } from '../../kit/clock.ts'
import type { People } from './who.ts'

export interface Tools {
  readonly controls: Controls
  readonly people: People
  readonly clock: Clock
  /** Something of ours failed; the person was told that it did. */
  failed(error: unknown): void
}

/** Where somebody asks. `name` as Slack tells it: a few words of its own for places whose name it does not tell. */
export interface Place {
  readonly channel: string
  readonly name: string
}

/** Slack's words for places whose name it does not tell. */
const nameless = ['directmessage', 'privategroup', '']

export const isDirect = ({ name }: Place): boolean => name === 'directmessage'

/** Does what was asked for in a channel. Never rejects: what fails is told to the person in words, and to whoever runs the service. */
export async function answered(tools: Tools, place: Place, work: () => Promise<Answer>): Promise<Answer> {
  const { controls } = tools
  try {
    if (!nameless.includes(place.name)) await controls.named(place.channel, place.name)
    const answer = await work()
    const mayBeOutside = answer.changed && place.name === 'privategroup'
    if (!mayBeOutside || (await controls.reached(place.channel))) return answer
    return { ...answer, text: `${answer.text}\n${inviteHint}` }
  } catch (error) {
    // Our own store, or a bug: the person must know, and whoever runs the service reads the log.
    tools.failed(error)
    return told(
      'Something went wrong inside Birdwire, so this may not have been done: `/birdwire list` shows what is set here. The log on the server says more.',
    )
  }
}

/** A public channel is joined when the first message comes; a private one cannot be. */
const inviteHint = 'This channel is private: Birdwire can post here only after `/invite @birdwire`.'

export const notInChannel = 'Birdwire brings posts into channels. Please type this in the channel it is about.'
