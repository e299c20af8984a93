/** What the command lines of the long tests share: `--help`, and status 2 with a sentence for what they do not know. */
import { Command, InvalidArgumentError } from 'commander'

/** `name`: as it is typed; `what`: one sentence. */
export function commandLine(name: string, what: string): Command {
  return new Command(name)
    .description(what)
    .allowExcessArguments(false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
}

/** For an option that is a whole number from `least` on. */
export function wholeNumber(least = 0): (typed: string) => number {
  return typed => {
    const number = Number(typed)
    if (typed.trim() === '' || !Number.isInteger(number) || number < least)
      throw new InvalidArgumentError(`It is a whole number${least > 0 ? ` from ${least} on` : ''}.`)
    return number
  }
}
