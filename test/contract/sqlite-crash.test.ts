/**
 * Goal: what was acknowledged survives the sudden end of the process, and a folder belongs to one process. Method: a real process
 * that commits as fast as it can and is killed where it happens to be; then the database is opened and everything is counted.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { openStore } from '../../src/store/open.ts'
import { StoreError } from '../../src/store/store-error.ts'
import { startChild } from './child.ts'
import { tempFolder } from './sqlite-ground.ts'

/** Rounds of kill, and acknowledged commits before each: different places to be struck at. */
const acksBeforeKill = [1, 9, 23, 42, 77]

test('I1 killed in the middle of commits, the cursor is never ahead of the posts and nothing acknowledged is lost', async () => {
  const folder = tempFolder()
  try {
    for (const acks of acksBeforeKill) {
      const child = startChild('commit', folder.dir)
      let acked = 0
      for (let n = 0; n < acks; n += 1) acked = Number(await child.line())
      const rest = await child.kill()
      acked = Number(rest.at(-1) ?? acked)

      const store = await openStore({ dir: folder.dir, newId: randomUUID })
      const last = Number((await store.cursor('x'))?.slice(1))
      assert.ok(last >= acked, `the cursor is at ${last}, ${acked} was acknowledged`)
      for (let n = 1; n <= last; n += 1) {
        const found = await store.post('x', `${n}`)
        assert.equal(found?.deliveries.length, 2, `post ${n} of ${last} with both its deliveries`)
      }
      assert.equal(await store.post('x', `${last + 1}`), undefined)
      assert.equal((await store.tallies())[0]?.count, last)
      await store.close()
    }
  } finally {
    folder.remove()
  }
})

test('a second process on the same folder is refused with the folder and the process that has it, until that one is gone', async () => {
  const folder = tempFolder()
  const child = startChild('hold', folder.dir)
  try {
    assert.equal(await child.line(), 'open')
    await assert.rejects(openStore({ dir: folder.dir, newId: randomUUID }), error => {
      assert.ok(error instanceof StoreError)
      assert.equal(error.code, 'locked')
      assert.ok(error.message.includes(folder.dir) && error.message.includes(`process ${child.pid}`), error.message)
      return true
    })
    await child.kill()
    // Its number is still written there; what counts is that nobody holds the lock.
    writeFileSync(path.join(folder.dir, 'lock.pid'), '1\n')
    const store = await openStore({ dir: folder.dir, newId: randomUUID })
    const second = startChild('open', folder.dir)
    assert.match((await second.line()) ?? '', new RegExp(`^locked .*process ${process.pid}\\b`))
    await second.kill()
    await store.close()
    const third = startChild('open', folder.dir)
    assert.equal(await third.line(), 'open')
    await third.kill()
  } finally {
    await child.kill()
    folder.remove()
  }
})
