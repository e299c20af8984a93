/** `birdwire sim`: the simulated networks alone, for trying other programs against them. They say where they are and what opens them. */
import { startSlack } from '../../sim/slack/server.ts'
import { createWorld } from '../../sim/world/world.ts'
import { startX } from '../../sim/x/server.ts'
import { simPostMs } from '../limits.ts'
import { CommandError } from './command-error.ts'
import { stopOnSignal } from './serve.ts'

export interface SimOptions {
  readonly replay?: string
  readonly seed: string
  readonly xPort: number
  readonly slackPort: number
}

export async function sim(which: 'x' | 'slack' | 'both', options: SimOptions): Promise<void> {
  // What has started is stopped again, however this ends.
  await using started = new AsyncDisposableStack()
  if (which !== 'slack') started.defer(await runX(options).catch(refused('X', '--x-port', options)))
  if (which !== 'x') started.defer(await runSlack(options).catch(refused('Slack', '--slack-port', options)))
  const { promise, resolve } = Promise.withResolvers<void>()
  stopOnSignal(Promise.resolve({ stop: async () => resolve() }))
  await promise
}

/** Why a simulated network could not start, in a sentence where it is something a person can put right. */
function refused(name: string, option: string, { replay }: SimOptions): (error: unknown) => never {
  return cause => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const syscall = cause instanceof Error && 'syscall' in cause ? cause.syscall : undefined
    if (syscall === 'listen')
      throw new CommandError(
        `The simulated ${name} cannot have its port (${code}): perhaps another program has it. Choose another one, or a free one: ${option} 0`,
        { cause },
      )
    if (replay !== undefined && typeof code === 'string')
      throw new CommandError(
        `The capture ${replay} cannot be read (${code}). Give the path of a file of stream lines.`,
        {
          cause,
        },
      )
    throw cause
  }
}

async function runX({ replay, seed, xPort }: SimOptions): Promise<() => Promise<void>> {
  const x = await startX({
    world: createWorld({ seed }),
    port: xPort,
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
  const slack = await startSlack({ port: slackPort })
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
