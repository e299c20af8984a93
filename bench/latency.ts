/**
 * What people feel: from the last byte of a post on X's wire until Slack has the message, through the real service, at 1 and at 50 posts
 * a second. At 50 most posts are replies that nobody wants, as in life: Slack takes about four messages a second in a workspace.
 */
import { createWorld, type WorldPost } from '../sim/world/world.ts'
import type { Row } from './row.ts'
import { quantile, startBench } from './service.ts'

const people = 30
/** Posts at the start that are not counted: the lines that the follows left have used up the workspace's burst. */
const warmUp = 10
const goals = { p50: 5, p99: 25 }

export async function benchLatency(): Promise<Row[]> {
  return [...(await atRate(1, 1, 40)), ...(await atRate(50, 3, 60))]
}

/** `perSecond` posts, of which `wantedPerSecond` belong in a channel. */
async function atRate(perSecond: number, wantedPerSecond: number, seconds: number): Promise<Row[]> {
  const handles = readers()
  const bench = await startBench(Object.fromEntries(handles.map((handle, n) => [`C0BENCH${n + 10}`, handle])))
  // The lines that the follows left in the channels go out at the workspace's pace; they are not what is measured.
  await bench.slack.received(handles.length)
  const sentAt = new Map<string, number>()
  const tookMs: number[] = []
  let emitted = 0
  bench.slack.on('message', message => {
    const now = performance.now()
    const id = /\/status\/(\d+)[^|>]*\|View on X>/.exec(JSON.stringify(message.blocks ?? ''))?.[1]
    const at = id === undefined ? undefined : sentAt.get(id)
    if (at !== undefined) tookMs.push(now - at)
  })
  const emit = async (post: WorldPost): Promise<void> => {
    await bench.x.emit(post)
    if (++emitted > warmUp * (perSecond / wantedPerSecond)) sentAt.set(post.id, performance.now())
  }
  const first = bench.world.post({ author: 'halden_lab', text: 'The run starts.' })
  const every = Math.round(perSecond / wantedPerSecond)
  for (let n = 0, next = performance.now(); n < perSecond * seconds; n++) {
    const author = handles[Math.floor(n / every) % handles.length] ?? ''
    const wanted = n % every === 0
    await emit(
      bench.world.post({
        author,
        text: `Reading ${n}: nothing below 3 GeV.`,
        ...(wanted ? {} : { replyTo: first.id }),
      }),
    )
    next += 1000 / perSecond
    await new Promise(resolve => setTimeout(resolve, Math.max(0, next - performance.now())))
  }
  const wanted = Math.floor((perSecond * seconds) / every)
  await bench.slack.received(handles.length + wanted)
  await bench.close()
  const [p50, p99] = [quantile(tookMs, 0.5), quantile(tookMs, 0.99)]
  return [
    {
      what: `last byte → Slack, ${perSecond} posts/s, p50`,
      value: `${p50.toFixed(1)} ms (${tookMs.length} messages)`,
      goal: `≤ ${goals.p50} ms`,
      met: p50 <= goals.p50,
    },
    {
      what: `last byte → Slack, ${perSecond} posts/s, p99`,
      value: `${p99.toFixed(1)} ms`,
      goal: `≤ ${goals.p99} ms`,
      met: p99 <= goals.p99,
    },
  ]
}

function readers(): string[] {
  return createWorld()
    .users()
    .filter(user => user.state === 'active' && user.handle !== 'halden_lab')
    .slice(0, people)
    .map(user => user.handle)
}
