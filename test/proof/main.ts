/**
 * `npm run proof [-- PART… --seed S]`: everything of which `npm test` runs a bounded share, whole: crashes at every point and at 200 random moments on
 * each engine, simulated weeks, a million inputs, all mutants, the image's steps. Prints one table, writes test/output/proof.txt, and
 * ends with status 1 where anything was wrong. Some twenty-five minutes on two cores.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Argument } from 'commander'
import { postgres, sqlite } from '../crash/engine.ts'
import { everyPoint, runCrashes } from '../crash/run.ts'
import { runFuzz } from '../fuzz/run.ts'
import { runMutants } from '../mutants/mutants.ts'
import { commandLine, wholeNumber } from '../rig/command-line.ts'
import { noPostgres, startPostgres } from '../rig/postgres-server.ts'
import { runSoak } from '../soak/run.ts'
import { runImage } from './image.ts'
import type { ProofResult } from './result.ts'
import { runSlow } from './slow.ts'
import { proofTable, type Ran } from './table.ts'

const outputDir = join(import.meta.dirname, '../output')
const randomMoments = 200
const reaches = [1, 2, 3, 5, 8]
const soakHours = 168
const soaks = 2
const fuzzCases = 1_000_000

type Part = (seed: number) => Promise<ProofResult>

const parts: Readonly<Record<string, Part>> = {
  crashes: seed => runCrashes({ engine: sqlite, seed, points: everyPoint(reaches), random: randomMoments, say }),
  'crashes-postgres': async seed => {
    // What cannot be proved here is no success.
    if (noPostgres !== false) return unproved('crashes, postgres', noPostgres)
    await using server = await startPostgres()
    return await runCrashes({
      ...{ engine: postgres(server), seed, points: everyPoint(reaches), random: randomMoments, say },
    })
  },
  soak: async seed => {
    const weeks: ProofResult[] = []
    for (let n = 0; n < soaks; n++) weeks.push(await runSoak({ hours: soakHours, seed: seed + n, onHour: say }))
    return together('soak', weeks)
  },
  fuzz: seed => runFuzz({ cases: fuzzCases, seed }),
  mutants: () => runMutants(),
  image: () => runImage(),
  slow: async () => runSlow(),
}

const command = commandLine('npm run proof --', 'runs whole what npm test runs a share of, and prints one table')
  .addArgument(new Argument('[parts...]', 'only these').choices(Object.keys(parts)))
  .option('--seed <number>', 'the same seed is the same proof', wholeNumber(), 1)
  .parse()
const only = command.args
const { seed } = command.opts<{ readonly seed: number }>()

const ran: Ran[] = []
for (const [name, part] of Object.entries(parts)) {
  if (only.length > 0 && !only.includes(name)) continue
  say(`proof: ${name}`)
  const began = performance.now()
  const result = await part(seed).catch((error: unknown) => unproved(name, `it could not be run: ${String(error)}`))
  ran.push({ result, seconds: (performance.now() - began) / 1000 })
}
const text = `${proofTable(ran)}\n`
mkdirSync(outputDir, { recursive: true })
writeFileSync(join(outputDir, 'proof.txt'), text)
process.stdout.write(text)
process.exitCode = ran.every(({ result }) => result.failures.length === 0) ? 0 : 1

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function unproved(part: string, why: string): ProofResult {
  return { part, crashes: 0, faults: {}, posts: 0, missing: 0, twice: 0, outOfOrder: 0, cases: 0, failures: [why] }
}

function together(part: string, results: readonly ProofResult[]): ProofResult {
  const sum = (of: (result: ProofResult) => number) => results.reduce((total, result) => total + of(result), 0)
  const faults: Record<string, number> = {}
  for (const [kind, count] of results.flatMap(result => Object.entries(result.faults)))
    faults[kind] = (faults[kind] ?? 0) + count
  return {
    part,
    faults,
    crashes: sum(({ crashes }) => crashes),
    posts: sum(({ posts }) => posts),
    missing: sum(({ missing }) => missing),
    twice: sum(({ twice }) => twice),
    outOfOrder: sum(({ outOfOrder }) => outOfOrder),
    cases: sum(({ cases }) => cases),
    failures: results.flatMap(({ failures }) => failures),
  }
}
