import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorld } from '../world/world.ts'
import { followingOf } from './following.ts'
import { Groups } from './groups.ts'
import { startX } from './server.ts'

const start = Date.UTC(2026, 10, 20, 14)
const list = '1600000000000000001'

function setup() {
  const world = createWorld({ now: start })
  const groups = new Groups({ world, imageBase: () => 'https://pictures.example', lenientFields: false })
  return { world, groups }
}

/** What the tests look at in an answer. */
interface Body {
  data?: { id: string; username: string; name?: string; member_count?: number }[]
  errors?: { detail?: string; message?: string; title?: string }[]
  meta?: { next_token?: string; previous_token?: string; result_count: number }
}
const bodyOf = (answer: { body: unknown }) => answer.body as Body
const asked = (text = '') => new URLSearchParams(text)

test('a list tells its name, and how many are in it when asked; one that is private or unknown is not there', () => {
  const { groups } = setup()
  assert.deepEqual(groups.list(list, asked()).body, { data: { id: list, name: 'Dark matter people' } })
  assert.deepEqual(groups.list(list, asked('list.fields=member_count,private')).body, {
    data: { id: list, name: 'Dark matter people', member_count: 8, private: false },
  })
  for (const id of ['1600000000000000003', '99'])
    for (const answer of [groups.list(id, asked()), groups.members(id, asked())])
      assert.equal(bodyOf(answer).errors?.[0]?.detail, `Could not find list with id: [${id}].`)
  assert.equal(groups.list('abc', asked()).status, 400)
  assert.equal(groups.list(list, asked('list.fields=members')).status, 400)
})

test('members come in pages that hang together, and each page is as large as X allows', () => {
  const { groups } = setup()
  const seen: string[] = []
  let token: string | undefined
  do {
    const query = asked(`max_results=3${token === undefined ? '' : `&pagination_token=${token}`}`)
    const { data = [], meta } = bodyOf(groups.members(list, query))
    assert.equal(meta?.result_count, data.length)
    seen.push(...data.map(({ username }) => username))
    token = meta?.next_token
  } while (token !== undefined)
  assert.equal(seen.length, 8)
  assert.equal(new Set(seen).size, 8)
  for (const wrong of ['max_results=101', 'max_results=0', 'pagination_token=nonsense', 'user.fields=shoe_size'])
    assert.equal(groups.members(list, asked(wrong)).status, 400, wrong)
  assert.deepEqual(groups.members('1600000000000000002', asked()).body, { meta: { result_count: 0 } })
})

test('whom somebody follows is what their profile counts; of a protected account nobody is told', () => {
  const { world, groups } = setup()
  const mira = world.someone('mira_okafor')
  const answer = bodyOf(groups.following(mira.id, asked('max_results=1000')))
  assert.deepEqual(
    answer.data?.map(({ id }) => id),
    followingOf(world, mira).map(({ id }) => id),
  )
  assert.equal(groups.following(mira.id, asked('max_results=1001')).status, 400)
  const lukas = world.someone('locked_lukas')
  assert.match(bodyOf(groups.following(lukas.id, asked())).errors?.[0]?.detail ?? '', /not authorized/)
})

test('over HTTP they are charged as X does, and limited as X does', async () => {
  const x = await startX({ world: createWorld({ now: start }) })
  try {
    const get = async (path: string) =>
      fetch(`${x.url}${path}`, { headers: { authorization: `Bearer ${x.bearer}` } }).then(answer => answer.status)
    await get(`/2/lists/${list}`)
    await get(`/2/lists/${list}`)
    assert.deepEqual(x.bill.total(), { posts: 0, users: 0, usd: 0.005 }, 'a list is charged once a day')
    await get(`/2/lists/${list}/members?max_results=2`)
    assert.equal(x.bill.total().users, 2)
    const { id } = x.world.someone('mira_okafor')
    for (let n = 0; n < 15; n++) assert.equal(await get(`/2/users/${id}/following?max_results=1`), 200)
    assert.equal(await get(`/2/users/${id}/following?max_results=1`), 429)
  } finally {
    await x.close()
  }
})
