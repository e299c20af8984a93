/** The id in what people paste for a post: its address on X, however Slack wraps it, or the bare id. Undefined when there is none. */
import { tidy } from './args.ts'

export function postIdIn(typed: string): string | undefined {
  const bare = tidy(typed).replaceAll(/^<|[|>].*$/g, '')
  return /^\d{1,20}$/.exec(bare)?.[0] ?? /\/status(?:es)?\/(\d{1,20})(?!\d)/.exec(bare)?.[1]
}
