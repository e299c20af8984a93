/** Work that one process at a time may do is done with the lead, for as long as it is held, and never without. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Lead } from '../store/store.ts'
import { whileLeading } from './leading.ts'

/** Leads that a test gives out and takes back. */
function leads() {
  const given: { readonly lost: AbortController; released: boolean }[] = []
  const waiting: (() => void)[] = []
  return {
    given,
    store: {
      lead: async (_task: string, signal: AbortSignal): Promise<Lead | undefined> => {
        const ended = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
        await Promise.race([new Promise<void>(resolve => waiting.push(resolve)), ended])
        if (signal.aborted) return undefined
        const mine = { lost: new AbortController(), released: false }
        given.push(mine)
        return {
          lost: mine.lost.signal,
          release: async () => {
            mine.released = true
          },
        }
      },
    },
    give: () => waiting.shift()?.(),
    asked: () => waiting.length,
  }
}

const turn = () => new Promise(setImmediate)

test('nothing is done before the lead is had, and it is given back when the service stops', async () => {
  const { store, give, given } = leads()
  const stop = new AbortController()
  let working = 0
  const work = async (signal: AbortSignal) => {
    working++
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
    working--
  }
  const told: boolean[] = []
  const done = whileLeading(
    store,
    'x',
    work,
    ({ leads: have }) => told.push(have),
    () => {},
    stop.signal,
  )
  await turn()
  assert.equal(working, 0)
  give()
  await turn()
  assert.equal(working, 1)
  stop.abort()
  await done
  assert.equal(working, 0)
  assert.deepEqual([given[0]?.released, told], [true, [true, false]])
})

test('a lead that is lost ends the work, and only when that has ended it is asked for again', async () => {
  const { store, give, given, asked } = leads()
  const stop = new AbortController()
  const began: AbortSignal[] = []
  const ending = Promise.withResolvers<void>()
  const work = async (signal: AbortSignal) => {
    began.push(signal)
    await ending.promise
  }
  const done = whileLeading(
    store,
    'x',
    work,
    () => {},
    () => {},
    stop.signal,
  )
  give()
  await turn()
  given[0]?.lost.abort()
  await turn()
  assert.equal(began[0]?.aborted, true)
  assert.equal(asked(), 0)
  ending.resolve()
  await turn()
  assert.equal(asked(), 1)
  stop.abort()
  await done
  assert.equal(began.length, 1)
})

test('work that fails gives the lead back and ends it all', async () => {
  const { store, give, given } = leads()
  const fail = async () => {
    throw new Error('the store is broken')
  }
  const done = whileLeading(
    store,
    'x',
    fail,
    () => {},
    () => {},
    new AbortController().signal,
  )
  give()
  await assert.rejects(done, /the store is broken/)
  assert.equal(given[0]?.released, true)
})
