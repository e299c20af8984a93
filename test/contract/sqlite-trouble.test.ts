/** What a person is told when the disk is full, the file is damaged or newer, or the folder is not ours; and that nothing accepted is lost. */
import assert from 'node:assert/strict'
import { chmodSync, closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { createStore } from '../../src/store/create.ts'
import { migrate, ownMigrations } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { StoreError, type StoreErrorCode } from '../../src/store/store-error.ts'
import { startChild } from './child.ts'
import { aPost, arrived, morning } from './samples.ts'
import { counter, tempFolder } from './sqlite-ground.ts'

const open = (dir: string) => openStore({ dir, newId: counter('id') })

function refusal(code: StoreErrorCode, ...words: readonly string[]) {
  return (error: unknown) => {
    assert.ok(error instanceof StoreError, String(error))
    assert.equal(error.code, code)
    for (const word of words) assert.ok(error.message.includes(word), `"${word}" is not in: ${error.message}`)
    return true
  }
}

async function inFolder(use: (dir: string) => Promise<void>): Promise<void> {
  const folder = tempFolder()
  try {
    await use(folder.dir)
  } finally {
    folder.remove()
  }
}

test('a file that is no database is refused with its name and a way out, and left as it is', () =>
  inFolder(async dir => {
    const file = path.join(dir, 'birdwire.sqlite')
    const words = 'these are somebody’s words, not a database. '.repeat(200)
    writeFileSync(file, words)
    await assert.rejects(open(dir), refusal('damaged', file, 'restore the backup or move it away'))
    assert.equal(statSync(file).size, Buffer.byteLength(words))
    await assert.rejects(open(dir), refusal('damaged', file), 'the refusal left no lock behind')
  }))

test('a database damaged in the middle is found out, not read on', () =>
  inFolder(async dir => {
    const store = await open(dir)
    const many = Array.from({ length: 300 }, (_, n) => arrived(aPost(`${n + 1}`), 'C1'))
    await store.commit(many, morning)
    await store.close()
    const file = path.join(dir, 'birdwire.sqlite')
    const handle = openSync(file, 'r+')
    for (let at = 4096; at < statSync(file).size; at += 4096) writeSync(handle, Buffer.alloc(512, 0x5a), 0, 512, at)
    closeSync(handle)
    await assert.rejects(
      async () => {
        const reopened = await open(dir)
        try {
          await reopened.claim(morning, 1000, 1)
        } finally {
          await reopened.close()
        }
      },
      refusal('damaged', file),
    )
  }))

test('on a full disk a batch is refused whole, what was accepted stays, and with space it goes on', () =>
  inFolder(async dir => {
    const sql = openSqlite(dir)
    await migrate(sql, ownMigrations(), dir, morning)
    const store = createStore(sql, counter('id'))
    const pages = Number((await sql.query('pragma page_count'))[0]?.['page_count'])
    await sql.query(`pragma max_page_count = ${pages + 20}`)
    let accepted = 0
    const one = (n: number) => arrived(aPost(`${n}`, `${n}`, 'word '.repeat(400)), 'C1')
    await assert.rejects(
      async () => {
        for (;;) {
          await store.commit([one(accepted + 1)], morning)
          accepted += 1
        }
      },
      refusal('full', dir, 'free some space'),
    )
    assert.ok(accepted > 0)
    assert.equal(await store.cursor('x'), `c${accepted}`)
    await sql.query(`pragma max_page_count = ${pages + 2000}`)
    assert.deepEqual(await store.commit([one(accepted + 1)], morning), ['stored'])
    await store.close()
    const reopened = await open(dir)
    assert.equal((await reopened.tallies())[0]?.count, accepted + 1)
    await reopened.close()
  }))

test('a database with newer tables, or with other tables of the same name, is left alone', () =>
  inFolder(async dir => {
    await (await open(dir)).close()
    const touch = (sql: string) => {
      const db = new DatabaseSync(path.join(dir, 'birdwire.sqlite'))
      db.exec(sql)
      db.close()
    }
    touch(`insert into migration values ('0099-later.sql', 'abc', 1)`)
    await assert.rejects(open(dir), refusal('newer', dir, '0099-later.sql'))
    touch(`delete from migration where name = '0099-later.sql'; update migration set checksum = 'abc'`)
    await assert.rejects(open(dir), refusal('newer', dir, '0001-start.sql'))
  }))

test('a migration that fails half way leaves the database as it was', () =>
  inFolder(async dir => {
    const sql = openSqlite(dir)
    const broken = [{ name: '0001-a.sql', sql: 'create table good (a text); create table good (a text);' }]
    await assert.rejects(migrate(sql, broken, dir, morning), /already exists/)
    assert.deepEqual(await sql.query(`select name from sqlite_master where name = 'good'`), [])
    await sql.close()
  }))

test('a folder that is a file is refused with its name', () =>
  inFolder(async dir => {
    const file = path.join(dir, 'data')
    writeFileSync(file, '')
    await assert.rejects(open(file), refusal('denied', file))
  }))

/** Whom the administrator's rights do not help: permissions do not hold root. */
const nobody = 65534

test('a folder that may not be written is refused with its name and a way out', async () => {
  const folder = tempFolder()
  try {
    chmodSync(folder.dir, 0o555)
    const child = startChild('open', folder.dir, process.getuid?.() === 0 ? nobody : undefined)
    const line = (await child.line()) ?? ''
    await child.kill()
    assert.match(line, /^denied the folder .* allow this user to read and write it/)
    assert.ok(line.includes(folder.dir))
  } finally {
    chmodSync(folder.dir, 0o755)
    folder.remove()
  }
})
