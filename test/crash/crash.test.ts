/**
 * Goal: wherever the process ends, nothing is lost, nothing comes twice and the order stays (I1, I2, I4, I6); and what a person was answered is so, once.
 * Method: the real `serve` between the simulators, on a clock that runs twenty times as fast, killed by SIGKILL at each crash point and at random moments
 * while the world writes, people type and the networks make trouble, and started again; the judge (oracle.ts) shares no code with `src`. `npm run
 * proof` plays the whole of it: every point several times and 200 random moments on each engine.
 */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { noPostgres, startPostgres } from '../rig/postgres-server.ts'
import { type Engine, postgres, sqlite } from './engine.ts'
import { type CrashOptions, everyPoint, runCrashes } from './run.ts'

const outputDir = join(import.meta.dirname, '../output')

async function survive(engine: Engine, options: Pick<CrashOptions, 'points' | 'random' | 'seed'>): Promise<void> {
  const said: string[] = []
  const result = await runCrashes({ engine, ...options, say: text => said.push(text) })
  mkdirSync(outputDir, { recursive: true })
  writeFileSync(
    join(outputDir, `crashes-${engine.name}.txt`),
    `${said.join('\n')}\n${JSON.stringify(result, undefined, 2)}\n`,
  )
  assert.deepEqual(result.failures, [])
  assert.equal(result.crashes, options.points.length + options.random, 'every crash has happened')
  assert.ok(result.posts > result.crashes * 5, `only ${result.posts} posts belonged anywhere: this proves little`)
}

test('killed at every point and at random moments, nothing is lost, twice or out of order', { timeout: 120_000 }, () =>
  survive(sqlite, { points: everyPoint([2]), random: 8, seed: 1 }),
)

test('the same on PostgreSQL, where whoever comes after takes over what a dead process had claimed', {
  timeout: 120_000,
  skip: noPostgres,
}, async () => {
  await using server = await startPostgres()
  const points = ['mid-migration:2', 'mid-commit:4', 'after-claim-before-send:3', 'after-send-before-settle:3']
  await survive(postgres(server), { points, random: 2, seed: 2 })
})
