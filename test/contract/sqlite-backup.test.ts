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
import type { Hold } from '../../src/domain/delivery.ts'
import { ManualClock } from '../../src/kit/clock.ts'
import { backUp, restore } from '../../src/store/backup.ts'
import { openStore } from '../../src/store/open.ts'
import type { Intake } from '../../src/store/store.ts'
import { StoreError, type StoreErrorCode } from '../../src/store/store-error.ts'
import { startChild } from './child.ts'
import { aGap, again, aPost, arrived, claimOne, fetched, lease, morning, sent, told } from './samples.ts'
import { continuing, endOf, grouped, placed, repost, shared } from './sharing.ts'
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
  for (const made of ['birdwire.sqlite', 'lock.sqlite'])
    assert.equal(statSync(path.join(data, made)).mode & 0o777, 0o600, made)
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

test('what is owed in the copy may have been sent since, and is looked for; what was to come with others is not', async () => {
  const folder = tempFolder()
  const data = path.join(folder.dir, 'data')
  const file = path.join(folder.dir, 'backup')
  const store = await openStore({ dir: data, clock: new ManualClock(morning), newId: counter('d') })
  const some = (channel: string, from: number, count: number, hold?: Hold): Intake[] =>
    Array.from({ length: count }, (_, n) => {
      const intake = arrived(aPost(`${from + n}`), channel)
      return hold === undefined ? intake : { ...intake, deliver: [{ channel, because: 'follows', hold }] }
    })
  const digestAt = (until: number): Hold => ({ why: 'digest', until })
  // One message already: it is tried again as it is.
  await store.commit(some('C6', 40, 6), morning)
  await store.settle(await claimOne(store, morning), again(morning, morning + 5), morning)
  await store.commit([...some('C3', 10, 3, digestAt(now - 1)), ...some('C3', 15, 1, digestAt(now + 1))], morning)
  await store.commit([...some('C4', 20, 6), ...some('C5', 30, 5)], morning)
  await store.commit([arrived(aPost('1'), 'C1'), shared(repost('2', '1', 'b'))], morning)
  await store.commit([grouped(arrived(continuing('26', '20'), 'C4'), { under: '20' })], morning)
  await store.commit([told(aGap('g')), fetched('g', aPost('3'), 'C2')], morning)
  await backUp(data, file)
  await store.close()
  for (const catchUp of [true, false]) {
    const dir = path.join(folder.dir, `restored ${catchUp}`)
    const { uncertain, together, aside } = await restore(file, dir, { now, catchUp })
    assert.equal(aside, undefined)
    const opened = await openStore({ dir, clock: new ManualClock(now), newId: randomUUID })
    const looked: string[] = []
    const posted: string[] = []
    for (
      let claims = await opened.claim(now, lease, 10);
      claims.length > 0;
      claims = await opened.claim(now, lease, 10)
    )
      for (const claim of claims) {
        const { channel, unknown } = claim.delivery
        if (unknown !== undefined) assert.match(unknown.why, /restored from a backup/)
        ;(unknown === undefined ? posted : looked).push(`${channel} ${placed(claim)}`)
        await opened.settle(claim, sent(now, '17.1'), now)
      }
    assert.deepEqual(looked.toSorted(), [
      'C1 post 1 +b',
      ...[30, 31, 32, 33, 34].map(id => `C5 post ${id}`),
      'C6 post 40 41 42 43 44 45',
    ])
    assert.equal(uncertain, looked.length)
    assert.equal(await endOf(opened, '2'), 'sent 17.1 named')
    assert.equal(together, 1 + 3 + 7)
    assert.deepEqual(
      posted.toSorted(),
      catchUp ? ['C2 post 3', 'C3 post 10 11 12', 'C4 17.1> post 26', 'C4 post 20 21 22 23 24 25'] : [],
    )
    assert.match(await endOf(opened, '15'), /^pending/, 'its digest is still to come')
    if (!catchUp) assert.match((await opened.post('x', '11'))?.deliveries[0]?.why ?? '', /said that it had been posted/)
    const gaps = (await opened.gaps(10)).map(({ state, from, to }) => [state, from, to])
    const open = catchUp ? 'open' : 'closed'
    assert.deepEqual(gaps, [...(catchUp ? [] : [['closed', morning, now]]), [open, 10, 20]])
    assert.equal(await opened.cursor('x'), catchUp ? 'c3' : undefined)
    await opened.close()
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
