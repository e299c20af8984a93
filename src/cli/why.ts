/** `birdwire why URL`: what happened to a post, for all channels. `birdwire why "URL at X"` reads one that did not come at X, which costs. */
import { forTerminal } from '../control/words.ts'
import { withControls } from './running.ts'

export async function why(url: string): Promise<void> {
  const needs = /\s+at\s+x\s*$/i.test(url) ? 'x' : 'store'
  const said = await withControls(needs, ask => ask({ text: `why ${url}` }))
  process.stdout.write(`${forTerminal(said)}\n`)
}
