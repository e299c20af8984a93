/**
 * Goal: a backup is one moment of the database, whole or not there, whatever goes on meanwhile; what is restored from it goes on, and nothing of what was
 * there before is gone. Method: real processes that commit and are killed, files that are damaged or foreign, and every row counted.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { ManualClock } from '../../src/kit/clock.ts'
import { backUp, restore } from '../../src/store/backup.ts'
import { openStore } from '../../src/store/open.ts'
import { StoreError, type StoreErrorCode } from '../../src/store/store-error.ts'
import { startChild } from './child.ts'
import { aGap, aPost, arrived, claimOne, fetched, lease, morning, told } from './samples.ts'
import { counter, tempFolder } from './sqlite-ground.ts'

const now = morning + 86_400_000

function refusal(code: StoreErrorCode, says: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof StoreError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, says)
    return true
  }
}

async function posts(dir: string, count: number, channel = 'C1'): Promise<void> {
  const store = await openStore({ dir, clock: new ManualClock(morning), newId: counter('d') })
  for (let n = 1; n <= count; n += 1) await store.commit([arrived(aPost(`${n}`), channel)], morning)
  await store.close()
}

/** Arrivals that were ever committed. */
const countIn = async (dir: string): Promise<number> => {
  const store = await openStore({ dir, clock: new ManualClock(now), newId: randomUUID })
  const tallies = await store.tallies()
  await store.close()
  return tallies.reduce((sum, { count }) => sum + count, 0)
}

test('a backup taken while another process commits is one moment of it: whole posts, and the cursor of the last', async () => {
  const folder = tempFolder()
  const child = startChild('commit', path.join(folder.dir, 'data'))
  try {
    for (const n of [1, 2, 3]) {
      let acked = 0
      for (let line = 0; line < 10; line += 1) acked = Number(await child.line())
      const file = path.join(folder.dir, `${n}.sqlite`)
      const copied = await backUp(path.join(folder.dir, 'data'), file)
      assert.equal(statSync(file).mode & 0o777, 0o600)
      const dir = path.join(folder.dir, `restored-${n}`)
      const restored = await restore(file, dir, { now, catchUp: true })
      assert.deepEqual(restored.rows, copied.rows)
      const store = await openStore({ dir, clock: new ManualClock(now), newId: randomUUID })
      const last = Number((await store.cursor('x'))?.slice(1))
      assert.ok(last >= acked, `${last} posts, ${acked} were acknowledged before`)
      assert.equal((await store.tallies())[0]?.count, last)
      assert.equal(copied.rows['post'], last)
      assert.equal(copied.rows['delivery'], 2 * last)
      assert.equal(copied.readUntil, morning)
      await store.close()
    }
    assert.deepEqual(
      readdirSync(folder.dir).filter(file => !/^(data|restored-.|.\.sqlite)$/.test(file)),
      [],
      'nothing else is left',
    )
  } finally {
    await child.kill()
    folder.remove()
  }
})

test('nothing is overwritten, and what cannot be written is said', async () => {
  const folder = tempFolder()
  const data = path.join(folder.dir, 'data')
  const at = (file: string) => path.join(folder.dir, file)
  await posts(data, 1)
  writeFileSync(at('there'), 'mine')
  await assert.rejects(backUp(data, at('there')), refusal('occupied', /there is there already\. Name another file/))
  assert.equal(readFileSync(at('there'), 'utf8'), 'mine')
  writeFileSync(at('new.part'), 'of another')
  await assert.rejects(backUp(data, at('new')), refusal('occupied', /new\.part is there.* interrupted: delete it/))
  assert.equal(readFileSync(at('new.part'), 'utf8'), 'of another')
  await assert.rejects(backUp(data, at('none/b')), refusal('denied', /there is no folder .*none; make it first/))
  await assert.rejects(restore(at('none'), data, { now, catchUp: true }), refusal('denied', /no file .*none/))
  await assert.rejects(backUp(at('empty'), at('b')), refusal('denied', /birdwire\.sqlite cannot be opened/))
  assert.ok(!existsSync(at('b')) && !existsSync(at('b.part')))
  folder.remove()
})

test('what was there before is kept beside what was restored, with what a killed process had only in its write-ahead log', async () => {
  const folder = tempFolder()
  const data = path.join(folder.dir, 'data')
  const file = path.join(folder.dir, 'backup')
  await posts(data, 2)
  await backUp(data, file)
  const child = startChild('commit', data)
  let acked = 0
  for (let n = 0; n < 5; n += 1) acked = Number(await child.line())
  acked = Number((await child.kill()).at(-1) ?? acked)
  assert.ok(statSync(path.join(data, 'birdwire.sqlite-wal')).size > 0)
  writeFileSync(path.join(data, 'lists-base.json'), '{}')
  const { aside = '' } = await restore(file, data, { now, catchUp: true })
  assert.equal(await countIn(data), 2)
  assert.equal(statSync(path.join(data, 'birdwire.sqlite')).mode & 0o777, 0o600)
  const before = new DatabaseSync(aside, { readOnly: true })
  assert.ok(Number(before.prepare('select sum(count) as count from tally').get()?.['count']) >= acked)
  before.close()
  const files = readdirSync(data)
  assert.ok(!files.includes('lists-base.json') && !files.includes('restore.part'), files.join(' '))
  assert.ok(files.some(each => /^before-restore-.*\.lists-base\.json$/.test(each)))
  folder.remove()
})

test('a damaged, a foreign and a newer file, and a folder in use, are refused, and what is there stays as it is', async () => {
  const folder = tempFolder()
  const data = path.join(folder.dir, 'data')
  const at = (file: string) => path.join(folder.dir, file)
  await posts(data, 40)
  await backUp(data, at('good'))
  await posts(data, 1, 'C2')

  const bytes = readFileSync(at('good'))
  // Its first page stays: it opens, and what is in it is wrong.
  writeFileSync(at('damaged'), bytes.fill(0xff, 3 * 4096, bytes.length - 4096))
  writeFileSync(at('cut'), readFileSync(at('good')).subarray(0, 8192))
  writeFileSync(at('text'), 'a list of things, and certainly no database '.repeat(40))
  writeFileSync(at('empty'), '')
  const foreign = new DatabaseSync(at('foreign'))
  foreign.exec('create table recipes (name text)')
  foreign.close()
  await backUp(data, at('newer'))
  const newer = new DatabaseSync(at('newer'))
  newer.exec("insert into migration values ('0099-later.sql', 'x', 0)")
  newer.close()
  const before = readFileSync(path.join(data, 'birdwire.sqlite'))
  for (const [file, code, says] of [
    ['damaged', 'damaged', /damaged.*older backup/],
    ['cut', 'damaged', /damaged.*older backup/],
    ['text', 'damaged', /no database/],
    ['empty', 'damaged', /no database of Birdwire/],
    ['foreign', 'damaged', /no database of Birdwire/],
    ['newer', 'newer', /newer tables of 0099-later\.sql.*start the version that made it/],
  ] as const) {
    await assert.rejects(restore(at(file), data, { now, catchUp: true }), refusal(code, says), file)
    assert.deepEqual(readFileSync(path.join(data, 'birdwire.sqlite')), before, file)
    assert.deepEqual(readdirSync(data).toSorted(), ['birdwire.sqlite', 'lock.sqlite'], file)
  }
  const child = startChild('hold', data)
  assert.equal(await child.line(), 'open')
  await assert.rejects(
    restore(at('good'), data, { now, catchUp: true }),
    refusal('locked', new RegExp(`in use by another Birdwire \\(process ${child.pid}\\); stop that one`)),
  )
  await child.kill()
  assert.equal(await countIn(data), 41)
  folder.remove()
})

test('what is owed in the copy may have been sent since, and is looked for; what waits together stays together', async () => {
  const folder = tempFolder()
  const data = path.join(folder.dir, 'data')
  const file = path.join(folder.dir, 'backup')
  const store = await openStore({ dir: data, clock: new ManualClock(morning), newId: counter('d') })
  await store.commit([arrived(aPost('1'), 'C1'), told(aGap('g')), fetched('g', aPost('2'), 'C2')], morning)
  await backUp(data, file)
  await store.close()
  for (const catchUp of [true, false]) {
    const dir = path.join(folder.dir, `restored ${catchUp}`)
    const { uncertain, aside } = await restore(file, dir, { now, catchUp })
    assert.equal(aside, undefined)
    assert.equal(uncertain, 1, 'the one that is held for its gap is not')
    const again = await openStore({ dir, clock: new ManualClock(now), newId: randomUUID })
    const { delivery } = await claimOne(again, morning)
    assert.equal(delivery.unknown?.since, morning)
    assert.match(delivery.unknown?.why ?? '', /restored from a backup/)
    assert.equal((await again.claim(morning, lease, 10)).length, 0)
    const gaps = (await again.gaps(10)).map(({ state, from, to }) => [state, from, to])
    assert.equal(await again.cursor('x'), catchUp ? 'c2' : undefined)
    const open = catchUp ? 'open' : 'closed'
    assert.deepEqual(gaps, [...(catchUp ? [] : [['closed', morning, now]]), [open, 10, 20]])
    await again.close()
  }
  folder.remove()
})

/** Some 30 MB: long enough to be struck in the middle. */
async function large(dir: string): Promise<void> {
  await posts(dir, 1)
  const db = new DatabaseSync(path.join(dir, 'birdwire.sqlite'))
  db.exec(`insert into post (source, id, version, posted_at, arrived_at, author, body, rejected)
    with recursive n(i) as (select 2 union all select i + 1 from n where i < 8000)
    select 'x', i, i, 0, 0, '7001', hex(randomblob(2000)), '[]' from n`)
  db.close()
}

/** Starts the command and kills it as soon as `part` is there; false when it had ended before that. */
async function killedAt(part: string, args: readonly string[], data: string): Promise<boolean> {
  const main = path.join(import.meta.dirname, '../../src/main.ts')
  const env = { PATH: process.env['PATH'], BIRDWIRE_DATA: data }
  const child = spawn(process.execPath, [main, ...args], { cwd: data, env, stdio: 'ignore' })
  const gone = once(child, 'exit')
  while (!existsSync(part) && child.exitCode === null) await new Promise(resolve => setImmediate(resolve))
  child.kill('SIGKILL')
  await gone
  return existsSync(part)
}

test('a backup and a restore that are killed in the middle leave no half database, and can be done again', async () => {
  const folder = tempFolder()
  const data = path.join(folder.dir, 'data')
  const file = path.join(folder.dir, 'backup')
  await large(data)
  const struck = async (part: string, args: readonly string[], undo: () => unknown) => {
    for (let round = 0; round < 5; round += 1) {
      if (await killedAt(part, args, data)) return
      await undo()
    }
    assert.fail(`${args[0]} could not be struck in the middle`)
  }
  await struck(`${file}.part`, ['backup', file], () => rmSync(file))
  assert.ok(!existsSync(file))
  rmSync(`${file}.part`)
  assert.equal((await backUp(data, file)).rows['post'], 8000)
  await posts(data, 2)
  await struck(path.join(data, 'restore.part/birdwire.sqlite'), ['restore', file], () => posts(data, 2))
  assert.equal(await countIn(data), 3, 'what was there is there')
  const { aside } = await restore(file, data, { now, catchUp: true })
  assert.equal(await countIn(data), 1)
  assert.ok(aside !== undefined && !existsSync(path.join(data, 'restore.part')))
  folder.remove()
})
