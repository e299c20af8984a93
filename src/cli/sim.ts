/** `birdwire sim`: the simulated networks alone, for trying other programs against them. They say where they are and what opens them. */
import { startSlack } from '../../sim/slack/server.ts'
import { createWorld } from '../../sim/world/world.ts'
import { startX } from '../../sim/x/server.ts'
import { simPostMs } from '../limits.ts'
import { stopOnSignal } from './serve.ts'

export interface SimOptions {
  readonly replay?: string
  readonly seed: string
  readonly xPort: string
  readonly slackPort: string
}

export async function sim(which: string, options: SimOptions): Promise<boolean> {
  if (!['x', 'slack', 'both'].includes(which)) {
    process.stderr.write(`There is no simulated "${which}": say x, slack or both.\n`)
    return false
  }
  const stops: (() => Promise<void>)[] = []
  if (which !== 'slack') stops.push(await runX(options))
  if (which !== 'x') stops.push(await runSlack(options))
  const { promise, resolve } = Promise.withResolvers<void>()
  stopOnSignal({
    stop: async () => {
      await Promise.all(stops.map(stop => stop()))
      resolve()
    },
  })
  await promise
  return true
}

async function runX({ replay, seed, xPort }: SimOptions): Promise<() => Promise<void>> {
  const x = await startX({
    world: createWorld({ seed }),
    port: Number(xPort),
    ...(replay === undefined ? {} : { replay }),
  })
  say([
    'Simulated X',
    `  X_API_URL=${x.url}`,
    `  X_BEARER_TOKEN=${x.bearer}`,
    replay === undefined
      ? `  The world writes a post every ${simPostMs / 1000} s; people: ${x.world
          .users()
          .slice(0, 6)
          .map(user => `@${user.handle}`)
          .join(' ')} …`
      : `  Plays ${replay} to whoever connects.`,
  ])
  const life = replay === undefined ? setInterval(() => void x.emitNext(), simPostMs) : undefined
  return async () => {
    clearInterval(life)
    await x.close()
  }
}

async function runSlack({ slackPort }: SimOptions): Promise<() => Promise<void>> {
  const slack = await startSlack({ port: Number(slackPort) })
  say([
    'Simulated Slack (Socket Mode)',
    `  SLACK_API_URL=${slack.apiUrl}`,
    `  SLACK_BOT_TOKEN=${slack.botToken}`,
    `  SLACK_APP_TOKEN=${slack.appToken}`,
    `  Channels: ${[...slack.workspace.channels.values()].map(({ id, name }) => `#${name} (${id})`).join(' ')}`,
    'Put these lines into .env, then: npm run birdwire -- doctor. To see messages and type commands: npm run demo.',
  ])
  return () => slack.close()
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
