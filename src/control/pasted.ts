/**
 * The accounts in what somebody pastes into a form: names or profile addresses in lines or separated by commas, or a table (CSV, with commas,
 * semicolons or tabs) with a heading and more columns than the one that matters. Pure, and never throws. What is not recognised as a table is
 * taken as names, all of them: better a name that X does not know than one that is passed over.
 */
import { names, tidy } from './args.ts'

/** What people call the column with the handles. */
const headings =
  /^(?:x|twitter)?[ _-]?(?:handle|user[ _-]?name|screen[ _-]?name|account|user|profile|url|link)s?$|^(?:x|twitter)$/i
/** A handle, or the address of a profile. */
const handleLike = /^@?\w{1,15}$|^(?:https?:\/\/)?(?:www\.|mobile\.)?(?:x|twitter)\.com\/@?\w{1,15}(?:[/?#].*)?$/i

/** Each account once, as typed. */
export function accountsIn(text: string): readonly string[] {
  const lines = text
    .split(/\r\n?|\n/)
    .map(line => line.split('\t').map(tidy).join('\t'))
    .filter(line => line.trim() !== '')
  const parting = ['\t', ';', ','].find(sign => lines[0]?.includes(sign)) ?? ','
  return names(column(lines.map(line => cells(line, parting))) ?? lines.map(bare).join('\n'))
}

/** "Mira Okafor (@mira_okafor)" is one account. */
const bare = (line: string): string => /^[^@,;]*\s\(?@(\w{1,15})\)?$/.exec(line)?.[1] ?? line

/** The column of a table that has the accounts; undefined: it is no table. */
function column(rows: readonly (readonly string[])[]): string | undefined {
  const [first = []] = rows
  const headed = first.findIndex(cell => headings.test(cell))
  if (headed >= 0 && rows.length > 1) return down(rows.slice(1), headed).join('\n')
  const width = first.length
  if (width < 2 || rows.length < 2 || rows.some(row => row.length !== width)) return undefined
  const fits = [...first.keys()].filter(index => isColumn(down(rows, index)))
  const sure = fits.find(index => down(rows, index).every(cell => /^@|\.com\//.test(cell)))
  // Several columns that could be names are a list of names, laid out in lines.
  const chosen = sure ?? (fits.length === 1 ? fits[0] : undefined)
  return chosen === undefined ? undefined : down(rows, chosen).join('\n')
}

const down = (rows: readonly (readonly string[])[], index: number): readonly string[] =>
  rows.map(row => row[index] ?? '').filter(cell => cell !== '')

/** Names are all different; a column of numbers is one of counts or ids. */
const isColumn = (column: readonly string[]): boolean =>
  column.length > 0 &&
  new Set(column).size === column.length &&
  column.every(cell => handleLike.test(cell)) &&
  !column.every(cell => /^\d+$/.test(cell))

/** The cells of a line, without the quotes around them; doubled quotes are one. */
function cells(line: string, parting: string): readonly string[] {
  const found = ['']
  let quoted = false
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i)
    if (char === '"' && quoted && line.charAt(i + 1) === '"') {
      found[found.length - 1] += char
      i++
    } else if (char === '"') quoted = !quoted
    else if (char === parting && !quoted) found.push('')
    else found[found.length - 1] += char
  }
  return found.map(cell => cell.trim())
}
