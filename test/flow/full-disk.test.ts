/**
 * Goal: a disk that fills up while posts stream and while Slack is answering is said plainly wherever people look, and costs nothing: with space
 * again everything that was on the wire is in its channel once. Method: the real service on a file system of its own, a few
 * megabytes in memory, really full. Only an administrator may mount one; elsewhere this is skipped and sqlite-trouble.test.ts stands for it.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { postsShown } from '../rig/posts-shown.ts'
import { type ServiceRig, startServiceRig, untilTrue } from '../rig/service.ts'

const channel = 'C0DISK'

/** A small file system of its own; undefined where this user may not mount one. */
function smallDisk() {
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'none', dir])
  if (mounted.status !== 0) {
    rmSync(dir, { recursive: true })
    return undefined
  }
  const filler = join(dir, 'filler')
  return {
    dir,
    fill() {
      for (let bytes = 65_536; bytes >= 512; bytes /= 2) while (wrote(filler, bytes)) {}
    },
    free: () => rmSync(filler, { force: true }),
    [Symbol.dispose]() {
      spawnSync('umount', ['-l', dir])
      rmSync(dir, { recursive: true })
    },
  }
}

function wrote(file: string, bytes: number): boolean {
  try {
    appendFileSync(file, Buffer.alloc(bytes, 0x2e))
    return true
  } catch {
    return false
  }
}

/** How many messages of the channel show this post. */
const copies = ({ slack }: ServiceRig, id: string) =>
  slack
    .messages(channel)
    .flatMap(postsShown)
    .filter(shown => shown === id).length

test('a full disk is said everywhere, loses nothing, and heals without a restart', { timeout: 60_000 }, async t => {
  using disk = smallDisk()
  if (disk === undefined) return t.skip('this user may not mount a small disk to fill it')
  await using rig = await startServiceRig({ channels: [channel], speed: 20, environment: { BIRDWIRE_DATA: disk.dir } })
  const { world, x, slack } = rig
  await rig.type(channel, 'follow mira_okafor')
  await x.connected()
  await x.rulesAre(rules => rules.length > 0)
  await slack.received(1)

  const written: string[] = []
  const write = async (): Promise<void> => {
    const post = world.post({ author: 'mira_okafor', text: `Reading ${written.length}. ${'A long word. '.repeat(15)}` })
    written.push(post.id)
    await x.emit(post)
  }
  // Slack has taken this one when the disk is already full: that it was sent cannot be written down.
  slack.faults.schedule('post:delay', { detail: { ms: 400 } })
  await write()
  await slack.received(2)
  disk.fill()
  while ((await rig.ready()).wrong['store'] === undefined) {
    assert.ok(written.length < 500, 'the disk never got full')
    await write()
  }
  for (let n = 0; n < 5; n++) await write()
  await untilTrue(() => rig.log.some(line => line.includes('the store does not keep what becomes of deliveries')))

  const { status, wrong } = await rig.ready()
  assert.equal(status, 503)
  const sentence = /no space left for .*birdwire\.sqlite: .*free some space, and it goes on by itself/
  assert.match(wrong['store'] ?? '', sentence)
  assert.match(JSON.stringify((await rig.status()).readiness), sentence)
  assert.match(rig.log.join(''), sentence)
  assert.match(await rig.type(channel, 'status'), sentence)
  assert.match(await rig.type(channel, 'follow jonas_lindqv'), /may not have been done/)

  disk.free()
  await untilTrue(async () => (await rig.ready()).status === 200)
  await untilTrue(() => written.every(id => copies(rig, id) > 0))
  assert.deepEqual(
    written.filter(id => copies(rig, id) !== 1),
    [],
    'nothing is there twice',
  )
  slack.faults.assertAllFired()
  await untilTrue(async () => (await rig.status()).lanes.every(({ pending }) => pending === 0))
})
