/**
 * What comes with us: few packages, at exact versions, each with the hash of what was tried here, none of which may run anything when it is
 * installed; and the service runs with the runtime ones alone. (`npm audit` asks a service that not every registry has; see docs/security.md.)
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { z } from 'zod'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const versions = z.record(z.string(), z.string())
const manifest = z
  .object({ scripts: versions, dependencies: versions, devDependencies: versions })
  .parse(JSON.parse(read('package.json')))
const lock = z
  .object({
    lockfileVersion: z.literal(3),
    packages: z.record(
      z.string(),
      z.object({
        version: z.string().optional(),
        resolved: z.string().optional(),
        integrity: z.string().optional(),
        link: z.boolean().optional(),
        hasInstallScript: z.boolean().optional(),
      }),
    ),
  })
  .parse(JSON.parse(read('package-lock.json')))
const locked = Object.entries(lock.packages).filter(([path]) => path !== '')
const runtimeMax = 12
/** Packages that the sources may load without being there at run time, and how they do without. */
const optional: Readonly<Record<string, string>> = { 'pino-pretty': 'lines for people on a terminal' }

test('every package in the lockfile has its hash, and comes from the registry', () => {
  assert.ok(locked.length > 100)
  for (const [path, { integrity = '', resolved, link }] of locked) {
    assert.match(integrity, /^sha512-[\w+/]{86}==$/, path)
    assert.ok(link !== true, path)
    // Without an address it is the registry's own; an alias of another server would have one.
    if (resolved !== undefined) assert.match(resolved, /^https:\/\/registry\.npmjs\.org\//, path)
  }
})

test('nothing runs when packages are installed, neither theirs nor ours', () => {
  assert.deepEqual(
    locked.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path),
    [],
  )
  const onInstall = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']
  for (const name of onInstall) assert.equal(manifest.scripts[name], undefined, name)
  assert.match(read('.npmrc'), /^ignore-scripts=true$/m)
})

test('versions are exact and the same in both files, and of those at run time there are few', () => {
  assert.ok(Object.keys(manifest.dependencies).length <= runtimeMax)
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name)
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name)
  }
})

test('the sources load only what is there at run time', () => {
  const files = globSync('src/**/*.ts', { cwd: root }).filter(file => !file.endsWith('.test.ts'))
  assert.ok(files.length > 100)
  const missing = files.flatMap(file =>
    [
      ...read(file).matchAll(
        /^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?'([^.'][^']*)'|\bimport\('([^.'][^']*)'\)/gm,
      ),
    ]
      .filter(([, typeOnly]) => typeOnly === undefined)
      .map(([, , fixed, dynamic]) => ({ name: packageOf(fixed ?? dynamic ?? ''), always: fixed !== undefined }))
      .filter(({ name }) => !name.startsWith('node:') && manifest.dependencies[name] === undefined)
      .filter(({ name, always }) => always || optional[name] === undefined)
      .map(({ name }) => `${file} loads ${name}`),
  )
  assert.deepEqual(missing, [])
})

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}
