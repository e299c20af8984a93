/**
 * Takes a post out of every channel, for when X or its author asks: that has to be done within 24 hours.
 * docs.x.com/developer-terms/policy, "Content compliance"
 */
import { type Control, told } from './control.ts'
import { postIdIn } from './post-address.ts'
import { code, counted, signature } from './words.ts'

export const takedown: Control = async (deps, who, channel, args) => {
  const id = postIdIn(args)
  if (id === undefined)
    return told(
      'Which post? For example `/birdwire takedown https://x.com/mira_okafor/status/1790000000000000000`. It is removed from every channel, and cannot be brought back.',
    )
  const { store, source, clock } = deps
  const channels = await store.takeDown(source.name, id, clock.now())
  if (channels === undefined)
    return told(
      `Birdwire does not know the post ${code(id)}, so it posted no message of it, nor of a post that quotes or reposts it. Please check the address.`,
    )
  // The trace is in each channel that loses something, and where it was asked for; the line that is left there does not point at the post.
  for (const each of new Set([channel, ...channels]))
    await store.change({ source: source.name, channel: each }, who.id, clock.now(), route => ({
      route,
      what: `took down post ${id}`,
      ...(channels.includes(each) ? { notice: `${signature(who)} took a post down.` } : {}),
    }))
  await deps.changed()
  const where =
    channels.length === 0
      ? 'It is in no channel.'
      : `It was in ${counted(channels.length, 'channel')}: ${channels.length === 1 ? 'its message is' : 'its messages are'} being deleted there, and what was still to be posted is not.`
  const lines = [
    `Taken down: ${code(id)}.`,
    where,
    'Its text is forgotten, and Birdwire does not post it again. `/birdwire why` with its address shows whether a message is left. Reposts of it go too, and quotes go on without its words.',
  ]
  return { text: lines.join('\n'), changed: true }
}
