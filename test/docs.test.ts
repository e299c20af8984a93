/**
 * What the documents say about settings and commands is made from the code. `UPDATE=1` writes it anew, without it a
 * difference fails.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { metaOf, settingNames, settings } from '../src/config.ts'

const readme = join(import.meta.dirname, '../README.md')

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
