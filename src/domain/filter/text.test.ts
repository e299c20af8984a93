import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { find, fold, hashToken, needleOf, Tokens } from './text.ts'

const tokensOf = (text: string) => needleOf(text).tokens

/** The same cut by regular expressions over the text folded as a whole: slow and without a table. */
function cutSlowly(text: string): { token: string; glued: boolean }[] {
  const folded = fold(text)
  const unspaced =
    '[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Bopo}\\p{scx=Hang}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}]'
  const solo = `(?:(?=[\\p{L}\\p{N}])${unspaced}|\\p{Regional_Indicator}{2}|[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\p{Regional_Indicator}])\\p{M}*`
  const word = `(?:(?!${unspaced})[\\p{L}\\p{N}]|\\p{M})(?:(?!${unspaced})[\\p{L}\\p{N}]|\\p{M})*`
  let end = -1
  return [...folded.matchAll(new RegExp(`${solo}|${word}`, 'gu'))].map(({ 0: token, index }) => {
    const glued = index === end
    end = index + token.length
    return { token, glued }
  })
}

const scripts = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'abzABZé ßẞſıİÉﬁΣςσ09_-.,#@$\'"’') },
  { weight: 4, arbitrary: fc.constantFrom(...'量子力学コンピューターｶﾞｷﾞが가각ㄱㅏㄴ각한국어น้ำแข็งПривет́́سلام، ') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '👍',
      '🏽',
      '\u200d',
      '\ufe0f',
      '❤',
      '🇺',
      '🇦',
      '🇸',
      '™',
      '½',
      '①',
      '…',
      '\u00ad',
      '\u0301',
      '\u3099',
      '𝐀',
      '𐐀',
      '\ud83d',
      '\udc4d',
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
)
const anyText = fc.array(scripts, { maxLength: 14 }).map(parts => parts.join(''))

test('a text is cut into the tokens that regular expressions over its whole folding find', () => {
  fc.assert(
    fc.property(anyText, text => {
      const cut = needleOf(text)
      const slow = cutSlowly(text)
      assert.deepEqual(
        cut.tokens,
        slow.map(({ token }) => token),
      )
      assert.deepEqual(
        cut.glued,
        slow.map(({ glued }) => glued),
      )
    }),
    { numRuns: 20_000 },
  )
})

test('every character of the basic plane is cut the same between letters and after kana', () => {
  for (let unit = 0; unit < 0x10000; unit++) {
    const char = String.fromCharCode(unit)
    for (const text of [`a${char}b`, `か${char}`]) {
      assert.deepEqual(
        needleOf(text).tokens,
        cutSlowly(text).map(({ token }) => token),
        `U+${unit.toString(16)}`,
      )
    }
  }
})

test('the hash of a token in a text is the hash of its string', () => {
  fc.assert(
    fc.property(anyText, text => {
      const cut = new Tokens(text)
      for (let index = 0; index < cut.count; index++) assert.equal(cut.hashes[index], hashToken(cut.token(index)))
    }),
  )
})

test('folding twice changes nothing, and case does not survive it', () => {
  fc.assert(
    fc.property(anyText, text => {
      assert.equal(fold(fold(text)), fold(text))
      assert.equal(fold(text.normalize('NFD')), fold(text.normalize('NFC')))
    }),
  )
  assert.equal(fold('STRASSE ẞ'), fold('straße ß'))
  assert.equal(fold('ΟΔΟΣ'), fold('οδος'))
})

test('what stands at the place of a token folds to that token', () => {
  fc.assert(
    fc.property(anyText, text => {
      const cut = new Tokens(text)
      for (let index = 0; index < cut.count; index++) {
        const { start, end } = cut.place(index, index)
        assert.ok(0 <= start && start < end && end <= text.length)
        assert.ok(fold(text.slice(start, end)).includes(cut.token(index)), JSON.stringify([text, index, start, end]))
      }
    }),
    { numRuns: 5000 },
  )
})

test('places are exact in text that had to be folded as a whole', () => {
  const text = 'Die Straße, e\u0301tat ❤\ufe0f ｶﾞｽ!'
  const cut = new Tokens(text)
  const shown = Array.from({ length: cut.count }, (_, index) => {
    const { start, end } = cut.place(index, index)
    return text.slice(start, end)
  })
  assert.deepEqual(shown, ['Die', 'Straße', 'e\u0301tat', '❤\ufe0f', 'ｶﾞ', 'ｽ'])
})

test('scripts without blanks are cut by character, and glue tells a run from words beside one another', () => {
  assert.deepEqual(tokensOf('量子AI研究'), ['量', '子', 'ai', '研', '究'])
  assert.ok(find(needleOf('子AI'), new Tokens('量子AI研究')) === 1)
  assert.ok(find(needleOf('量子'), new Tokens('量、子')) < 0)
  assert.ok(find(needleOf('量 子'), new Tokens('量、子')) === 0)
})

test('flags are whole: one is not found across two others', () => {
  assert.equal(find(needleOf('🇦🇺'), new Tokens('🇺🇦🇺🇸')), -1)
  assert.equal(find(needleOf('🇺🇸'), new Tokens('🇺🇦🇺🇸')), 1)
})

test('an empty needle is nowhere', () => {
  assert.equal(find(needleOf('!?'), new Tokens('anything!?')), -1)
})
