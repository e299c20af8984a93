/**
 * How much of Slack's own limits is used while channels have a queue: of its message a second to a channel, in as many channels as fit under
 * the limit of the workspace; and of that limit, with more channels than fit. Slack says of the latter only "several hundred" a minute. With
 * the latter, how long a burst takes: several posts go into one message, so that it is over long before a message for each would be.
 */
import { postsShown } from '../test/rig/posts-shown.ts'
import { until } from './child.ts'
import { type Measured, quantile, type Size } from './measured.ts'
import { type Bench, withService } from './service.ts'

interface Load {
  readonly channels: number
  /** Each channel wants all of them. */
  readonly posts: number
}

const loads: Readonly<Record<Size, { readonly few: Load; readonly burst: Load }>> = {
  full: { few: { channels: 4, posts: 500 }, burst: { channels: 20, posts: 200 } },
  quick: { few: { channels: 4, posts: 120 }, burst: { channels: 12, posts: 60 } },
}
const author = 'mira_okafor'
const goal = 0.95
/** So that a burst of 200 posts reaches every channel. */
const burstSecondsMax = 120

export async function benchPace(size: Size): Promise<Measured[]> {
  const { few, burst } = loads[size]
  return [...(await toChannels(few)), ...(await toWorkspace(burst))]
}

async function toChannels(load: Load): Promise<Measured[]> {
  const { rates, limited } = await withService(followsOf(load), async bench => {
    await drain(bench, load)
    const rates = Object.keys(followsOf(load)).map(id => rateOf(timesOf(bench, id)))
    return { rates, limited: refusals(bench) }
  })
  const share = quantile(rates, 0.5)
  return [
    {
      what: `messages a second to a channel with a queue, ${load.channels} channels`,
      value: share.toFixed(3),
      peer: "Slack's limit: 1",
      ratio: `${(share * 100).toFixed(1)} %`,
      goal: `≥ ${goal * 100} %`,
      met: share >= goal,
    },
    { what: 'of these refused with 429', value: String(limited), goal: '0', met: limited === 0 },
  ]
}

async function toWorkspace(load: Load): Promise<Measured[]> {
  const { seconds, messages, perMinute, limit, limited } = await withService(followsOf(load), async bench => {
    const from = Date.now() / 1000
    await drain(bench, load)
    const times = timesOf(bench)
    return {
      seconds: (times.at(-1) ?? Number.NaN) - from,
      messages: times.length,
      // The first half still has what a quiet time saved up.
      perMinute: 60 * rateOf(times.slice(Math.floor(times.length / 2))),
      limit: bench.slack.rates.settings.workspacePerMinute,
      limited: refusals(bench),
    }
  })
  const each = load.channels * load.posts
  return [
    {
      what: `seconds until a burst of ${load.posts} posts is in each of ${load.channels} channels`,
      value: seconds.toFixed(0),
      peer: `a message for each post: ${((each / limit) * 60).toFixed(0)}`,
      ratio: `${messages} messages for ${each} posts`,
      goal: `≤ ${burstSecondsMax}`,
      met: seconds <= burstSecondsMax,
    },
    {
      what: `messages a minute to a workspace, ${load.channels} channels with a queue`,
      value: perMinute.toFixed(0),
      peer: `${limit} in the simulator; Slack: "several hundred"`,
      ratio: `${((perMinute / limit) * 100).toFixed(0)} %`,
    },
    { what: 'of these refused with 429', value: String(limited), goal: '0', met: limited === 0 },
  ]
}

function followsOf({ channels }: Load): Record<string, string> {
  return Object.fromEntries(Array.from({ length: channels }, (_, n) => [`C0PACE${n}`, author]))
}

/** So many posts that each channel wants, at once; resolves when all are in Slack. */
async function drain({ world, x, slack }: Bench, { channels, posts }: Load): Promise<void> {
  for (let n = 0; n < posts; n++) await x.emit(world.post({ author, text: `Reading ${n}` }))
  const all = async () => {
    const shown = slack.messages().reduce((sum, message) => sum + postsShown(message).length, 0)
    return shown >= channels * posts ? true : undefined
  }
  await until('the queues are empty', all, { seconds: 300 })
}

/** When each message with posts was taken, in seconds, oldest first; the notice of the follow, which went before, left out. */
function timesOf({ slack }: Bench, channel?: string): number[] {
  const messages = slack.messages(channel).filter(message => postsShown(message).length > 0)
  return messages.map(({ ts }) => Number(ts)).sort((a, b) => a - b)
}

/** A second, from the first to the last. */
function rateOf(times: readonly number[]): number {
  return (times.length - 1) / ((times.at(-1) ?? Number.NaN) - (times[0] ?? Number.NaN))
}

function refusals({ slack }: Bench): number {
  return slack.calls('chat.postMessage').filter(call => call.status === 429).length
}
