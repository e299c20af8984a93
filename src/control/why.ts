/** What became of one post: was it seen, which channel got it and why, and if not here, why not. */
import type { StoredPost } from '../store/store.ts'
import { handleOf, tidy } from './args.ts'
import { type Actor, type Answer, type ControlDeps, routeOf, told } from './control.ts'
import { postIdIn } from './post-address.ts'
import { ago, code, counted, name, plain } from './words.ts'

/**
 * `args` is a post's address or id. With a channel only that channel is told about, others are counted: their names may be nobody's
 * business here. Without one (the command line) all are.
 */
export async function why(deps: ControlDeps, _who: Actor, channel: string | undefined, args: string): Promise<Answer> {
  const typed = tidy(args).replaceAll(/^<|[|>].*$/g, '')
  const id = postIdIn(typed)
  if (id === undefined)
    return told('Which post? For example `/birdwire why https://x.com/mira_okafor/status/1790000000000000000`.')
  const found = await deps.store.post(deps.source.name, id)
  if (found === undefined) return told(await notSeen(deps, channel, typed))
  const now = deps.clock.now()
  const lines = [
    `Seen ${ago(now, found.arrivedAt)}: a ${kind(found)} by ${name(found.post.author.name)} (${plain(`@${found.post.author.handle}`)}).`,
  ]
  const verdicts = [...deliveryLines(found, now), ...found.rejected.map(rejectedLine)]
  const here = channel === undefined ? verdicts : verdicts.filter(verdict => verdict.channel === channel)
  lines.push(
    ...here.map(verdict => (channel === undefined ? `${code(verdict.channel)}: ${verdict.text}` : verdict.text)),
  )
  if (here.length === 0)
    lines.push(
      channel === undefined
        ? 'No channel wants it.'
        : 'Nothing here asks for it: its author is not followed here, and no topic matches.',
    )
  const elsewhere = found.deliveries.filter(delivery => channel !== undefined && delivery.channel !== channel)
  if (elsewhere.length > 0) lines.push(`It also belongs in ${counted(elsewhere.length, 'other channel')}.`)
  return told(lines.join('\n'))
}

interface Verdict {
  readonly channel: string
  readonly text: string
}

function deliveryLines(found: StoredPost, now: number): Verdict[] {
  return found.deliveries.map(delivery => {
    const reason = plain(delivery.because)
    const trouble = delivery.why === undefined ? '' : ` ${plain(delivery.why)}`
    const text = {
      sent: `Posted ${ago(now, delivery.at)}, because ${reason}.${since(found.gone, delivery.change)}`,
      pending: `Waiting to be posted, because ${reason}.${trouble}`,
      leased: `Being posted at this moment, because ${reason}.`,
      dead: `It belongs here, because ${reason}, but could not be posted.${trouble} \`/birdwire dead\` lists it.`,
    }[delivery.state]
    return { channel: delivery.channel, text }
  })
}

/** What has become of a message whose post is gone. */
function since(gone: StoredPost['gone'], change: 'pending' | 'dead' | undefined): string {
  if (gone === undefined) return ''
  const done = gone === 'deleted' ? 'removed or struck through' : 'removed'
  const how = gone === 'deleted' ? 'Its author has deleted it since' : 'It was taken down since'
  switch (change) {
    case undefined:
      return ` ${how}: its message is ${done}.`
    case 'pending':
      return ` ${how}: its message is still to be ${done}.`
    case 'dead':
      return ` ${how}, but its message could not be ${done}: \`/birdwire dead\` says why.`
  }
}

const rejectedLine = (rejected: { readonly channel: string; readonly because: string }): Verdict => ({
  channel: rejected.channel,
  text: `Not posted, because ${plain(rejected.because)}.`,
})

function kind(found: StoredPost): string {
  return { original: 'post', repost: 'repost', quote: 'quote', reply: 'reply', thread: 'thread post' }[
    found.post.relation
  ]
}

/** Not in the store. The address says who wrote it, which is usually the answer. */
async function notSeen(deps: ControlDeps, channel: string | undefined, typed: string): Promise<string> {
  const seen = 'Birdwire has not seen that post.'
  if (!typed.includes('/') || channel === undefined)
    return `${seen} Either nobody here asks for it, or it is from before, or from a time when the network was not read (\`/birdwire status\` shows gaps).`
  const handle = handleOf(typed)
  const route = await routeOf(deps, channel)
  const followed = route?.follows.some(account => account.handle.toLowerCase() === handle.toLowerCase()) === true
  return followed
    ? `${seen} ${plain(`@${handle}`)} is followed here, so it is from before that, did not match the keywords, or is from a time when the network was not read (\`/birdwire status\` shows gaps).`
    : `${seen} ${plain(`@${handle}`)} is not followed here, and no topic brought it.`
}
