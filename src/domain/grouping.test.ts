import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { groupingOf } from './grouping.ts'
import type { Post } from './post.ts'

function linking(address: string): Post {
  return {
    source: 'x',
    id: '101',
    version: '101',
    author: { id: '7001', handle: 'mira_okafor', name: 'Mira Okafor', url: 'https://x.com/mira_okafor' },
    createdAt: 0,
    text: [{ kind: 'link', text: address, url: address }],
    media: [],
    sensitive: false,
    url: 'https://x.com/mira_okafor/status/101',
    relation: 'original',
    edited: false,
  }
}
const spelled = (address: string) => groupingOf(linking(address), { together: true, links: 'thread' })?.links[0]

test('addresses of one page are one link', () => {
  const pages: readonly (readonly string[])[] = [
    [
      'https://a.example/news/1',
      'http://www.a.example/news/1/',
      'https://A.example:443/news/1?utm_source=x&utm_medium=social',
      'https://m.a.example/news/1?fbclid=abc',
      'https://a.example/news/1#comments',
      'https://a.example/news/1#:~:text=words',
    ],
    ['https://a.example/?b=1&a=2', 'https://a.example?a=2&b=1', 'https://a.example/?a=2&gclid=9&b=1'],
    [
      'https://x.com/ligo_lab/status/1',
      'https://x.com/ligo_lab/status/1?s=20&t=abc',
      'https://mobile.twitter.com/ligo_lab/status/1?ref_src=twsrc',
    ],
    [
      'https://youtube.com/watch?v=1',
      'https://m.youtube.com/watch?feature=share&v=1',
      'https://www.youtube.com/watch?v=1&si=q',
    ],
    ['https://app.example/#/a', 'https://app.example/#/a/'],
    ['https://list.example/2026#msg1', 'https://list.example/2026#msg2'],
  ]
  for (const [first = '', ...others] of pages) {
    assert.notEqual(spelled(first), undefined, first)
    for (const other of others) assert.equal(spelled(other), spelled(first), other)
  }
})

test('addresses of different pages are different links', () => {
  const pages = [
    'https://a.example/1',
    'https://a.example/1?page=2',
    'https://a.example/1?s=20',
    'https://a.example/1?t=20',
    'https://b.example/1',
    'https://a.example:8443/1',
    'https://app.example/#/a',
    'https://app.example/#/b',
    'https://app.example/#!a',
    'https://app.example/app#/a',
    'https://youtube.com/watch?v=1',
    'https://youtube.com/watch?v=1&t=60',
    'https://youtube.com/watch?v=2',
  ]
  assert.equal(new Set(pages.map(spelled)).size, pages.length)
})

test('a home page says too little to be a link, and so does what is no page', () => {
  const none = [
    'https://a.example',
    'https://www.a.example/?utm_source=x',
    'https://a.example/#/',
    'https://a.example/#!/',
  ]
  for (const address of [...none, 'https://a.example/#top', 'mailto:a@a.example', 'no address'])
    assert.equal(spelled(address), undefined, address)
})

test('a spelling is the address of the same page: spelled again, it is the same', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), address => {
      const once = spelled(address)
      if (once !== undefined) assert.equal(spelled(`https://${once}`), once)
    }),
    { numRuns: 40 },
  )
})
