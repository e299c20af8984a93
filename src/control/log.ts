/** Who changed what in a channel: `log`, and how a change is spoken of elsewhere. */
import { changeCharsMax, logLines, logLinesMax, undoChangesMax } from '../limits.ts'
import type { AuditRow } from '../store/store.ts'
import { tidy } from './args.ts'
import { type Actor, type Control, type ControlDeps, refused, told } from './control.ts'
import { ago, code, name, signature } from './words.ts'

/** `log [n]`: the newest changes of this channel. */
export const log: Control = async (deps, who, channel, args) => {
  const typed = tidy(args)
  const lines = typed === '' ? logLines : Number(typed)
  if (!Number.isSafeInteger(lines) || lines < 1)
    return refused(`How many changes? For example \`/birdwire log 20\`; without a number ${logLines} are shown.`)
  const rows = await deps.store.audit(channel, undoChangesMax)
  if (rows.length === 0) return told('Nothing was ever changed here.')
  const shown = rows.slice(0, Math.min(lines, logLinesMax))
  const entries = await Promise.all(shown.map(row => logLine(deps, who, row, rows)))
  const rest = rows.length - shown.length
  const more = rest === 0 ? [] : [`There are older ones: \`/birdwire log ${Math.min(logLinesMax, shown.length * 2)}\`.`]
  const heading =
    lines > logLinesMax ? `Changes here, newest first, the newest ${logLinesMax}:` : 'Changes here, newest first:'
  return told([heading, ...entries, ...(shown.length < logLinesMax ? more : [])].join('\n'))
}

async function logLine(deps: ControlDeps, who: Actor, row: AuditRow, rows: readonly AuditRow[]): Promise<string> {
  const said = `• ${await changeInWords(deps, who, row)}`
  const back = undoerOf(row, rows)
  if (back === undefined) return `${said} · ${code(`undo ${shortId(row.id, rows)}`)}`
  return `${said} · taken back by ${await signatureOf(deps, who, back.who)} ${ago(deps.clock.now(), back.at)}`
}

/** "*Ann* followed @ligo_lab, 3 minutes ago". */
export async function changeInWords(deps: ControlDeps, asking: Actor, row: AuditRow): Promise<string> {
  return `${await signatureOf(deps, asking, row.who)} ${described(row)}, ${ago(deps.clock.now(), row.at)}`
}

/** What was done, on one line, without who did it. */
export const described = (row: Pick<AuditRow, 'what'>): string => name(row.what, changeCharsMax)

/** Who did something, as people know them where anybody can say. */
export async function signatureOf({ nameOf }: ControlDeps, asking: Actor, id: string): Promise<string> {
  if (id === asking.id) return signature(asking)
  const known = await nameOf?.(id)
  return signature(known === undefined ? { id } : { id, name: known })
}

/** The change that took this one back, if it is still taken back: an undo can be undone. */
export function undoerOf(row: AuditRow, rows: readonly AuditRow[]): AuditRow | undefined {
  const undoer = rows.find(({ id }) => id === row.undoneBy)
  return undoer === undefined || undoerOf(undoer, rows) !== undefined ? undefined : undoer
}

/** Ids are long and differ at their ends. */
const shortChars = 6

/** As much of the end of an id as tells it from all others here. */
export function shortId(id: string, rows: readonly AuditRow[]): string {
  for (let chars = shortChars; chars < id.length; chars++) {
    const end = id.slice(-chars)
    if (rows.filter(row => row.id.endsWith(end)).length <= 1) return end
  }
  return id
}

/** The changes that somebody may mean by an id or the end of one. */
export function changesMeant(typed: string, rows: readonly AuditRow[]): readonly AuditRow[] {
  const id = typed.toLowerCase()
  const exact = rows.filter(row => row.id === id)
  return exact.length > 0 || id.length < shortChars ? exact : rows.filter(row => row.id.endsWith(id))
}
