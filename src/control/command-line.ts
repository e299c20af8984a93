/**
 * Controls from the command line: on the database alone when no service runs, else inside the running service, which is found by the
 * file that it leaves in the data folder. Who can read that folder may do what a person at the machine may do.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { listsBytesMax } from '../limits.ts'
import type { Actor, ControlDeps } from './control.ts'
import { createControls } from './controls.ts'
import { dead, redeliver } from './dead.ts'
import { channelFinder } from './lists/channels.ts'
import { applyText, exportText } from './lists/whole.ts'
import { why } from './why.ts'

/** `channel` absent: all channels, for the verbs that know that. `text` is what one would type after `/birdwire`. */
export const commandLineRequest = z.object({
  text: z.string().max(10_000),
  channel: z.string().optional(),
  /** The content of the file that is to be applied. */
  lists: z.string().max(listsBytesMax).optional(),
})
export type CommandLineRequest = z.infer<typeof commandLineRequest>

/** Where the running service says how it is reached. */
export const serviceFile = (dataDir: string): string => join(dataDir, 'service.json')
export const serviceFileContent = z.object({ url: z.url(), token: z.string(), id: z.string() })
export type ServiceFile = z.infer<typeof serviceFileContent>

const atTheMachine: Actor = { id: 'command line', role: 'operator' }

/** The answer in mrkdwn of ours; of `export` the file, of `apply` what `AppliedText` says, as JSON. */
export async function commandLine(deps: ControlDeps, { text, channel, lists }: CommandLineRequest): Promise<string> {
  if (channel !== undefined) return (await createControls(deps).run(atTheMachine, channel, text)).text
  const [verb = '', ...rest] = text.toWellFormed().trim().split(/\s+/)
  const args = rest.join(' ')
  switch (verb) {
    case 'why':
      return (await why(deps, atTheMachine, undefined, args)).text
    case 'dead':
      return (await dead(deps, atTheMachine, undefined)).text
    case 'redeliver':
      return (await redeliver(deps, atTheMachine, undefined, args)).text
    case 'export':
      return await exportText(deps)
    case 'apply': {
      const find = channelFinder(deps, async name => await deps.channelNamed?.(name))
      return JSON.stringify(await applyText(deps, args, lists ?? '', find))
    }
    default:
      return `"${verb}" needs a channel.`
  }
}
