/**
 * Taking over the 2021 bot: its `config.yaml`, `users.csv` and `keywords.csv`, as they are. Reading is pure and all or nothing: a file that
 * cannot be understood stops the import before anything is changed, with its name, the line, the reason and the way out. Applying goes
 * through the same controls as everything else, and may be repeated: what is there is not added twice.
 */
import { z } from 'zod'
import { namesPerCommandMax, termsPerCommandMax } from '../limits.ts'
import { tidy } from './args.ts'
import { oldKeyword } from './old.ts'
import { readYaml } from './plain-yaml.ts'

/** The old bot's settings, as far as they mean something here. */
export interface OldConfig {
  /** A channel's name, or its id. */
  readonly channel: string | undefined
  readonly userFile: string
  readonly keywordFile: string
  /** What is said about settings that mean nothing any more. */
  readonly remarks: readonly string[]
}

export interface OldLists {
  readonly users: readonly Entry[]
  readonly keywords: readonly Entry[]
}

interface Entry {
  readonly line: number
  readonly text: string
}

/** A file of the old bot that cannot be understood; the message is for the person who imports. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
  readonly sentence: string
  readonly file: string
  readonly line: number | undefined
  readonly reason: string

  constructor(file: string, line: number | undefined, reason: string) {
    const sentence = `${file}${line === undefined ? '' : ` line ${line}`}: ${reason}`
    super(sentence)
    this.sentence = sentence
    this.file = file
    this.line = line
    this.reason = reason
  }
}

const text = z.union([z.string(), z.number()]).transform(String)
const settings = z.looseObject({
  channel: text.nullish(),
  user_file: text.nullish(),
  keyword_file: text.nullish(),
})
const knownSettings = ['channel', 'user_file', 'keyword_file', 'control_port']

/** Throws ImportError. `file` is the name to say in it. */
export function readConfig(file: string, content: Uint8Array): OldConfig {
  const parsed = settings.safeParse(plainValues(file, decode(file, content)))
  if (!parsed.success) {
    const name = parsed.error.issues[0]?.path[0]
    const what = name === undefined ? 'this is not a list of settings' : `${String(name)} should be a word`
    throw new ImportError(file, undefined, `${what}. Each line should look like \`channel: bot-dev\`.`)
  }
  const { channel, user_file: userFile, keyword_file: keywordFile } = parsed.data
  const unknown = Object.keys(parsed.data).filter(key => !knownSettings.includes(key))
  return {
    channel: channel?.trim().replace(/^#/, '') || undefined,
    userFile: userFile?.trim() || 'users.csv',
    keywordFile: keywordFile?.trim() || 'keywords.csv',
    remarks: [
      ...('control_port' in parsed.data
        ? [
            `${file}: control_port is not taken over; the port is set by PORT, and Slack's commands need none in Socket Mode.`,
          ]
        : []),
      ...unknown.map(key => `${file}: ${key} means nothing to Birdwire and is left out.`),
    ],
  }
}

function plainValues(file: string, content: string): unknown {
  const read = readYaml(content)
  if (read.ok) return read.value
  const way = 'Each line should look like `channel: bot-dev`.'
  throw new ImportError(file, read.line, `this is not YAML (${read.why}). ${way}`)
}

/** One item a line, or several separated by commas; quotes around an item protect its commas. Throws ImportError. */
export function readList(file: string, content: Uint8Array): readonly Entry[] {
  return decode(file, content)
    .split(/\r\n|\n|\r/)
    .flatMap((line, i) => items(file, i + 1, line))
}

function decode(file: string, content: Uint8Array): string {
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true }).decode(content)
    if (!decoded.includes('\0')) return decoded
  } catch {
    // Said below, like a text with zero bytes.
  }
  throw new ImportError(
    file,
    undefined,
    'this is not text in UTF-8. Save it as "UTF-8" or "CSV UTF-8" and import again.',
  )
}

function items(file: string, line: number, content: string): Entry[] {
  const found = ['']
  let quoted = false
  for (let i = 0; i < content.length; i++) {
    const char = content[i] ?? ''
    if (char === '"' && quoted && content[i + 1] === '"') {
      found[found.length - 1] += char
      i++
    } else if (char === '"') quoted = !quoted
    else if (char === ',' && !quoted) found.push('')
    else found[found.length - 1] += char
  }
  if (quoted)
    throw new ImportError(
      file,
      line,
      'a quotation mark is never closed. Put another " at the end of the item, or take it away.',
    )
  return found.map(item => ({ line, text: tidy(item) })).filter(item => item.text !== '')
}

/**
 * What to type for the lists: the commands a person would type in the channel. Keywords first: a running service would bring everything
 * that is posted between the first name and the first keyword.
 */
export function commandsFor(lists: OldLists): readonly string[] {
  const users = lists.users.map(user => user.text.replaceAll(/\s+/g, ''))
  const keywords = lists.keywords.map(keyword => oldKeyword(keyword.text)).filter(keyword => keyword !== '')
  return [
    ...batches(keywords, termsPerCommandMax).map(batch => `keyword add ${batch.join(', ')}`),
    ...batches(users, namesPerCommandMax).map(batch => `follow ${batch.join(' ')}`),
  ]
}

/** Keywords that the old bot could never match, and what they mean now. */
export function meanings(file: string, lists: OldLists): readonly string[] {
  return lists.keywords.flatMap(({ line, text }) => {
    const meaning = oldKeyword(text)
    if (meaning === '' || meaning === text) return []
    return [`${file} line ${line}: ${text} is taken as the phrase ${meaning}, whole words in any letter case.`]
  })
}

/** Characters of the items of one command, and of what parts two items: the service takes a command of at most 10,000. */
const commandCharsMax = 9000
const partingChars = 2

/** In order, each with at most `size` items, and short enough for one command unless a single item is not. */
function batches(list: readonly string[], size: number): readonly (readonly string[])[] {
  const made: string[][] = []
  let chars = 0
  for (const item of list) {
    const last = made.at(-1)
    chars += item.length + partingChars
    if (last !== undefined && last.length < size && chars <= commandCharsMax) last.push(item)
    else {
      made.push([item])
      chars = item.length + partingChars
    }
  }
  return made
}
