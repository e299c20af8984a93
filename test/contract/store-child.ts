/**
 * A process of its own that works on a store until it is killed. `node store-child.ts commit DIR`: commits batches for ever, each
 * post the next number, the cursor that of the last, and prints the last number once it is durable. `hold DIR`: prints "open"
 * and waits. `open DIR`: opens, prints what came of it, ends. A third argument is the number of the user to be from then on.
 * `lead URL`: on a PostgreSQL database, leads the task `read`, claims what is due, prints "leading" and the channels, and waits.
 */
import { randomUUID } from 'node:crypto'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { StoreError } from '../../src/store/store-error.ts'
import { aPost, arrived, lease, morning } from './samples.ts'

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

async function leadAndClaim(store: Store): Promise<never> {
  await store.lead('read', new AbortController().signal)
  const claims = await store.claim(morning, lease, 10)
  process.stdout.write(`leading ${claims.map(({ delivery }) => delivery.channel).join(' ')}\n`)
  return new Promise(() => {})
}

if (user !== undefined) process.setuid?.(Number(user))

try {
  const store = await openStore({ dir, databaseUrl: task === 'lead' ? dir : undefined, newId: randomUUID })
  if (task === 'commit') await commitForEver(store)
  if (task === 'lead') await leadAndClaim(store)
  process.stdout.write('open\n')
  if (task === 'hold') setInterval(() => undefined, 60_000)
  else await store.close()
} catch (error) {
  if (!(error instanceof StoreError)) throw error
  process.stdout.write(`${error.code} ${error.message}\n`)
}
