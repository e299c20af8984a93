/**
 * Puts each mutant in turn into a copy of the sources and runs the test that must see it. The copy is inside test/output, so that packages are
 * found above it; nothing outside of it is touched.
 */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProofResult } from '../proof/result.ts'
import { mutants } from './list.ts'
import type { Mutant } from './mutant.ts'

export const root = join(import.meta.dirname, '../..')
const output = join(root, 'test/output/mutants')
/** What the tests that are named read. */
const copied = ['src', 'sim', 'slack', 'web', 'docs', 'examples', 'package.json', 'README.md', 'tsconfig.json']
/** A test that takes longer has not seen the mutant, it has run into it: that is seen, too. */
const testMs = 120_000

/** `killed`: its test fails. `survived`: it passes. `broken`: nothing can be said, `why`. */
export interface Verdict {
  readonly mutant: Mutant
  readonly verdict: 'killed' | 'survived' | 'broken'
  readonly why?: string
}

/** Why a mutant cannot be put into its file as it is now; undefined: it can. */
export function misfit({ name, file, find }: Mutant, at = root): string | undefined {
  if (!existsSync(join(at, file))) return `${name}: there is no ${file}. Has it moved? Correct it in test/mutants.`
  const times = readFileSync(join(at, file), 'utf8').split(find).length - 1
  if (times === 1) return undefined
  return `${name}: what it replaces stands ${times} times in ${file}, and must stand there once. Correct it in test/mutants.`
}

export interface RunMutantsOptions {
  /** Names; default all. */
  readonly only?: readonly string[] | undefined
  readonly onVerdict?: (verdict: Verdict) => void
}

export async function runMutants({ only, onVerdict }: RunMutantsOptions = {}): Promise<ProofResult> {
  const verdicts: Verdict[] = []
  const chosen = mutants.filter(({ name }) => only === undefined || only.includes(name))
  mkdirSync(output, { recursive: true })
  const copy = mkdtempSync(join(output, 'copy-'))
  try {
    // Not what is in test/output: the copy is there itself.
    const tests = readdirSync(join(root, 'test')).filter(name => name !== 'output')
    for (const each of [...copied, ...tests.map(name => join('test', name))]) copyTo(copy, each)
    for (const mutant of chosen) {
      const verdict = await judged(copy, mutant)
      verdicts.push(verdict)
      onVerdict?.(verdict)
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
  return {
    ...{ part: 'mutants', crashes: 0, faults: {}, posts: 0, missing: 0, twice: 0, outOfOrder: 0 },
    cases: verdicts.length,
    failures: verdicts.flatMap(({ mutant, verdict, why }) =>
      verdict === 'killed' ? [] : [`${mutant.name}: ${verdict}${why === undefined ? '' : `: ${why}`}`],
    ),
  }
}

function copyTo(copy: string, name: string): void {
  const from = join(root, name)
  if (!existsSync(from)) return
  cpSync(from, join(copy, name), {
    recursive: true,
    filter: path => !/\/(?:node_modules|output|dist)$/.test(path),
  })
}

/** First without the mutant: a test that fails anyway, or is not there, sees nothing. */
async function judged(copy: string, mutant: Mutant): Promise<Verdict> {
  const why = misfit(mutant, copy)
  if (why !== undefined) return { mutant, verdict: 'broken', why }
  const sound = await runTest(copy, mutant)
  if (sound.passed === 0 || sound.failed > 0)
    return {
      mutant,
      verdict: 'broken',
      why: `without it, of "${mutant.named}" in ${mutant.test} ${sound.passed} pass and ${sound.failed} fail`,
    }
  const path = join(copy, mutant.file)
  const text = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    text.replace(mutant.find, () => mutant.replace),
  )
  try {
    const sick = await runTest(copy, mutant)
    if (/SyntaxError|ERR_MODULE_NOT_FOUND|ERR_INVALID_TYPESCRIPT_SYNTAX/.test(sick.text))
      return { mutant, verdict: 'broken', why: 'with it, the file cannot be loaded' }
    return { mutant, verdict: sick.failed > 0 ? 'killed' : 'survived' }
  } finally {
    writeFileSync(path, text)
  }
}

interface Ran {
  readonly passed: number
  readonly failed: number
  readonly text: string
}

function runTest(copy: string, { test, named }: Mutant): Promise<Ran> {
  const { promise, resolve } = Promise.withResolvers<Ran>()
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env
  const pattern = `${named.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')}`
  const child = spawn(
    process.execPath,
    [
      ...['--import', './test/rig/property-seed.ts', '--test', '--test-reporter=tap', '--test-force-exit'],
      ...[`--test-timeout=${testMs}`, `--test-name-pattern=${pattern}`, test],
    ],
    { cwd: copy, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let text = ''
  child.stdout.on('data', piece => {
    text += String(piece)
  })
  child.stderr.on('data', piece => {
    text += String(piece)
  })
  const count = (what: string) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  child.on('close', () => resolve({ passed: count('pass'), failed: count('fail') + count('cancelled'), text }))
  return promise
}
