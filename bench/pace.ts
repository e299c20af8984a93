/**
 * How much of Slack's own limit is used while channels have a queue: of its message a second to a channel, in as many channels as fit under
 * the limit of the workspace; and of that limit, with more channels than fit. Slack says of the latter only "several hundred" a minute.
 */
import { within } from './child.ts'
import { type Measured, quantile, type Size } from './measured.ts'
import { type Bench, withService } from './service.ts'

interface Load {
  readonly channels: number
  readonly messages: number
}

const loads: Readonly<Record<Size, { readonly few: Load; readonly many: Load }>> = {
  full: { few: { channels: 4, messages: 25 }, many: { channels: 30, messages: 5 } },
  quick: { few: { channels: 4, messages: 6 }, many: { channels: 12, messages: 4 } },
}
const author = 'mira_okafor'
const goal = 0.95

export async function benchPace(size: Size): Promise<Measured[]> {
  const { few, many } = loads[size]
  return [...(await toChannels(few)), ...(await toWorkspace(many))]
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
  const { perMinute, limit, limited } = await withService(followsOf(load), async bench => {
    await drain(bench, load)
    const times = timesOf(bench)
    // The first half still has what a quiet time saved up.
    const perMinute = 60 * rateOf(times.slice(Math.floor(times.length / 2)))
    return { perMinute, limit: bench.slack.rates.settings.workspacePerMinute, limited: refusals(bench) }
  })
  return [
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
async function drain({ world, x, slack }: Bench, { channels, messages }: Load): Promise<void> {
  const notices = slack.messages().length
  for (let n = 0; n < messages; n++) await x.emit(world.post({ author, text: `Reading ${n}` }))
  await within(
    300,
    'the queues are empty',
    slack.received(notices + channels * messages).then(() => undefined),
  )
}

/** When each message was taken, in seconds, oldest first; the notice of the follow, which went before, left out. */
function timesOf({ slack }: Bench, channel?: string): number[] {
  const messages = slack.messages(channel).filter(message => JSON.stringify(message.blocks ?? '').includes('View on X'))
  return messages.map(({ ts }) => Number(ts)).sort((a, b) => a - b)
}

/** A second, from the first to the last. */
function rateOf(times: readonly number[]): number {
  return (times.length - 1) / ((times.at(-1) ?? Number.NaN) - (times[0] ?? Number.NaN))
}

function refusals({ slack }: Bench): number {
  return slack.calls('chat.postMessage').filter(call => call.status === 429).length
}
