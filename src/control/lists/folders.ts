/**
 * The old bot's way, once for each channel: a folder named like the channel, with its `users.csv` and `keywords.csv`. They say who is
 * followed and which keywords there are, and nothing else of a channel is their business. Pure: texts in, texts out.
 */
import { ImportError, readList } from '../import.ts'
import { oldKeyword } from '../old.ts'
import type { Entry, Files, Format, Section } from './format.ts'
import type { SomeLists } from './lists.ts'

const usersFile = 'users.csv'
const keywordsFile = 'keywords.csv'
const fileForm = /^([^/]+)\/(users|keywords)\.csv$/

/** Names, one a line, in both files; a channel's folder may lack one of them, which is then as if it were not its business. */
export const folders: Format = {
  isOurs: path => fileForm.test(path),
  read(files, known) {
    const sections: Section[] = []
    try {
      for (const name of channelsOf(files)) sections.push(sectionOf(files, name, known(channelOf(name))))
    } catch (error) {
      if (!(error instanceof ImportError)) throw error
      const { file, line = 1, reason: why } = error
      return { ok: false, problems: [{ file, line, channel: channelOf(folderOf(file)), why }] }
    }
    return { ok: true, sections }
  },
  write(files, entries) {
    const written = new Map(files)
    for (const entry of entries) {
      const folder = folderFor(files, entry)
      const { follow, keywords } = entry.lists
      put(
        written,
        `${folder}/${usersFile}`,
        follow.map(({ handle }) => handle),
        nameKey,
      )
      put(written, `${folder}/${keywordsFile}`, keywords.map(inFile), text => text)
    }
    return written
  },
}

const channelsOf = (files: Files): readonly string[] => [...new Set([...files.keys()].map(folderOf))].toSorted()
const folderOf = (path: string): string => path.split('/')[0] ?? ''
const channelOf = (folder: string): string => (/^[CGD][A-Z0-9]{4,}$/.test(folder) ? folder : `#${folder}`)

function folderFor(files: Files, { id, name }: Entry): string {
  const there = channelsOf(files)
  return [id, name].find(folder => there.includes(folder)) ?? (name === '' ? id : name)
}

function sectionOf(files: Files, folder: string, expressions: readonly string[]): Section {
  const users = itemsOf(files, `${folder}/${usersFile}`)
  const keywords = itemsOf(files, `${folder}/${keywordsFile}`)
  const lists: SomeLists = {
    ...(users === undefined ? {} : { follow: users.map(({ text }) => ({ handle: text.replace(/^@/, '') })) }),
    ...(keywords === undefined ? {} : { keywords: keywords.map(({ text }) => expressionOf(text, expressions)) }),
  }
  const items = { follow: users, keywords }
  return {
    channel: channelOf(folder),
    lists,
    file: `${folder}/${users === undefined ? keywordsFile : usersFile}`,
    line: 1,
    lineOf: (list, item) => (list === 'follow' || list === 'keywords' ? (items[list]?.[item]?.line ?? 1) : 1),
  }
}

function itemsOf(files: Files, path: string) {
  const text = files.get(path)
  return text === undefined ? undefined : readList(path, new TextEncoder().encode(text))
}

/** A keyword as the old bot wrote it: a phrase stands without its quotation marks. */
function inFile(expression: string): string {
  const bare = /^"([^"]+)"$/.exec(expression)?.[1]
  return bare !== undefined && oldKeyword(bare) === expression ? bare : expression
}

/** An expression that the channel has already is that one; anything else is a word or a phrase, as it was for the old bot. */
function expressionOf(text: string, known: readonly string[]): string {
  return known.find(expression => inFile(expression) === text) ?? oldKeyword(text)
}

const nameKey = (text: string): string => text.replace(/^@/, '').toLowerCase()

/** Lines that stay are kept as they were written. */
function put(
  files: Map<string, string>,
  path: string,
  items: readonly string[],
  keyOf: (text: string) => string,
): void {
  const before = files.get(path)
  const old = before === undefined ? [] : readList(path, new TextEncoder().encode(before)).map(({ text }) => text)
  const [there, wanted] = [new Set(old.map(keyOf)), new Set(items.map(keyOf))]
  const equal = old.length === items.length && items.every(item => there.has(keyOf(item)))
  if (before !== undefined && equal) return
  const kept = old.filter(text => wanted.has(keyOf(text)))
  const added = items.filter(item => !there.has(keyOf(item)))
  files.set(path, [...kept, ...added].map(item => `${cell(item)}\n`).join(''))
}

const cell = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
