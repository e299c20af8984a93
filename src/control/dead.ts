/** What could not be delivered, why, and sending it again. A person of one channel sees and touches that channel only. */

import { answerCharsMax } from '../limits.ts'
import type { DeadDelivery } from '../store/store.ts'
import { firstWord, names, tidy } from './args.ts'
import { type Actor, type Answer, type ControlDeps, told } from './control.ts'
import { ago, code, counted, plain } from './words.ts'

/** Dead deliveries looked at. */
const deadAsked = 1000

/** `channel` undefined: of all channels (the command line). */
export async function dead(deps: ControlDeps, _who: Actor, channel: string | undefined): Promise<Answer> {
  const found = await deadOf(deps, channel)
  if (found.length === 0) return told('Everything could be delivered.')
  const now = deps.clock.now()
  const lines = [`${counted(found.length, 'message')} could not be delivered:`]
  let length = 0
  for (const delivery of found) {
    const line = describe(delivery, now, channel === undefined)
    length += line.length
    if (length > answerCharsMax) break
    lines.push(line)
  }
  const rest = found.length - (lines.length - 1)
  if (rest > 0) lines.push(`and ${rest} more.`)
  lines.push('`/birdwire redeliver ID` sends one again, `/birdwire redeliver all` all of them.')
  return told(lines.join('\n'))
}

/** `redeliver ID… [force]` or `redeliver all [force]`. */
export async function redeliver(
  deps: ControlDeps,
  who: Actor,
  channel: string | undefined,
  args: string,
): Promise<Answer> {
  const words = names(args)
  const force = words.some(word => word.toLowerCase() === 'force')
  const ids = words.filter(word => word.toLowerCase() !== 'force')
  if (ids.length === 0)
    return told('Which one? `/birdwire dead` shows the ids; `/birdwire redeliver all` takes all of them.')
  const found = await deadOf(deps, channel)
  const all = firstWord(tidy(args)).word === 'all'
  const lines: string[] = []
  const chosen: DeadDelivery[] = all ? [...found] : []
  for (const id of all ? [] : ids) {
    const delivery = found.find(other => other.id === id)
    if (delivery === undefined) lines.push(`There is no undelivered message ${code(id)} here.`)
    else chosen.push(delivery)
  }
  let sent = 0
  let unsure = 0
  for (const delivery of chosen) {
    if (await deps.store.redeliver(delivery.id, deps.clock.now(), force)) {
      sent++
      await trace(deps, who, delivery)
    } else unsure++
  }
  if (sent > 0) await deps.changed()
  if (unsure > 0)
    lines.unshift(
      `${counted(unsure, 'message')} may be in Slack already, so ${unsure === 1 ? 'it was' : 'they were'} not sent again. If you are sure that it is not there, add \`force\`; if it is, it will be there twice.`,
    )
  if (sent > 0) lines.unshift(`${counted(sent, 'message')} will be sent again now.`)
  if (lines.length === 0) lines.push('Everything could be delivered: there is nothing to send again.')
  return { text: lines.join('\n'), changed: sent > 0 }
}

/** Who sent it again, in the channel's history of changes; the route stays as it is. */
async function trace(deps: ControlDeps, who: Actor, delivery: DeadDelivery): Promise<void> {
  const key = { source: deps.source.name, channel: delivery.channel }
  await deps.store.change(key, who.id, deps.clock.now(), route => ({
    route,
    what: `sent ${delivery.url === '' ? 'a line of Birdwire' : delivery.url} again`,
  }))
}

/** Those of one channel, or of all; of a deleted post nothing is left to deliver. */
export async function deadOf(deps: ControlDeps, channel: string | undefined): Promise<readonly DeadDelivery[]> {
  const found = (await deps.store.dead(deadAsked)).filter(({ reason }) => reason !== 'discarded')
  return channel === undefined ? found : found.filter(delivery => delivery.channel === channel)
}

function describe(delivery: DeadDelivery, now: number, withChannel: boolean): string {
  const what = delivery.url === '' ? 'a line of Birdwire' : plain(delivery.url)
  const where = withChannel ? ` in ${code(delivery.channel)}` : ''
  return `${code(delivery.id)} ${what}${where}, ${ago(now, delivery.at)}: ${plain(delivery.why)} (${delivery.reason})`
}
