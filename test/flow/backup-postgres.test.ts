/**
 * Goal: with PostgreSQL, too, what was owed when the copy was taken comes once after the way back, and nobody can go that way beside a service that runs.
 * Method: a real server, its own pg_dump and pg_restore, the real service and the real command, as docs/operations.md tells it.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { findPostgres } from '../rig/postgres-binaries.ts'
import { startPostgres } from '../rig/postgres-server.ts'
import { postsShown } from '../rig/posts-shown.ts'
import { startServiceRig, untilTrue } from '../rig/service.ts'

const [channel, later] = ['C0DESK', 'C0DIGEST']
const minute = 60_000
const main = join(import.meta.dirname, '../../src/main.ts')
const run = promisify(execFile)

const found = findPostgres()
/** Beside the server, whose version they must have; it may be known by a link only. */
const bin = 'bin' in found ? dirname(realpathSync(join(found.bin, 'initdb'))) : ''
const skip = 'none' in found ? found.none : !existsSync(join(bin, 'pg_restore')) && `there is no pg_restore in ${bin}`

for (const catchUp of [true, false])
  test(`with PostgreSQL ${catchUp ? 'what was owed at the dump comes once, what came after it is fetched again' : 'and --no-catch-up nothing comes twice'}`, {
    timeout: 120_000,
    skip,
  }, async () => {
    await using server = await startPostgres()
    // The command goes by the machine's own clock: what is due for everybody else is due for it.
    const startsAt = Date.now() - 3 * 60 * minute
    const DATABASE_URL = await server.newDatabase()
    await using rig = await startServiceRig({
      channels: [channel, later],
      speed: 20,
      startsAt,
      environment: { DATABASE_URL },
    })
    const file = join(tmpdir(), `birdwire-backup-${process.pid}-${catchUp}.dump`)
    const shown = (where = channel) => rig.slack.messages(where).flatMap(postsShown)
    const write = async (text: string) => {
      const { post } = await rig.x.emit(rig.world.post({ author: 'mira_okafor', text }))
      return post.id
    }
    const birdwire = (...args: string[]) =>
      run(process.execPath, [main, ...args, ...(catchUp ? [] : ['--no-catch-up'])], {
        cwd: tmpdir(),
        env: rig.environment,
      })
    const second = () => birdwire('restore', '--after-pg-restore')
    const refused = (says: RegExp) => (error: unknown) => {
      assert.ok(error instanceof Error && 'stderr' in error && 'code' in error)
      assert.match(String(error.stderr), says)
      assert.ok(!String(error.stderr).includes(new URL(DATABASE_URL).password), 'I7')
      return error.code === 1
    }
    for (const each of [channel, later]) await rig.type(each, 'follow mira_okafor')
    await rig.type(later, `pace digest ${new Date(startsAt + 30 * minute).toISOString().slice(11, 16)} UTC`)
    await rig.reading()
    // The lines about these changes are owed, too.
    await untilTrue(async () => (await rig.status()).lanes.every(({ pending }) => pending === 0))
    rig.slack.faults.schedule('post:rate-limited', { subject: channel, detail: { retryAfter: 3000 } })
    const owed = await write('Owed at the time of the dump')
    await untilTrue(() => rig.log.some(line => line.includes('not sent yet')))
    await run(join(bin, 'pg_dump'), ['--format=custom', `--file=${file}`, DATABASE_URL])
    rig.leap(51 * minute)
    await untilTrue(() => [channel, later].every(each => shown(each).includes(owed)))
    const since = await write('Since the dump')
    await untilTrue(() => shown().includes(since))

    await assert.rejects(birdwire('restore', file), refused(/pg_restore [^\n]*\n +birdwire restore --after-pg-restore/))
    await assert.rejects(second(), refused(/in use by another Birdwire \(one process\); stop all of them/))
    await rig.stop()
    rig.leap(2 * minute)
    await run(join(bin, 'pg_restore'), ['--clean', '--if-exists', '--no-owner', `--dbname=${DATABASE_URL}`, file])
    const { stdout } = await second()
    assert.match(
      stdout,
      /2 channels, 1 post, .*\n1 message was owed at that time: looked for in Slack.*\n1 post was to come with others/,
    )
    assert.match(stdout, catchUp ? /come once more/ : /is not fetched/)
    await rig.start()
    await rig.reading()
    const after = await write('After the way back')
    await untilTrue(() => shown().includes(after))
    await untilTrue(async () => (await rig.status()).lanes.every(lane => lane.channel === later || lane.pending === 0))
    if (catchUp) await untilTrue(() => shown(later).length > 1)
    assert.deepEqual(shown(later), catchUp ? [owed, owed] : [owed])
    assert.deepEqual(shown(), catchUp ? [owed, since, since, after] : [owed, since, after])
    rmSync(file)
  })
