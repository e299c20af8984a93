/**
 * Somebody may paste one of the service's own tokens where a name or a word belongs. It is not kept, not sent to X, and not repeated to anybody
 * (I7): whatever holds one is refused as a whole, and the answer does not say which.
 */
import { tidy } from './args.ts'
import type { ControlDeps } from './control.ts'
import type { Files, Problem } from './lists/format.ts'

type Knowing = Pick<ControlDeps, 'secrets'>

/** Shorter ones would be found in ordinary words; real tokens are far longer. */
const charsMin = 8

/** As typed, and as it would be understood: what a program copied along with it, such as an invisible sign, is left out by then. */
export function holdsSecret({ secrets = [] }: Knowing, text: string): boolean {
  const forms = [text, tidy(text)]
  return secrets.some(secret => secret.length >= charsMin && forms.some(form => form.includes(secret)))
}

export const secretRefused =
  "That holds one of Birdwire's own tokens or passwords. Nothing was changed, and it was not kept; but whoever saw it can use it. Make a new one where it comes from, put that into the settings, and start Birdwire again."

/** The first line of the files that holds one; undefined when none does. */
export function secretProblem(deps: Knowing, files: Files): Problem | undefined {
  for (const [file, text] of files) {
    const at = text.split('\n').findIndex(line => holdsSecret(deps, line))
    if (at < 0) continue
    const why =
      "this line holds one of Birdwire's own tokens or passwords; take it out, and make a new one where it comes from"
    return { ...(file === '' ? {} : { file }), line: at + 1, why }
  }
  return undefined
}
