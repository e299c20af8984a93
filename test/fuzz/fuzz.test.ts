/**
 * Goal: nothing that comes from outside breaks a reader. Method: a bounded share of `npm run fuzz`, from a fixed seed, and every input that
 * once showed a fault. And the fuzzer itself sees the faults that it is there for.
 */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { parse } from '../../src/domain/filter/parse.ts'
import { keptInputs, keptTargets } from './corpus.ts'
import { Coverage } from './coverage.ts'
import { fuzzTarget } from './fuzz.ts'
import { must, type Target } from './target.ts'
import { targets } from './targets/index.ts'

/** Of all targets together, what is kept not counted. `FUZZ_CASES=100000` looks further. */
const cases = Number(process.env['FUZZ_CASES'] ?? 3000)
const shares = targets.reduce((sum, { share }) => sum + share, 0)

describe('what comes from outside', () => {
  for (const target of targets) {
    test(`${target.name}: no input breaks it`, async () => {
      const known = keptInputs(target.name)
      const share = Math.ceil((cases * target.share) / shares)
      const { findings } = await fuzzTarget(target, {
        ...{ cases: target.seeds.length + known.length + share, seed: 5, guided: false, known },
      })
      assert.deepEqual(
        findings.map(({ what, input, detail }) => [what, input.slice(0, 500), detail.slice(0, 500)]),
        [],
      )
    })
  }

  test('what is kept is of targets that there are', () => {
    const names = targets.map(({ name }) => name)
    assert.deepEqual(
      keptTargets().filter(name => !names.includes(name)),
      [],
    )
  })
})

describe('the fuzzer', () => {
  const toy: Target = {
    ...{ name: 'toy', shape: 'text', share: 1, charsMax: 1000, seeds: ['abcdefghij'], words: ['x!'] },
    open: () => ({ run: () => undefined }),
  }
  const found = async (run: (input: string) => undefined | (() => void)): Promise<readonly string[]> => {
    const { findings } = await fuzzTarget({ ...toy, open: () => ({ run }) }, { cases: 400, seed: 1, guided: false })
    return findings.map(({ what, input }) => `${what} | ${input}`)
  }

  test('tells an error of ours once, with the shortest input that shows it', async () => {
    const run = (input: string) => {
      if (input.includes('x!')) throw new TypeError('x! 17')
      return undefined
    }
    assert.match((await found(run)).join(), /^TypeError at test\/fuzz\/fuzz\.test\.ts:\d+: x! … \| x!$/)
  })

  test('tells what does not hold, what takes too long and what changes every object', async () => {
    assert.deepEqual(await found(input => () => must(!input.includes('x!'), 'it holds an x')), ['it holds an x | x!'])
    const slow = (input: string) => {
      for (
        const before = process.threadCpuUsage();
        input.includes('x!') && process.threadCpuUsage(before).user < 30_000;
      );
      return undefined
    }
    assert.match(
      (
        await fuzzTarget(
          { ...toy, seeds: ['x!'], open: () => ({ run: slow }) },
          { cases: 1, seed: 1, guided: false, slowMs: 20 },
        )
      ).findings[0]?.what ?? '',
      /too long/,
    )
    const pollute = (input: string) => {
      Reflect.deleteProperty(Object.prototype, 'polluted')
      if (input.includes('x!')) Object.assign(Object.prototype, { polluted: true })
      return undefined
    }
    assert.match((await found(pollute)).join(), /every object has a key/)
    Reflect.deleteProperty(Object.prototype, 'polluted')
  })

  test('knows which input made something of ours run for the first time', () => {
    const coverage = new Coverage()
    try {
      parse('gravity')
      assert.ok(coverage.look().size > 0)
      parse('gravity')
      assert.equal(coverage.look().size, 0)
      parse('-("a b" OR lang:en)')
      const places = coverage.look()
      assert.ok(places.size > 0)
      parse('gravity')
      assert.equal(coverage.ranOf(places, true), false)
      parse('-("a b" OR lang:en)')
      assert.equal(coverage.ranOf(places, true), true)
      assert.equal(places.size, 0)
    } finally {
      coverage.close()
    }
  })
})
