/** `birdwire why URL`: what happened to a post, for all channels. */
import { forTerminal } from '../control/words.ts'
import { withControls } from './running.ts'

export async function why(url: string): Promise<void> {
  const said = await withControls('store', ask => ask({ text: `why ${url}` }))
  process.stdout.write(`${forTerminal(said)}\n`)
}
