/** What people type and paste, and what is said of it: names, lists of names, Slack's own escaping, words from outside in our mrkdwn. */
import { escapeCommandText } from '../../../sim/slack/app/escape.ts'
import { expressions, firstWord, handleOf, names, slackThing, tidy } from '../../../src/control/args.ts'
import { oldKeyword } from '../../../src/control/old.ts'
import { accountsIn } from '../../../src/control/pasted.ts'
import { postIdIn } from '../../../src/control/post-address.ts'
import { code, codeBlock, forTerminal, name, plain, signature } from '../../../src/control/words.ts'
import { parse } from '../../../src/domain/filter/parse.ts'
import { pieces, shown } from '../../../src/slack/in/answer.ts'
import { typed } from '../../../src/slack/in/typed.ts'
import { must, type Target } from '../target.ts'
import { mustBeSafe } from './said.ts'

export const typedText: Target = {
  name: 'typed',
  shape: 'text',
  share: 100,
  charsMax: 40_000,
  seeds: [
    'mira_okafor, tomas_lind; @ligo_lab',
    '<@U0NELL|nell> <#C0PAPERS|papers> <!subteam^S1|@all>',
    'https://x.com/mira_okafor/status/1857229011233410001?s=20',
    '<https://example.org/a?b=c&amp;d|example.org/a?b=c&amp;d>',
    '“dark matter”, ‘quantum’\n#physics',
    '/birdwire &lt;b&gt; *bold* _it_ ~no~ `code` @here',
    'follow me',
  ],
  words: [
    '<@U0NELL>',
    '<!channel>',
    '<!here|here>',
    '@channel',
    '＠here',
    '<https://a.example|',
    '|',
    '>',
    '&lt;',
    '&amp;lt;',
    '```',
    '`',
    '*',
    '_',
    '\n',
    ',',
    ';',
    'x.com/',
    'twitter.com/',
    '/status/',
  ],
  open: () => ({
    run(input) {
      const was = typed(input)
      const found = names(was)
      const said = [
        plain(input),
        name(input),
        code(input),
        codeBlock(input.split('\n')),
        signature({ id: 'U1', name: input }),
      ]
      const things = [...expressions(was), ...found].map(item => [
        slackThing(item),
        handleOf(item),
        oldKeyword(item),
        postIdIn(item),
        firstWord(item),
      ])
      const escaped = escapeCommandText(bare(was), [], [])
      const cut = pieces(input, 3000)
      const message = shown({ text: code(input), changed: false, offers: [{ label: name(input), does: was }] })
      return () => {
        for (const words of said) mustBeSafe(words.slice(0, 39_000).toWellFormed())
        must(
          said.every(words => words.length <= input.length * 10 + 200),
          'words grow more than tenfold',
        )
        must(tidy(tidy(input)) === tidy(input), 'tidying twice is not the same', input)
        must(things.length <= input.length + 1, 'more things than characters')
        must(!/[*`]/.test(name(input)), 'a name can format', name(input))
        must(
          cut.every(piece => piece.length <= 3000),
          'a piece is too long',
        )
        must(cut.join('').replaceAll(/```\n|\n```|```/g, '').length <= input.length, 'pieces have more than the whole')
        must(typed(escaped) === bare(was), 'what Slack escapes is not what was typed', { escaped })
        must(message.blocks === undefined || JSON.stringify(message.blocks).length <= 60_000, 'blocks are too long')
        forTerminal(said.join('\n'))
        const keyword = oldKeyword(input)
        // One line of the old bot's file; a sign alone is told as a fault.
        if (/^"[\p{L}\p{N} ]*\p{L}[\p{L}\p{N} ]*"$/u.test(keyword))
          must(parse(keyword).ok, 'an old keyword cannot be read', keyword)
      }
    },
  }),
}

export const pasted: Target = {
  name: 'pasted',
  shape: 'text',
  share: 50,
  charsMax: 100_000,
  seeds: [
    'mira_okafor\ntomas_lind\n@ligo_lab',
    'Name,Handle,Followers\n"Okafor, Mira",@mira_okafor,12\nTomas,@tomas_lind,7',
    'handle;since\nmira_okafor;2021',
    'Mira Okafor (@mira_okafor)\nTomás Lind (@tomas_lind)',
    'https://x.com/mira_okafor\nhttps://twitter.com/ibm?lang=en',
  ],
  words: [',', ';', '\t', '"', '""', '\r\n', 'handle', 'screen_name', 'twitter', '@', 'https://x.com/', '(@'],
  open: () => ({
    run(input) {
      const found = accountsIn(input)
      return () => {
        must(found.length <= input.length, 'more names than characters')
        must(
          new Set(found.map(item => item.toLowerCase().replace(/^@/, ''))).size === found.length,
          'a name is there twice',
        )
        must(
          found.every(item => item.trim() !== ''),
          'a name is empty',
        )
        must(
          found.every(item => squashed(input).includes(squashed(item))),
          'a name is made up',
          found,
        )
      }
    },
  }),
}

/** Without what Slack reads as names and addresses of its own. */
const bare = (text: string): string => text.replaceAll(/[<>@#|]/g, '')
/** Without blanks, quotes and what nobody sees. */
const squashed = (text: string): string => tidy(text.toWellFormed().replaceAll(/[\s"]+/g, '')).replaceAll(/[\s"]+/g, '')
