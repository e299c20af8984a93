/** Pausing a channel and letting it go on. Pausing stops matching; what is already owed to the channel still comes. */
import { alter, type Control, type ControlDeps } from './control.ts'
import { plain, signature } from './words.ts'

export const pause: Control = async (deps, who, channel) => {
  const changed = await alter(deps, who, channel, route =>
    route.paused
      ? undefined
      : {
          route: { ...route, paused: true },
          what: 'paused',
          notice: `${signature(who)} paused this channel. \`/birdwire resume\` lets posts come again.`,
        },
  )
  const waiting = (await deps.store.lanes()).find(lane => lane.channel === channel)?.pending ?? 0
  const owed = waiting > 1 ? ` What came before and waits here (${waiting}) still comes.` : ''
  const text = changed
    ? `Paused. Nothing new comes into this channel until \`/birdwire resume\`; what is posted meanwhile is not brought in later.${owed}`
    : 'This channel is paused already. `/birdwire resume` lets posts come again.'
  return { text, changed }
}

/** Ends a pause, and the hold that Birdwire put on a channel it could not post to: what waited there is tried again. */
export const resume: Control = async (deps, who, channel) => {
  const held = await heldBecause(deps, channel)
  const released = await deps.store.release(channel, deps.clock.now())
  const resumed = await alter(deps, who, channel, route =>
    route.paused
      ? { route: { ...route, paused: false }, what: 'resumed', notice: `${signature(who)} resumed this channel.` }
      : undefined,
  )
  // A change of the route has told everybody already.
  if (released && !resumed) await deps.changed()
  const lines: string[] = []
  if (resumed) lines.push('Resumed: new posts come again from now on.')
  if (released)
    lines.push(
      `Trying again to post what waited here.${held === undefined ? '' : ` It was held because: ${plain(held)}`}`,
    )
  if (lines.length === 0) lines.push('This channel was not paused.')
  return { text: lines.join('\n'), changed: resumed || released }
}

async function heldBecause(deps: ControlDeps, channel: string): Promise<string | undefined> {
  const lanes = await deps.store.lanes()
  return lanes.find(lane => lane.channel === channel)?.held
}
