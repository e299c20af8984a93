/** What happened, in sentences for somebody who sees all this for the first time. Pure. */
import type { CallRecord } from '../slack/server.ts'
import type { World, WorldPost } from '../world/world.ts'

/** "40 ms", "0.2 s", "4 s". */
export function seconds(ms: number): string {
  if (ms < 100) return `${Math.max(1, Math.round(ms))}\u00a0ms`
  const value = ms / 1000
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}\u00a0s`
}

const kinds = { original: 'post', repost: 'repost', quote: 'quote', reply: 'reply', thread: 'post' } as const

export function postWords(world: World, post: WorldPost): string {
  return `${world.someone(post.authorId).name}’s ${post.history.length > 1 ? 'edit' : kinds[post.kind]}`
}

/** What Slack did to a call that it did not simply take; undefined for what nobody needs to hear. */
export function troubleWords(call: CallRecord): string | undefined {
  if (call.method !== 'chat.postMessage') return undefined
  if (call.status === 429) return 'Slack answered 429: too many, come back later.'
  if (call.error === 'invalid_blocks') return 'Slack could not fetch a picture, so it refused the whole message.'
  if (call.status !== undefined && call.status >= 500) return `Slack answered ${call.status}.`
  return call.error === undefined ? undefined : `Slack refused a message: ${call.error}.`
}

/** How a message that Slack had refused at first came through. */
export function againWords(first: CallRecord, at: number, channel: string): string {
  const waited = seconds(at - first.at)
  if (first.error === 'invalid_blocks') {
    return `Birdwire sent it again with the picture as a link: it is in #${channel}. A picture never costs the message.`
  }
  return `Birdwire waited as told and posted it in #${channel} ${waited} later, once.`
}

/** What became of an interval in which X was not read. */
export function gapWords(gap: {
  readonly from: number
  readonly to: number
  readonly state: string
  readonly posts: number
  readonly how: string
}): string {
  const length = seconds(gap.to - gap.from)
  if (gap.state === 'closed') {
    const found =
      gap.posts === 0 ? 'there was nothing' : `it looked through ${gap.posts} ${gap.posts === 1 ? 'post' : 'posts'}`
    return `Birdwire asked X what was written in the ${length} it did not hear: ${found}.`
  }
  return `A gap of ${length} ${gap.state === 'lost' ? 'could not be closed' : 'is being closed'}: ${gap.how}`
}
