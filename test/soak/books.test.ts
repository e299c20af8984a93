/** A row that may not be is seen: each is made by hand in a database of the store's own. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'node:test'
import { openStore } from '../../src/store/open.ts'
import { aPost, arrived, morning } from '../contract/samples.ts'
import { counter, tempFolder } from '../contract/sqlite-ground.ts'
import { readBooks, whatIsKnown } from './books.ts'

const hour = 3_600_000
const one = `(select min(id) from delivery)`

const tamperings: readonly (readonly [what: RegExp, sql: string])[] = [
  [/dead without a reason/, `update delivery set state = 'dead' where id = ${one}`],
  [/sent without a message/, `update delivery set state = 'sent' where id = ${one}`],
  [/leased without a lease/, `update delivery set state = 'leased' where id = ${one}`],
  [/bundled with nothing/, `update delivery set state = 'bundled' where id = ${one}`],
  [/waits to be named by nothing/, `update delivery set state = 'bundled', joins = 'nobody' where id = ${one}`],
  [/does not know what is due/, 'update lane set next_at = null'],
  [/does not know what is due/, 'update lane set next_at = next_at + 1'],
  [/waits for nothing/, 'delete from delivery'],
  [/stuck/, `update delivery set due_at = due_at - ${hour}`],
  [/a lease that nobody ended/, `update lane set lease_until = 1`],
  [/a delivery of nothing/, 'pragma foreign_keys = off; delete from post'],
]

test('what is as it should be is read without a word, and each row that may not be is named', async t => {
  for (const [what, sql] of tamperings) {
    const folder = tempFolder()
    t.after(() => folder.remove())
    const store = await openStore({ dir: folder.dir, newId: counter('id') })
    await store.commit([arrived(aPost('101'), 'C1'), arrived(aPost('102'), 'C1')], morning)
    await store.close()
    const fine = readBooks(folder.dir, morning)
    assert.deepEqual([fine.stored, fine.posts, fine.owed, fine.wrong], [2, ['101', '102'], 2, []])
    const db = new DatabaseSync(join(folder.dir, 'birdwire.sqlite'))
    db.exec(sql)
    db.close()
    assert.ok(
      readBooks(folder.dir, morning).wrong.some(line => what.test(line)),
      `${what}: ${sql}`,
    )
    assert.match(whatIsKnown(folder.dir, 'C1', '101'), /"deliveries":/)
  }
})
