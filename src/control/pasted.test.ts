import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { accountsIn } from './pasted.ts'

const two = ['mira_okafor', 'tomas_lind']
const tables: readonly (readonly [string, string, readonly string[]])[] = [
  ['names, one a line', 'mira_okafor\ntomas_lind', two],
  ['names with commas between', '@mira_okafor, tomas_lind', ['@mira_okafor', 'tomas_lind']],
  ['a heading and nothing else beside', 'handle\nmira_okafor\ntomas_lind', two],
  [
    'more columns under a heading',
    'Name,Handle,Notes\nMira Okafor,mira_okafor,"dark, very"\nTomás Lind,tomas_lind,',
    two,
  ],
  ['semicolons', 'username;followers\nmira_okafor;12\ntomas_lind;900', two],
  ['tabs', 'name\tscreen_name\nMira Okafor\tmira_okafor\nTomás Lind\ttomas_lind', two],
  ['columns without a heading', 'Mira Okafor,mira_okafor,12\nTomás Lind,tomas_lind,900', two],
  [
    'a column of addresses',
    'mira,https://x.com/mira_okafor\ntom,https://x.com/tomas_lind',
    ['https://x.com/mira_okafor', 'https://x.com/tomas_lind'],
  ],
  ['names in rows', 'mira_okafor,tomas_lind\nIBM,ligo_lab', [...two, 'IBM', 'ligo_lab']],
  ['people with their names', 'Mira Okafor (@mira_okafor)\nTomás Lind @tomas_lind', two],
  ['the same twice', 'IBM\n@ibm', ['IBM']],
  ['nothing', ' \n\t ', []],
]

for (const [what, text, wanted] of tables) test(what, () => assert.deepEqual(accountsIn(text), wanted))

test('a heading is no account, whatever is around the names below it', () => {
  const handle = fc.stringMatching(/^[a-z]\w{2,10}$/)
  fc.assert(
    fc.property(
      fc.uniqueArray(handle, { minLength: 1, maxLength: 9, selector: name => name.toLowerCase() }),
      fc.string().map(text => text.replaceAll(/[\s\p{Cc}"“”„‟«»″]/gu, ' ')),
      (handles, note) => {
        const lines = handles.map(name => `"${note}",${name}`)
        assert.deepEqual(accountsIn(['Comment,Handle', ...lines].join('\r\n')), handles)
      },
    ),
  )
})
