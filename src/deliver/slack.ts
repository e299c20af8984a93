/** What delivering needs of Slack, as parameters: the worker knows neither blocks nor HTTP. */
import type { Look } from '../domain/delivery-next.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Claim } from '../store/store.ts'

export interface Slack<Message> {
  /** The message of a claim. Pure. */
  compose(claim: Claim): Message
  /** Its plainest form, tried at once when Slack refuses the other. Pure. */
  composePlain(claim: Claim): Message
  /** The message without the pictures at these places, named as Slack names them. Pure. */
  withoutPictures(message: Message, places: readonly string[]): Message
  /** One attempt, in the thread of the message `thread` or in the channel; a value for whatever happens. `gone`: surely not there, for want of that thread. */
  send(channel: string, message: Message, thread?: string): Promise<Outcome>
  /** Makes the message `ts` show this one instead. May be repeated: its outcome is never `unknown`. */
  update(channel: string, ts: string, message: Message): Promise<Outcome>
  /** Takes the message `ts` away. May be repeated: its outcome is never `unknown`. */
  remove(channel: string, ts: string): Promise<Outcome>
  /** Is the delivery's message in the channel, or in the thread that it was meant for? `since`: epoch ms of the attempt. */
  look(channel: string, deliveryId: string, since: number, thread?: string): Promise<Look>
  /** Undefined: we are in the channel now. Otherwise how the attempt ends. */
  join(channel: string): Promise<Outcome | undefined>
}
