/**
 * What a day costs by each way of reading X: posts bought for each post delivered. Ten channels, sixty followed accounts; the simulator's
 * meter counts, its oracle says what belonged. docs.x.com/x-api/getting-started/pricing
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from '../sim/world/world.ts'
import type { Channel } from './cost-day.ts'
import { byRules, byService, type Day, type Result } from './cost-run.ts'
import type { Measured, Size } from './measured.ts'

/** A day has 86,400 s; faster than this and the waits of the service are shorter than a local answer takes. */
const speed = 240

export async function benchCost(size: Size): Promise<readonly Measured[]> {
  const day: Day = size === 'full' ? { posts: 1440, everyMs: 60_000 } : { posts: 240, everyMs: 60_000 }
  const bot = await byRules(day, botRules)
  const follows = await byRules(day, followRules)
  const [cheap, complete] = await Promise.all([
    byService(day, speed, []),
    byService(day, speed, ['options reading complete']),
  ])
  const results = { 'the 2021 bot': bot, 'follow-only rules': follows, 'ours complete': complete, 'ours cheap': cheap }
  const rows = Object.entries(results).map(([name, result]): Measured => {
    const ours = result === cheap
    const ratio = result.posts / Math.max(1, cheap.least)
    return {
      what: `cost of a day: ${name}`,
      value: `${result.posts} posts + ${result.users} people bought, $${result.usd.toFixed(2)}; ${perPost(result)} a post delivered; ${result.missed.length} of ${result.missed.length + result.pairs} missed${result.unreturnable.length === 0 ? '' : `, and ${result.unreturnable.length} that no endpoint returns`}`,
      peer: `minimum ${cheap.least}`,
      ratio: `${ratio.toFixed(2)} x`,
      ...(ours
        ? {
            goal: '≤ 1.05 x, 0 missed, 0 twice',
            met: ratio <= 1.05 && result.missed.length === 0 && result.twice === 0,
          }
        : {}),
    }
  })
  report(results)
  return rows
}

function perPost({ posts, delivered }: Result): string {
  return (posts / Math.max(1, delivered)).toFixed(2)
}

/**
 * Tweepy's `follow=` of 2021 streamed what the accounts wrote, what answered them and who reposted them, with everybody's profile; keywords
 * were applied afterwards, topics it had none.
 */
function botRules(channels: readonly Channel[], world: World): readonly string[] {
  return grouped(idsOf(channels, world).flatMap(id => [`from:${id}`, `to:${id}`, `retweets_of:${id}`]))
}

/** One rule for each forty accounts, and the topics as they are typed: keywords are applied to what was bought. */
function followRules(channels: readonly Channel[], world: World): readonly string[] {
  const topics = [...new Set(channels.flatMap(({ topics }) => topics))]
  return grouped([...idsOf(channels, world).map(id => `from:${id}`), ...topics])
}

function idsOf(channels: readonly Channel[], world: World): readonly string[] {
  return [...new Set(channels.flatMap(({ follows }) => follows.map(handle => world.someone(handle).id)))]
}

function grouped(parts: readonly string[]): readonly string[] {
  const rules: string[] = []
  for (const part of parts) {
    const last = rules.at(-1)
    if (last !== undefined && last.length + part.length + 4 <= 1024) rules[rules.length - 1] = `${last} OR ${part}`
    else rules.push(part)
  }
  return rules
}

function report(results: Readonly<Record<string, Result>>): void {
  const text = Object.entries(results).flatMap(([name, { missed, unreturnable, vain, twice, faults }]) => [
    `${name}: ${faults} faults, ${twice} twice, ${missed.length} missed, ${unreturnable.length} that no endpoint returns, ${vain.length} bought in vain`,
    ...missed.map(line => `  missed ${line}`),
    ...unreturnable.map(line => `  not to be had ${line}`),
    ...vain.map(line => `  bought in vain ${line}`),
  ])
  const output = join(import.meta.dirname, '../test/output')
  mkdirSync(output, { recursive: true })
  writeFileSync(join(output, 'cost.txt'), `${text.join('\n')}\n`)
}
