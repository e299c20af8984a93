/** Files of lists, by whoever edits them: YAML, the old bot's folders, its config. All or nothing, and what is written is read as the same. */
import { readConfig, readList } from '../../../src/control/import.ts'
import { folders } from '../../../src/control/lists/folders.ts'
import type { Entry } from '../../../src/control/lists/format.ts'
import { listsOf } from '../../../src/control/lists/lists.ts'
import { readLists } from '../../../src/control/lists/yaml-read.ts'
import { updatedLists } from '../../../src/control/lists/yaml-write.ts'
import { emptyRoute } from '../../../src/domain/route.ts'
import { byteInput, bytesOf, must, type Target } from '../target.ts'
import { mustBeSentence, orRefused } from './said.ts'

const whole = `birdwire: 1
channels:
  C0PAPERS: # the group's
    name: papers
    follow:
      - mira_okafor (101)
      - "@tomas_lind"
    keywords: ['"dark matter"', '#physics', quantum OR gravity]
    kinds: [original, quote]
    languages: [en, de]
    pace: { digest: ["09:00", "17:30"], zone: Europe/Berlin, quiet: { from: "22:00", to: "07:00" } }
    reading: complete
    locked: true
  "#bot-dev":
    topics: ['"gravitational waves" -giveaway']
    pace: { perHour: 4 }
`

const usual = listsOf(emptyRoute('x', ''))

export const yamlLists: Target = {
  name: 'lists-yaml',
  shape: 'text',
  share: 50,
  charsMax: 15_000,
  seeds: [
    whole,
    'birdwire: 1\nchannels: {}\n',
    '# nothing\n',
    'channels:\n  C0PAPERS: &a\n    follow: [ibm]\n  C0OTHER: *a\n',
    'channels:\n  C0PAPERS:\n    follow: !!set {a, b}\n    mute: |\n      x\n',
  ],
  words: [
    '\n',
    '\n  ',
    '- ',
    ': ',
    '&a',
    '*a',
    '<<: *a',
    '!!binary',
    '!!map',
    '? ',
    '| ',
    '>-',
    '---\n',
    '...',
    '%YAML 1.1\n',
    '"',
    "'",
    '#',
    '{',
    '}',
    'follow:',
    'keywords:',
    'channels:',
    'pace:',
    '__proto__:',
    'constructor:',
    'toString',
    '~',
    '0x10',
    '1e999',
    '.inf',
    '2026-01-01',
  ],
  open: () => ({
    run(input) {
      const reading = readLists(input)
      if (!reading.ok) {
        return () => {
          must(reading.problems.length > 0, 'it cannot be read, and nothing says why')
          const lines = input.split(/\r\n|\n|\r/).length + 1
          for (const { line, why } of reading.problems) {
            must(Number.isInteger(line) && line >= 1 && line <= lines, 'a problem is in a line that is not there', {
              line,
              lines,
            })
            mustBeSentence(why, input.length * 2 + 1000)
          }
        }
      }
      const entries = reading.sections.map(
        ({ channel, lists }): Entry => ({ ...idAndName(channel), lists: { ...usual, ...lists } }),
      )
      const written = updatedLists(input, entries)
      const again = readLists(written)
      return () => {
        must(again.ok, 'what was written cannot be read', { written, again })
        must(
          JSON.stringify(again.sections.map(({ lists }) => lists)) ===
            JSON.stringify(reading.sections.map(({ lists }) => lists)),
          'what was written says something else',
          { written },
        )
        must(
          updatedLists(written, entries) === written,
          'what was written is changed when it is written again',
          written,
        )
        for (const { lineOf, lists } of reading.sections)
          must(lineOf('follow', lists.follow?.length ?? 0) >= 1, 'an item has no line')
      }
    },
  }),
}

const idAndName = (channel: string) =>
  channel.startsWith('#') ? { id: channel, name: channel.slice(1) } : { id: channel, name: '' }

export const csvLists: Target = {
  name: 'lists-csv',
  shape: 'bytes',
  share: 70,
  charsMax: 30_000,
  seeds: [
    'mira_okafor\ntomas_lind\n',
    'ibm, "dark matter", #physics\r\nquantum',
    '"say ""hi"", please",b\n\n,,\n',
    'café\n量子力学\n',
  ].map(byteInput),
  words: [',', '"', '""', '\n', '\r', '\r\n', '@', '#', byteInput('“'), byteInput('\ufeff'), '\0', '\xff'],
  open: () => ({
    run(input) {
      const bytes = bytesOf(input)
      const found = orRefused(() => readList('keywords.csv', bytes), 'ImportError')
      const text = new TextDecoder().decode(bytes)
      const files = new Map([
        ['papers/users.csv', text],
        ['papers/keywords.csv', text],
      ])
      const reading = folders.read(files, () => ['"dark matter"'])
      if (!reading.ok) {
        return () => {
          for (const { why, line } of reading.problems) mustBeSentence(`${why} ${line}`)
        }
      }
      const [section] = reading.sections
      const lists = { ...usual, ...section?.lists }
      const written = folders.write(files, [{ id: 'C0PAPERS', name: 'papers', lists }])
      const again = folders.read(written, () => lists.keywords)
      return () => {
        must(found === undefined || found.every(({ line, text: item }) => line >= 1 && item !== ''), 'an item is empty')
        must(again.ok, 'what was written cannot be read')
        // What can be a name; anything else is refused before it could be written.
        const handles = (of: typeof section) =>
          of?.lists.follow
            ?.map(({ handle }) => handle.toLowerCase())
            .filter(handle => /^\w{1,30}$/.test(handle))
            .toSorted()
        must(
          JSON.stringify([...new Set(handles(again.sections[0]))]) === JSON.stringify([...new Set(handles(section))]),
          'what was written names others',
          { before: handles(section), after: handles(again.sections[0]) },
        )
        const keywords = new Set(lists.keywords)
        must(
          again.sections[0]?.lists.keywords?.every(word => keywords.has(word)) !== false,
          'what was written has other keywords',
          { before: lists.keywords, after: again.sections[0]?.lists.keywords },
        )
      }
    },
  }),
}

export const oldConfig: Target = {
  name: 'old-config',
  shape: 'bytes',
  share: 30,
  charsMax: 15_000,
  seeds: [
    'channel: bot-dev\nuser_file: users.csv\nkeyword_file: keywords.csv\ncontrol_port: 3000\n',
    'channel: "#bot-dev"\n',
    'channel: &a 12\nuser_file: *a\n',
    '',
  ].map(byteInput),
  words: [
    ': ',
    '\n',
    '&a ',
    '*a',
    '<<: ',
    '!!js/function',
    '- ',
    '[',
    '{',
    '#',
    'channel',
    'user_file',
    '__proto__',
    '../../etc/passwd',
    '\xff',
    '---\n',
  ],
  open: () => ({
    run(input) {
      const read = orRefused(() => readConfig('config.yaml', bytesOf(input)), 'ImportError')
      return () => {
        if (read === undefined) return
        must(read.userFile !== '' && read.keywordFile !== '', 'a file has no name')
        must(read.remarks.length <= input.length, 'more remarks than characters')
        for (const remark of read.remarks) mustBeSentence(remark, input.length + 200)
      }
    },
  }),
}
