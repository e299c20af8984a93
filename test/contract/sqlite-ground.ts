/** The embedded database in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ManualClock } from '../../src/kit/clock.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import type { Ground } from './ground.ts'
import { morning } from './samples.ts'

export function tempFolder(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(path.join(tmpdir(), 'birdwire-store-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** Ids in the order in which they were made, unlike any other count's. */
export function counter(prefix: string): () => string {
  let made = 0
  return () => `${prefix}${++made}`
}

export async function sqliteGround(): Promise<Ground> {
  const folder = tempFolder()
  const clock = new ManualClock(morning)
  let open: Store | undefined
  let broken: Error | undefined
  const nextId = counter('id')
  const newId = () => {
    if (broken !== undefined) throw broken
    return nextId()
  }
  return {
    clock,
    async open() {
      await open?.close()
      open = await openStore({ dir: folder.dir, clock, newId })
      return open
    },
    breakIds(error) {
      broken = error
    },
    async clear() {
      await open?.close()
      folder.remove()
    },
  }
}
