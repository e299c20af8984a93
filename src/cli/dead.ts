/** `birdwire dead`: what could not be delivered, and `--again ID` to try it once more. */
import { forTerminal } from '../control/words.ts'
import { withControls } from './running.ts'

export interface DeadOptions {
  readonly again?: string
  readonly force?: boolean
}

export async function dead({ again, force }: DeadOptions): Promise<void> {
  const text = again === undefined ? 'dead' : `redeliver ${again}${force === true ? ' force' : ''}`
  const said = await withControls('store', ask => ask({ text }))
  process.stdout.write(`${forTerminal(said)}\n`)
}
