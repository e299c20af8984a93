/**
 * The shape of the code, as a test: who may import whom, no cycles, no file over 400 lines, no file that nobody uses, no
 * link in a document that leads nowhere. The table is the one in ARCHITECTURE.md.
 */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import test from 'node:test'

const root = dirname(import.meta.dirname)
const linesMax = 400

interface Room {
  /** The rule applies to files whose path starts with this; the longest one wins. */
  readonly at: string
  /** Paths (prefixes) of ours that may be imported. A room may always import itself. */
  readonly may: readonly string[]
  /** Paths of ours of which only types may be imported. */
  readonly types?: readonly string[]
  /** Packages that may be imported; `node:` is always allowed unless `packages` is given without it. */
  readonly packages?: readonly string[]
}

const leaves = ['src/domain/', 'src/kit/', 'src/limits.ts']
const rooms: readonly Room[] = [
  { at: 'src/domain/', may: ['src/limits.ts'], packages: ['zod'] },
  { at: 'src/kit/', may: ['src/limits.ts'], packages: ['croner'] },
  { at: 'src/limits', may: [], packages: [] },
  { at: 'src/version.ts', may: [], packages: [] },
  { at: 'src/config', may: ['src/kit/', 'src/limits.ts'], packages: ['zod'] },
  { at: 'src/slack/scopes.ts', may: [], packages: [] },
  { at: 'src/slack/actions.ts', may: [], packages: [] },
  { at: 'src/source/source.ts', may: ['src/domain/'], packages: [] },
  { at: 'src/source/x/', may: [...leaves], types: ['src/source/source.ts'], packages: ['zod'] },
  { at: 'src/store/', may: leaves, packages: ['zod', 'pg'] },
  { at: 'src/slack/out/', may: [...leaves, 'src/slack/actions.ts'], packages: ['@slack/web-api', 'zod'] },
  { at: 'src/ingest/', may: leaves, types: ['src/source/source.ts', 'src/store/store.ts'], packages: [] },
  { at: 'src/deliver/', may: leaves, types: ['src/store/store.ts'], packages: [] },
  { at: 'src/control/', may: leaves, types: ['src/source/source.ts', 'src/store/store.ts'], packages: ['yaml', 'zod'] },
  {
    at: 'src/slack/in/',
    may: [...leaves, 'src/control/', 'src/slack/actions.ts'],
    packages: ['@slack/bolt', '@slack/web-api', 'zod'],
  },
  {
    at: 'src/console/',
    may: [...leaves, 'src/control/'],
    types: ['src/store/store.ts', 'src/source/source.ts', 'src/slack/in/http-receiver.ts'],
    packages: ['hono', '@hono/node-server', 'zod'],
  },
  { at: 'src/obs/', may: leaves, types: ['src/'], packages: ['pino', 'pino-pretty', 'pino-roll', 'prom-client'] },
  { at: 'src/service.ts', may: ['src/'] },
  { at: 'src/service/', may: ['src/'] },
  { at: 'src/offline.ts', may: ['src/'] },
  {
    at: 'src/cli/',
    may: [
      ...leaves,
      'src/control/',
      'src/service.ts',
      'src/service/role.ts',
      'src/offline.ts',
      'src/config.ts',
      'src/obs/',
      'sim/',
    ],
  },
  {
    at: 'src/main.ts',
    may: ['src/cli/', 'src/config.ts', 'src/kit/', 'src/service/role.ts', 'src/store/store-error.ts', 'src/version.ts'],
  },
  { at: 'sim/', may: [], packages: ['ws', 'hono', '@hono/node-server', 'zod'] },
  {
    at: 'web/',
    may: [],
    types: ['src/console/types.ts', 'sim/desk/'],
    packages: ['react', 'react-dom', 'vite', '@vitejs/plugin-react'],
  },
  { at: 'test/', may: ['src/', 'sim/', 'web/', 'bench/', 'scripts/'] },
  { at: 'bench/', may: ['src/', 'sim/', 'test/rig/'] },
  { at: 'scripts/', may: ['src/', 'test/', 'web/blocks/'], packages: ['react-dom'] },
]

interface Import {
  readonly to: string
  readonly typeOnly: boolean
}

const code = globSync(['{src,sim,web,test,bench,scripts}/**/*.{ts,tsx}'], {
  cwd: root,
  exclude: ['web/dist/**', 'test/output/**', '**/node_modules/**'],
}).toSorted()
const texts = new Map(code.map(file => [file, readFileSync(join(root, file), 'utf8')]))

function importsOf(file: string): readonly Import[] {
  const text = texts.get(file) ?? ''
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm)
  return [...found].map(match => {
    const name = match[2] ?? match[3] ?? ''
    return { to: name.startsWith('.') ? normalize(join(dirname(file), name)) : name, typeOnly: match[1] !== undefined }
  })
}

function roomOf(file: string): Room | undefined {
  return rooms.filter(room => file.startsWith(room.at)).toSorted((a, b) => b.at.length - a.at.length)[0]
}

const isTest = (file: string) => /\.test\.tsx?$/.test(file)
const isOurs = (name: string) => texts.has(name)

test('every file lives in a room, and imports only what the import table lets it', () => {
  const wrong: string[] = []
  for (const file of code) {
    const room = roomOf(file)
    if (room === undefined) {
      wrong.push(`${file} is in no room`)
      continue
    }
    for (const { to, typeOnly } of importsOf(file)) {
      if (to.startsWith('node:') || isTest(file)) continue
      if (!isOurs(to)) {
        const name = to.startsWith('@') ? to.split('/').slice(0, 2).join('/') : (to.split('/')[0] ?? to)
        if (room.packages !== undefined && !room.packages.includes(name) && !/\.(css|json)$/.test(to))
          wrong.push(`${file} imports the package ${name}`)
        continue
      }
      const allowed =
        to.startsWith(room.at) ||
        room.may.some(prefix => to.startsWith(prefix)) ||
        (typeOnly && (room.types ?? []).some(prefix => to.startsWith(prefix)))
      if (!allowed) wrong.push(`${file} imports ${to}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('the simulators import nothing from src, not even in their tests', () => {
  const wrong = code.filter(file => file.startsWith('sim/') && importsOf(file).some(({ to }) => to.startsWith('src/')))
  assert.deepEqual(wrong, [])
})

test('nothing but the command line and tests imports what knows everyone', () => {
  const knowing = /^src\/(?:service\.ts|service\/(?!role\.ts)|offline\.ts)/
  const wrong = code.filter(
    file =>
      !/^(src\/cli|test|bench)\//.test(file) &&
      !knowing.test(file) &&
      importsOf(file).some(({ to }) => knowing.test(to)),
  )
  assert.deepEqual(wrong, [])
})

test('only config.ts reads the environment, and only main.ts may end the process', () => {
  const sources = code.filter(file => file.startsWith('src/') && !isTest(file))
  assert.deepEqual(
    sources.filter(file => /process\.env\b/.test(texts.get(file) ?? '')),
    ['src/config.ts'],
  )
  assert.deepEqual(
    sources.filter(file => /process\.exit\b|process\.exitCode\b/.test(texts.get(file) ?? '')),
    ['src/main.ts'],
  )
})

test('no import cycle, types left out', () => {
  const done = new Set<string>()
  const cycles: string[] = []
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const { to, typeOnly } of importsOf(file)) if (!typeOnly && isOurs(to)) walk(to, [...path, file])
    done.add(file)
  }
  for (const file of code) walk(file, [])
  assert.deepEqual(cycles, [])
})

test(`no file has more than ${linesMax} lines`, () => {
  const long = code.filter(file => (texts.get(file) ?? '').split('\n').length - 1 > linesMax)
  assert.deepEqual(long, [])
})

test('no file is dead: each is reached from an entry or is one', () => {
  // A task of run.mjs starts it.
  const tasks = readFileSync(join(root, 'scripts/run.mjs'), 'utf8')
  const entries = code.filter(
    file =>
      isTest(file) ||
      // Types of a package that brings none.
      file.endsWith('.d.ts') ||
      tasks.includes(`'${file}'`) ||
      ['web/vite.config.ts', 'test/rig/property-seed.ts'].includes(file),
  )
  const pages = globSync('web/**/*.html', { cwd: root, exclude: ['web/dist/**'] })
  for (const page of pages)
    for (const match of readFileSync(join(root, page), 'utf8').matchAll(/src="\.?\/?([^"]+\.tsx?)"/g))
      entries.push(normalize(join('web', match[1] ?? '')))
  // A child process or a worker is started by its file name.
  const started = code.filter(file =>
    code.some(other => other !== file && (texts.get(other) ?? '').includes(`'${file.split('/').at(-1)}'`)),
  )
  const reached = new Set<string>()
  const queue = [...entries, ...started]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (reached.has(file)) continue
    reached.add(file)
    for (const { to } of importsOf(file)) if (isOurs(to)) queue.push(to)
  }
  assert.deepEqual(
    code.filter(file => !reached.has(file)),
    [],
  )
})

test('links in the documents lead somewhere', () => {
  const documents = globSync(
    ['*.md', 'docs/**/*.md', 'slack/**/*.md', 'examples/**/*.md', 'sim/**/*.md', 'test/**/*.md'],
    { cwd: root, exclude: ['test/output/**'] },
  )
  assert.ok(documents.includes('README.md'))
  const broken: string[] = []
  for (const document of documents) {
    const text = readFileSync(join(root, document), 'utf8')
    for (const match of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      const target = match[1] ?? ''
      if (/^[a-z]+:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? document : normalize(join(dirname(document), path))
      if (!existsSync(join(root, file))) broken.push(`${document}: ${target}`)
      else if (anchor !== undefined && !anchors(readFileSync(join(root, file), 'utf8')).includes(anchor))
        broken.push(`${document}: ${target}`)
    }
  }
  assert.deepEqual(broken, [])
})

/** Heading anchors as GitHub makes them. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+\s+(.+)$/gm)].map(match =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
}
