import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account } from '../domain/account.ts'
import type { Author, Post } from '../domain/post.ts'
import { emptyRoute, type Route } from '../domain/route.ts'
import { RouteBook } from './wanted.ts'

const mira: Account = { source: 'x', id: '7', handle: 'mira_okafor', name: 'Mira Okafor' }

function bench() {
  const calls: string[] = []
  const shelf = { routes: [] as Route[], refreshed: [] as Account[] }
  const book = new RouteBook({
    source: 'x',
    store: {
      routes: async () => structuredClone(shelf.routes),
      refreshAccounts: async accounts => {
        shelf.refreshed.push(...accounts)
      },
    },
    matcher: {
      set: route => calls.push(`set ${route.channel}`),
      remove: channel => calls.push(`remove ${channel}`),
    },
  })
  return { book, shelf, calls }
}

function postBy(author: Partial<Author>): Post {
  return {
    source: 'x',
    id: '1',
    version: '1',
    author: { id: '7', handle: 'mira_okafor', name: 'Mira Okafor', url: 'https://x.com/mira_okafor', ...author },
    createdAt: 1,
    text: [],
    media: [],
    sensitive: false,
    url: 'https://x.com/mira_okafor/status/1',
    relation: 'original',
    edited: false,
  }
}

test('the matcher hears of what changed only, and a paused channel is matched but not wanted from the source', async () => {
  const { book, shelf, calls } = bench()
  shelf.routes = [emptyRoute('x', 'C1'), { ...emptyRoute('x', 'C2'), paused: true }]
  await book.refresh()
  assert.deepEqual(
    book.current().map(route => route.channel),
    ['C1'],
  )
  shelf.routes = [emptyRoute('x', 'C1'), { ...emptyRoute('x', 'C2'), keywords: ['ligo'] }]
  await book.refresh()
  shelf.routes = [emptyRoute('x', 'C2')]
  await book.refresh()
  assert.deepEqual(calls, ['set C1', 'set C2', 'set C2', 'set C2', 'remove C1'])
})

test('a source that waits is woken by a change, by nothing else, and by the end', async () => {
  const { book, shelf } = bench()
  const stop = new AbortController()
  let woken = 0
  const wait = () => book.changed(stop.signal).then(() => (woken += 1))
  const first = wait()
  await book.refresh()
  assert.equal(woken, 0)
  shelf.routes = [emptyRoute('x', 'C1')]
  await book.refresh()
  await first
  const second = wait()
  await book.refresh()
  assert.equal(woken, 1)
  stop.abort()
  await second
  assert.equal(woken, 2)
  await book.changed(stop.signal)
})

test('refreshes asked for at once end with the newest routes, and one that fails does not stop the next', async () => {
  const { book, shelf } = bench()
  Object.defineProperty(shelf, 'routes', { get: failOnce(() => [emptyRoute('x', 'C1')]) })
  const [first, second] = await Promise.allSettled([book.refresh(), book.refresh()])
  assert.deepEqual([first.status, second.status], ['rejected', 'fulfilled'])
  assert.equal(book.current().length, 1)
})

function failOnce<T>(then: () => T): () => T {
  let failed = false
  return () => {
    if (failed) return then()
    failed = true
    throw new Error('the store is busy')
  }
}

test('an account that is followed and renamed itself is kept under its new name; others are left alone', async () => {
  const { book, shelf } = bench()
  shelf.routes = [{ ...emptyRoute('x', 'C1'), follows: [mira] }]
  await book.refresh()
  await book.meet([postBy({}), postBy({ id: '8', handle: 'somebody' }), postBy({ handle: '' })])
  assert.deepEqual(shelf.refreshed, [])
  await book.meet([postBy({}), postBy({ handle: 'mira_writes', avatarUrl: 'https://pbs.example/7.jpg' })])
  assert.deepEqual(shelf.refreshed, [{ ...mira, handle: 'mira_writes', avatarUrl: 'https://pbs.example/7.jpg' }])
})
