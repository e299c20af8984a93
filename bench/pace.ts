/** How much of Slack's own limit of a message a second to a channel is used when several channels have a queue. */
import type { Row } from './row.ts'
import { quantile, startBench } from './service.ts'

/** More channels would run into the workspace's limit of some hundred messages a minute instead. */
const channels = 4
const messages = 25

export async function benchPace(): Promise<Row[]> {
  const follows = Object.fromEntries(Array.from({ length: channels }, (_, n) => [`C0PACE${n}`, 'mira_okafor']))
  const bench = await startBench(follows)
  const notices = bench.slack.messages().length
  for (let n = 0; n < messages; n++)
    await bench.x.emit(bench.world.post({ author: 'mira_okafor', text: `Reading ${n}` }))
  await bench.slack.received(notices + channels * messages)
  const rates = Object.keys(follows).map(channel => {
    const at = bench.slack.messages(channel).map(({ ts }) => Number(ts))
    return (at.length - 1) / ((at.at(-1) ?? 0) - (at[0] ?? 0))
  })
  const limited = bench.slack.calls('chat.postMessage').filter(call => call.status === 429).length
  await bench.close()
  const share = quantile(rates, 0.5)
  return [
    {
      what: `messages/s to a channel with a queue, ${channels} channels`,
      value: share.toFixed(3),
      peer: "1 (Slack's limit)",
      ratio: `${(share * 100).toFixed(1)} %`,
      goal: '≥ 95 %',
      met: share >= 0.95,
    },
    { what: 'of these answered with 429', value: String(limited), goal: '0', met: limited === 0 },
  ]
}
