/**
 * Loaded before every test file: property tests draw from one fixed seed, so that a run can be repeated and a change is judged by the same
 * cases each time. `PROPERTY_SEED=random npm test` looks further; a number replays what such a run has found.
 */
import fc from 'fast-check'

const wish = process.env['PROPERTY_SEED'] ?? '20261122'
if (wish !== 'random') {
  const seed = Number(wish)
  if (!Number.isInteger(seed)) throw new Error(`PROPERTY_SEED is a whole number or "random", not "${wish}"`)
  fc.configureGlobal({ seed })
}
