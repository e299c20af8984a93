/** docs/messages.md shows every golden message in the words of scripts/gallery-text.ts, each with a picture. `npm run gallery` makes both. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { exhibits, galleryText, picturesFolder } from '../../../scripts/gallery-text.ts'
import { names } from './golden.ts'

const docs = join(import.meta.dirname, '../../../docs')

test('every golden message is in the gallery, once', () => {
  assert.deepEqual(exhibits.map(({ name }) => name).toSorted(), names.toSorted())
})

test('docs/messages.md is what the gallery says', () => {
  assert.equal(readFileSync(join(docs, 'messages.md'), 'utf8'), galleryText(), 'run `npm run gallery`')
})

test('each of them has its picture, and there is no other', () => {
  const pictures = globSync('*.png', { cwd: join(docs, picturesFolder) })
  assert.deepEqual(pictures.toSorted(), names.map(name => `${name}.png`).toSorted())
})
