/** What the keeper of lists finds on disk when it starts: the lists, and beside them what they said when they and the channels were last the same. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { channelFinder } from '../../../src/control/lists/channels.ts'
import { ListsKeeper } from '../../../src/control/lists/keeper.ts'
import { placeAt } from '../../../src/control/lists/place.ts'
import { readLists } from '../../../src/control/lists/yaml-read.ts'
import { controlsRig } from '../../rig/controls.ts'
import { must, type Target } from '../target.ts'
import { isRecord, jsonIn, textOf } from './stub-fetch.ts'

const inputsPerRig = 200
const lists =
  'birdwire: 1\nchannels:\n  C0PAPERS:\n    follow:\n      - mira_okafor (101)\n    keywords:\n      - gravity\n'

export const listsBase: Target = {
  name: 'lists-base',
  shape: 'json',
  share: 4,
  charsMax: 20_000,
  seeds: [
    JSON.stringify({ lists, base: { files: [['', lists]], out: [['C0OTHER', '{}']] } }),
    JSON.stringify({ lists: 'channels: {}\n', base: { files: [['', lists]], out: [] } }),
    JSON.stringify({ lists, base: 'not JSON' }),
  ],
  words: [
    'lists',
    'base',
    'files',
    'out',
    'C0PAPERS',
    'C0OTHER',
    '#papers',
    '\n    ',
    'follow:',
    'mute: [ibm (103)]',
    'channels:',
    '../x',
    'papers/users.csv',
  ],
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'birdwire-fuzz-'))
    let rig = await controlsRig()
    let left = inputsPerRig
    return {
      async run(input) {
        if (left-- === 0) {
          await rig[Symbol.asyncDispose]()
          rig = await controlsRig()
          left = inputsPerRig
        }
        const json = jsonIn(input)
        const given = isRecord(json) ? json : { lists: input, base: input }
        const path = join(folder, 'lists.yaml')
        const baseFile = join(folder, 'lists-base.json')
        const text = textOf(given['lists'] ?? '').toWellFormed()
        writeFileSync(path, text)
        writeFileSync(baseFile, textOf(given['base'] ?? ''))
        const failed: unknown[] = []
        const keeper = new ListsKeeper({
          place: await placeAt(path),
          deps: rig.deps,
          findChannel: channelFinder(rig.deps, async name => (name === 'papers' ? 'C0PAPERS' : undefined)),
          baseFile,
          onEvent: event => event.kind === 'failed' && failed.push(event.error),
        })
        // Ended before it begins: it looks once.
        await keeper.run(AbortSignal.abort())
        if (failed[0] !== undefined) throw failed[0]
        return () => {
          const now = readFileSync(path, 'utf8')
          must(readLists(text).ok || now === text, 'a file that cannot be read is overwritten', { text, now })
          must(!readLists(text).ok || readLists(now).ok, 'what is written cannot be read', now)
        }
      },
      async close() {
        await rig[Symbol.asyncDispose]()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  },
}
