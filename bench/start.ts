/**
 * Start and memory of the real service: until it is ready with its database open, Slack's token checked and X's stream open; resident memory
 * at rest and after 100,000 posts, beside a Node that does nothing. The posts are written to the simulated X's connection as fast as
 * the service takes them: X at its worst, and far above what it sends in life. They are replies to others, which the channel does not
 * want, so that what is measured is reading, matching and storing, and not Slack's pace.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { root, until } from './child.ts'
import { type Measured, quantile, type Size } from './measured.ts'
import { type Bench, withService } from './service.ts'
import { lineOf } from './wire.ts'

const sizes: Readonly<Record<Size, { readonly starts: number; readonly posts: number; readonly restMs: number }>> = {
  full: { starts: 7, posts: 100_000, restMs: 10_000 },
  quick: { starts: 3, posts: 10_000, restMs: 1000 },
}
const linesAtOnce = 500
const follows = { C0BENCH1: 'mira_okafor' }
const goals = { startMs: 1000, idleMb: 90, afterMb: 130 }
/** Starts of a Node that does nothing are over before they can be looked at; so it says itself how it is. */
const emptyNode = 'process.stdout.write(String(process.memoryUsage.rss()))'
const onlyLoaded = `await import('./src/service.ts'); ${emptyNode}`

export async function benchStart(size: Size): Promise<Measured[]> {
  return [...(await startRows(size)), ...(await memoryRows(size))]
}

async function startRows(size: Size): Promise<Measured[]> {
  const { starts } = sizes[size]
  const bareMs: number[] = []
  const loadedMs: number[] = []
  const startMs = await withService(follows, async bench => {
    const took: number[] = []
    for (let n = 0; n < starts; n++) {
      took.push(await bench.restart())
      bareMs.push((await runNode(emptyNode)).ms)
      loadedMs.push((await runNode(onlyLoaded)).ms)
    }
    return took
  })
  const [start, bare, loaded] = [quantile(startMs, 0.5), quantile(bareMs, 0.5), quantile(loadedMs, 0.5)]
  return [
    {
      what: `process start → ready, stream open (median of ${starts})`,
      value: `${start.toFixed(0)} ms`,
      peer: `a Node that does nothing: ${bare.toFixed(0)} ms`,
      ratio: `${(start / bare).toFixed(1)} x`,
      goal: `≤ ${goals.startMs} ms`,
      met: start <= goals.startMs,
      reason: `Loading the code and its packages from TypeScript, with nothing started, takes ${loaded.toFixed(0)} ms of it.`,
    },
  ]
}

async function memoryRows(size: Size): Promise<Measured[]> {
  const { posts, restMs } = sizes[size]
  const bare = (await runNode(emptyNode)).mb
  const loaded = (await runNode(onlyLoaded)).mb
  return withService(follows, async bench => {
    await new Promise(resolve => setTimeout(resolve, restMs))
    const idle = await residentOf(bench)
    if (idle === undefined) return [{ what: 'resident memory', value: 'not known on this system' }]
    const seconds = await pour(bench, posts)
    const after = await residentOf(bench)
    const heapMb = ((await bench.metric('nodejs_heap_size_used_bytes')) ?? Number.NaN) / 2 ** 20
    const peer = `a Node that does nothing: ${bare.toFixed(0)} MB`
    return [
      {
        what: 'resident memory at rest',
        value: `${idle.nowMb.toFixed(0)} MB`,
        peer,
        ratio: `${(idle.nowMb / bare).toFixed(1)} x`,
        goal: `≤ ${goals.idleMb} MB`,
        met: idle.nowMb <= goals.idleMb,
        reason: `A Node that has only loaded the code and its packages from TypeScript, and started nothing, has ${loaded.toFixed(0)} MB.`,
      },
      {
        what: `resident memory after ${posts.toLocaleString('en')} posts at ${Math.round(posts / seconds).toLocaleString('en')}/s`,
        value: `${(after?.nowMb ?? Number.NaN).toFixed(0)} MB (most: ${(after?.mostMb ?? Number.NaN).toFixed(0)} MB)`,
        peer,
        ratio: `${((after?.nowMb ?? Number.NaN) / bare).toFixed(1)} x`,
        goal: `≤ ${goals.afterMb} MB`,
        met: (after?.nowMb ?? Number.POSITIVE_INFINITY) <= goals.afterMb,
        reason: `It was ${idle.nowMb.toFixed(0)} MB before the first post. Its heap in use is ${heapMb.toFixed(0)} MB now, garbage included.`,
      },
    ]
  })
}

/** Writes so many posts and waits until all are stored; how many seconds that took. */
async function pour(bench: Bench, posts: number): Promise<number> {
  const { x, world } = bench
  const first = world.post({ author: 'halden_lab', text: 'The run starts.' })
  const text = 'The xenon purity monitor says 12:00:00 again, which it is not. Ångström, σ > 5 & counting. #darkmatter'
  const model = world.post({ author: 'mira_okafor', text, replyTo: first.id })
  const line = lineOf(x, world, model)
  const before = await stored(bench)
  const begin = performance.now()
  for (let n = 0; n < posts; n += linesAtOnce) {
    const ids = Array.from({ length: linesAtOnce }, (_, i) => String(BigInt(model.id) + BigInt(n + i + 1)))
    await x.sendRaw(ids.map(id => line.replaceAll(model.id, id)).join(''))
  }
  const all = async () => ((await stored(bench)) - before >= posts ? true : undefined)
  await until('all posts are stored', all, { seconds: 300 })
  return (performance.now() - begin) / 1000
}

async function stored(bench: Bench): Promise<number> {
  return (await bench.status()).tallies.find(({ result }) => result === 'stored')?.count ?? 0
}

/** Resident memory now and at most so far. Linux only; undefined elsewhere. */
async function residentOf(bench: Bench): Promise<{ readonly nowMb: number; readonly mostMb: number } | undefined> {
  const status = await readFile(`/proc/${bench.pid()}/status`, 'utf8').catch(() => '')
  const mb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024
  return status === '' ? undefined : { nowMb: mb('VmRSS'), mostMb: mb('VmHWM') }
}

/** Runs a line of code in a Node of its own: how long that took, and what resident memory it printed. */
async function runNode(code: string): Promise<{ readonly ms: number; readonly mb: number }> {
  const begin = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd: root })
  return { ms: performance.now() - begin, mb: Number(stdout) / 2 ** 20 }
}
