/**
 * A process of its own that works on a store until it is killed. `node store-child.ts commit DIR`: commits batches for ever, each
 * post the next number, the cursor that of the last, and prints the last number once it is durable. `hold DIR`: prints "open"
 * and waits. `open DIR`: opens, prints what came of it, ends. A third argument is the number of the user to be from then on.
 */
import { randomUUID } from 'node:crypto'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { StoreError } from '../../src/store/store-error.ts'
import { aPost, arrived, morning } from './samples.ts'

const [task, dir, user] = process.argv.slice(2)
if (dir === undefined) throw new Error('which folder?')

async function commitForEver(store: Store): Promise<never> {
  let last = Number((await store.cursor('x'))?.slice(1) ?? 0)
  for (let batch = 1; ; batch = (batch % 7) + 1) {
    const numbers = Array.from({ length: batch }, (_, n) => last + n + 1)
    await store.commit(
      numbers.map(n => arrived(aPost(`${n}`), 'C1', 'C2')),
      morning,
    )
    last += batch
    process.stdout.write(`${last}\n`)
  }
}

if (user !== undefined) process.setuid?.(Number(user))

try {
  const store = await openStore({ dir, newId: randomUUID })
  if (task === 'commit') await commitForEver(store)
  process.stdout.write('open\n')
  if (task === 'hold') setInterval(() => undefined, 60_000)
  else await store.close()
} catch (error) {
  if (!(error instanceof StoreError)) throw error
  process.stdout.write(`${error.code} ${error.message}\n`)
}
