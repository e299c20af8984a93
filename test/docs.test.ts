/**
 * What the documents say of settings is made from the code (`UPDATE=1` writes it anew, without it a difference fails), and what they name is looked
 * for in it: commands, options, verbs, settings, metrics, and the words that one sees when something is wrong.
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { metaOf, settingNames, settings } from '../src/config.ts'
import { verbs } from '../src/control/verbs.ts'

const root = join(import.meta.dirname, '..')
const readme = join(root, 'README.md')

function defaultOf(name: keyof typeof settings.shape): string {
  const parsed = settings.shape[name].safeParse(undefined)
  return parsed.success && parsed.data !== undefined ? `\`${parsed.data}\`` : ''
}

function settingsTable(): string {
  const rows = settingNames.map(name => {
    const { description, oldName } = metaOf(name)
    return `| \`${name}\`${oldName === undefined ? '' : ` (\`${oldName}\`)`} | ${description} | ${defaultOf(name)} |`
  })
  return ['| name (old name) | what it is | default |', '|---|---|---|', ...rows].join('\n')
}

function between(text: string, name: string, content: string): string {
  const block = new RegExp(`(<!-- ${name}:[^>]*-->\n)[\\s\\S]*?(<!-- /${name} -->)`)
  assert.match(text, block, `README has no place for ${name}`)
  return text.replace(block, (_, open: string, close: string) => `${open}\n${content}\n\n${close}`)
}

test("the README's table of settings is the schema's", () => {
  const text = readFileSync(readme, 'utf8')
  const fresh = between(text, 'settings', settingsTable())
  if (process.env['UPDATE'] === '1') writeFileSync(readme, fresh)
  else assert.equal(text, fresh)
})

test('every command of the README is a script of package.json or a command of birdwire', () => {
  const text = readFileSync(readme, 'utf8')
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
  const main = readFileSync(join(import.meta.dirname, '../src/main.ts'), 'utf8')
  const used = [...text.matchAll(/npm (?:run )?(start|test|demo|bench|check|birdwire)(?: -- ([a-z]+))?/g)]
  assert.ok(used.length >= 5)
  for (const [, script = '', command] of used) {
    assert.ok(script in scripts, `npm run ${script}`)
    if (script === 'birdwire') assert.match(main, new RegExp(`command\\('${command}'\\)`))
  }
})

const documents = globSync(['*.md', 'docs/*.md', 'deploy/*'], { cwd: root })
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
const main = textOf('src/main.ts')

test('what the documents and the files for running it have one type, are commands and options of birdwire', () => {
  const starts = [
    'node dist/src/main\\.js',
    'npm run birdwire --',
    'docker compose run --rm(?: -v \\S+)? birdwire',
    '(?<=`)birdwire',
    'ExecStart=\\S+ node \\S+main\\.js',
  ]
  const pattern = new RegExp(`(?:${starts.join('|')}) ([a-z]+)([^\\n\`|]*)`, 'g')
  const seen = new Set<string>()
  for (const document of documents)
    for (const [typed, command = '', rest = ''] of textOf(document).matchAll(pattern)) {
      assert.match(main, new RegExp(`\\.command\\('${command}'\\)`), `${document}: ${typed}`)
      seen.add(command)
      for (const [option] of rest.replace(/ #.*/, '').matchAll(/--[a-z-]+/g))
        assert.ok(main.includes(`'${option}`), `${document}: ${option} in ${typed}`)
    }
  assert.ok(
    ['backup', 'restore', 'doctor', 'serve', 'move', 'why', 'dead'].every(command => seen.has(command)),
    [...seen].join(),
  )
})

test('settings and metrics that the documents name, and what they have one type in Slack, exist', () => {
  const metrics = globSync('src/obs/metrics*.ts', { cwd: root }).map(textOf).join('')
  const counts = { settings: 0, metrics: 0, verbs: 0 }
  for (const document of documents) {
    const text = textOf(document)
    for (const [name] of text.matchAll(/\b(?:BIRDWIRE|X|SLACK)_[A-Z_]+[A-Z]\b|\bDATABASE_URL\b/g)) {
      const known = settingNames.some(each => each === name || metaOf(each).oldName === name)
      assert.ok(known, `${document}: ${name}`)
      counts.settings += 1
    }
    for (const [, name = ''] of text.matchAll(/\b(birdwire_[a-z_]+[a-z])\b/g)) {
      assert.ok(metrics.includes(`'${name.replace(/_(?:bucket|sum|count)$/, '')}'`), `${document}: ${name}`)
      counts.metrics += 1
    }
    for (const [, verb = ''] of text.matchAll(/`\/birdwire ([a-z]+)/g)) {
      assert.ok(Object.hasOwn(verbs, verb), `${document}: /birdwire ${verb}`)
      counts.verbs += 1
    }
  }
  assert.ok(counts.settings > 50 && counts.metrics > 30 && counts.verbs > 20, JSON.stringify(counts))
})

test('what docs/operations.md says that one sees is what the program says', () => {
  const said = globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] })
    .map(textOf)
    .join('')
  const rows = textOf('docs/operations.md')
    .split('\n')
    .filter(line => /^\| .* \| .* \| .* \|$/.test(line))
    .slice(1)
  const parts = rows.flatMap(row =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]{20,})`/g)].map(([, words = '']) => words),
  )
  assert.ok(rows.length >= 5 && parts.length >= 6, parts.join('\n'))
  // What is put together as it runs is looked for in its pieces.
  for (const words of parts)
    for (const piece of words.split(/…|[()*]|(?<=[.:]) /).map(each => each.trim().replace(/[.,:]$/, '')))
      if (piece.split(' ').length > 2) assert.ok(said.includes(piece), `"${piece}" of: ${words}`)
})
