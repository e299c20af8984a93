import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { commandsFor, ImportError, meanings, readConfig, readList } from './import.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const says = (file: string, line: number | undefined, reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ImportError)
  assert.ok(error.sentence.startsWith(line === undefined ? `${file}: ` : `${file} line ${line}: `), error.sentence)
  assert.match(error.sentence, reason)
  return true
}

test("the old bot's settings are read as they are", () => {
  const config = readConfig(
    'config.yaml',
    bytes(
      "# bot\nchannel: 'bot-dev'\nuser_file: users.csv\nkeyword_file: words.csv\ncontrol_port: 3000\ncolour: red\n",
    ),
  )
  assert.equal(config.channel, 'bot-dev')
  assert.equal(config.userFile, 'users.csv')
  assert.equal(config.keywordFile, 'words.csv')
  assert.equal(config.remarks.length, 2)
  assert.match(config.remarks.join(), /control_port.*PORT.*colour means nothing/s)
})

test('settings that are left out have the names the old bot used', () => {
  const expected = { channel: undefined, userFile: 'users.csv', keywordFile: 'keywords.csv', remarks: [] }
  assert.deepEqual(readConfig('config.yaml', bytes('')), expected)
  assert.deepEqual(readConfig('config.yaml', bytes('channel:\n')), expected)
})

test('settings that cannot be understood are named with their line', () => {
  assert.throws(() => readConfig('config.yaml', bytes('channel: bot\n\tx: [')), says('config.yaml', 2, /not YAML/))
  assert.throws(
    () => readConfig('config.yaml', bytes('- a\n- b\n')),
    says('config.yaml', undefined, /not a list of settings/),
  )
  assert.throws(
    () => readConfig('config.yaml', bytes('channel: [a]\n')),
    says('config.yaml', undefined, /channel should be/),
  )
})

test('a name that YAML takes for an alias is refused in words', () => {
  const config = bytes('channel: *bot\n')
  assert.throws(() => readConfig('config.yaml', config), says('config.yaml', undefined, /not YAML/))
})

test('lists are read with whatever spreadsheets and editors put into them', () => {
  const list = readList('users.csv', bytes('\ufeff@IBM\r\n\r\n"@ligo_lab",\n  mira_okafor , tomas_lind\r"a, ""b""",,'))
  assert.deepEqual(
    list.map(({ line, text }) => `${line} ${text}`),
    ['1 @IBM', '3 @ligo_lab', '4 mira_okafor', '4 tomas_lind', '5 a, "b"'],
  )
})

test('a list that cannot be understood is named with its line', () => {
  assert.throws(() => readList('keywords.csv', bytes('ibm\n"dark matter\n')), says('keywords.csv', 2, /never closed/))
  assert.throws(() => readList('users.csv', Uint8Array.of(0xff, 0xfe, 0x40, 0)), says('users.csv', undefined, /UTF-8/))
})

test('keywords become words and phrases, never expressions, and phrases are explained', () => {
  const keywords = readList('keywords.csv', bytes('ibm\n#qubits\ndark matter\nor\n-5 sigma\n"Alice, Bob"\n'))
  assert.deepEqual(commandsFor({ users: [], keywords }), [
    'keyword add ibm, #qubits, "dark matter", "or", "-5 sigma", "Alice, Bob"',
  ])
  const lines = meanings('keywords.csv', { users: [], keywords })
  assert.equal(lines.length, 4)
  assert.equal(
    lines[0],
    'keywords.csv line 3: dark matter is taken as the phrase "dark matter", whole words in any letter case.',
  )
})

test('long lists become several commands', () => {
  const users = Array.from({ length: 250 }, (_, i) => ({ line: i, text: `@user${i}` }))
  const commands = commandsFor({ users, keywords: [] })
  assert.equal(commands.length, 3)
  assert.match(commands[2] ?? '', /^follow @user200 .* @user249$/)
})

test('keywords come before names, so that a running service brings nothing in between that no keyword wants', () => {
  const lists = { users: [{ line: 1, text: '@ibm' }], keywords: [{ line: 1, text: 'quantum' }] }
  assert.deepEqual(commandsFor(lists), ['keyword add quantum', 'follow @ibm'])
})

test('no command is longer than the service takes, and long lists lose nothing on the way', () => {
  const keywords = Array.from({ length: 100 }, (_, i) => ({ line: i, text: `k${i}${'x'.repeat(400)}` }))
  const commands = commandsFor({ users: [], keywords })
  assert.ok(commands.every(command => command.length <= 10_000))
  const typed = commands.flatMap(command => command.replace('keyword add ', '').split(', '))
  assert.deepEqual(
    typed,
    keywords.map(({ text }) => text),
  )
})

test('any bytes are read, or refused with a sentence', () => {
  const content = fc.oneof(fc.uint8Array(), fc.string({ unit: 'grapheme' }).map(bytes))
  for (const read of [readConfig, readList])
    fc.assert(
      fc.property(content, raw => {
        try {
          read('file', raw)
        } catch (error) {
          assert.ok(error instanceof ImportError, String(error))
        }
      }),
    )
})
