/** All lists at once, from the command line: as a file to keep or to carry elsewhere, and back. */
import type { Actor, ControlDeps } from '../control.ts'
import { secretProblem } from '../own-secrets.ts'
import { applyLists } from './apply.ts'
import { type ChannelFinder, entriesOf, wishesOf } from './channels.ts'
import type { Problem } from './format.ts'
import { printLists } from './yaml.ts'
import { readLists } from './yaml-read.ts'

/** The text of a file from which `applyText` makes the same again. */
export async function exportText(deps: ControlDeps): Promise<string> {
  return printLists(await entriesOf(deps))
}

/** `said`: one plain line each. */
export interface AppliedText {
  readonly ok: boolean
  readonly said: readonly string[]
}

/** Makes the channels in the file as it says; others are left alone. A single problem changes nothing. `name`: of the file, for what is said. */
export async function applyText(
  deps: ControlDeps,
  name: string,
  text: string,
  find: ChannelFinder,
): Promise<AppliedText> {
  const failed = (problems: readonly Problem[]): AppliedText => ({
    ok: false,
    said: [
      ...problems.map(
        ({ line, channel, why }) => `${name} line ${line}${channel === undefined ? '' : `, ${channel}`}: ${why}.`,
      ),
      'Nothing was changed.',
    ],
  })
  const secret = secretProblem(deps, new Map([['', text]]))
  if (secret !== undefined) return failed([secret])
  const reading = readLists(text)
  if (!reading.ok) return failed(reading.problems)
  const found = await wishesOf(reading.sections, undefined, find, deps)
  if (!found.ok) return failed(found.problems)
  const who: Actor = { id: 'lists', name, role: 'operator' }
  const applied = await applyLists(deps, who, found.wishes)
  if (!applied.ok) return failed(applied.problems)
  const ids = new Set(found.wishes.map(({ channel }) => channel))
  const others = (await entriesOf(deps)).filter(({ id }) => !ids.has(id))
  return {
    ok: true,
    said: [
      ...applied.done.map(({ channel, what }) => `${channel}: ${what}.`),
      ...(applied.done.length === 0 ? ['Everything is as the file says already.'] : []),
      ...(others.length === 0
        ? []
        : [
            `Not in the file, and left as they are: ${others.map(({ id, name: called }) => (called === '' ? id : `#${called}`)).join(', ')}.`,
          ]),
    ],
  }
}
