/**
 * Lists and followings: `GET /2/lists/:id`, `/2/lists/:id/members` and `/2/users/:id/following` (docs.x.com/x-api/lists/list-lookup,
 * …/lists/list-members, …/users/follows). Each takes a query and answers with JSON and what it read, or with a problem. No HTTP here.
 */
import type { World, WorldUser } from '../world/world.ts'
import { followingOf } from './following.ts'
import { isoTime, type Json, userJson } from './objects.ts'
import { invalidParameter, isProblem, type Problem, partialError } from './problems.ts'
import type { Read } from './reads.ts'
import { readSelection } from './select.ts'

/** A list that somebody keeps at X. */
export interface WorldList {
  readonly id: string
  readonly name: string
  /** Handle or id. */
  readonly owner: string
  /** Handles or ids, the newest member first, as X gives them. */
  readonly members: readonly string[]
  /** With an app's own token nobody sees it. */
  readonly private?: boolean
}

/** Lists that every world has. */
export const seededLists: readonly WorldList[] = [
  {
    id: '1600000000000000001',
    name: 'Dark matter people',
    owner: 'gwen_pryce',
    members: [
      ...['mira_okafor', 'jonas_lindqv', 'zoe_marchand', 'h_takamori', 'dev_anandan', 'uma_delacroix'],
      ...['locked_lukas', 'axion_weekly'],
    ],
  },
  { id: '1600000000000000002', name: 'Nobody yet', owner: 'prof_penrhyn', members: [] },
  { id: '1600000000000000003', name: 'Only for me', owner: 'ada_shielded', members: ['mira_okafor'], private: true },
]

const listFields = 'created_at description follower_count id member_count name owner_id private'.split(' ')
const listDefaults = ['id', 'name']

export interface GroupTools {
  readonly world: World
  readonly imageBase: () => string
  readonly lenientFields: boolean
}

export class Groups {
  /** By id; tests put theirs in. */
  readonly lists: Map<string, WorldList>
  readonly #tools: GroupTools

  constructor(tools: GroupTools) {
    this.#tools = tools
    this.lists = new Map(seededLists.map(list => [list.id, list]))
  }

  /** `GET /2/lists/:id`. */
  list(id: string, query: URLSearchParams): Read | Problem {
    const wrong = badId('id', id) ?? this.#badFields(query)
    if (wrong !== undefined) return wrong
    const list = this.#visible(id)
    if (list === undefined) return missingList(id)
    const { world } = this.#tools
    const fields = [...listDefaults, ...valuesOf(query, 'list.fields')]
    const whole: Json = {
      id: list.id,
      name: list.name,
      created_at: isoTime(Date.UTC(2023, 4, 9)),
      description: '',
      follower_count: 2,
      member_count: list.members.length,
      owner_id: world.user(list.owner)?.id ?? '1',
      private: list.private === true,
    }
    const data = Object.fromEntries(Object.entries(whole).filter(([key]) => fields.includes(key)))
    return { status: 200, body: { data }, read: { posts: [], users: [], lists: [list.id] } }
  }

  /** `GET /2/lists/:id/members`: a page is of at most 100. */
  members(id: string, query: URLSearchParams): Read | Problem {
    const wrong = badId('id', id)
    if (wrong !== undefined) return wrong
    const list = this.#visible(id)
    if (list === undefined) return missingList(id)
    const users = list.members.map(member => this.#tools.world.someone(member))
    return this.#page(users, query, 100)
  }

  /** `GET /2/users/:id/following`: a page is of at most 1,000. */
  following(id: string, query: URLSearchParams): Read | Problem {
    const wrong = badId('id', id)
    if (wrong !== undefined) return wrong
    const { world } = this.#tools
    const user = world.user(id)
    if (user === undefined || user.state !== 'active') {
      const reason = user === undefined ? 'missing' : user.state === 'suspended' ? 'suspended' : 'protected'
      const error = partialError(reason, { kind: 'user', parameter: 'id', value: id })
      return { status: 200, body: { errors: [error] }, read: { posts: [], users: [] } }
    }
    return this.#page(followingOf(world, user), query, 1000)
  }

  #visible(id: string): WorldList | undefined {
    const list = this.lists.get(id)
    return list?.private === true ? undefined : list
  }

  #badFields(query: URLSearchParams): Problem | undefined {
    const values = valuesOf(query, 'list.fields')
    const bad = values.find(value => !listFields.includes(value))
    if (bad === undefined || this.#tools.lenientFields) return undefined
    const message = `The \`list.fields\` query parameter value [${bad}] is not one of [${listFields.join(',')}]`
    return invalidParameter('list.fields', values, message)
  }

  /** A token is the place at which a page begins; suspended people are on no page. */
  #page(all: readonly WorldUser[], query: URLSearchParams, max: number): Read | Problem {
    const { world, imageBase, lenientFields } = this.#tools
    const selection = readSelection(query, lenientFields)
    if (isProblem(selection)) return selection
    const asked = query.get('max_results') ?? '100'
    const size = Number(asked)
    if (!Number.isInteger(size) || size < 1 || size > max) {
      const message = `The \`max_results\` query parameter value [${asked}] is not between 1 and ${max}`
      return invalidParameter('max_results', [asked], message)
    }
    const token = query.get('pagination_token')
    const from = token === null ? 0 : placeOf(token)
    if (from === undefined) {
      const message = `The \`pagination_token\` query parameter value [${token}] is not valid`
      return invalidParameter('pagination_token', [token ?? ''], message)
    }
    const shown = all.filter(({ state }) => state !== 'suspended')
    const page = shown.slice(from, from + size)
    const next = from + size < shown.length ? { next_token: tokenOf(from + size) } : {}
    const previous = from > 0 ? { previous_token: tokenOf(Math.max(0, from - size)) } : {}
    return {
      status: 200,
      body: selection.spell({
        ...(page.length === 0 ? {} : { data: page.map(user => selection.user(userJson(world, user, imageBase()))) }),
        meta: { result_count: page.length, ...next, ...previous },
      }),
      read: { posts: [], users: page.map(({ id }) => id) },
    }
  }
}

const tokenOf = (place: number) => Buffer.from(`at:${place}`).toString('base64url')

function placeOf(token: string): number | undefined {
  const place = /^at:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  return place === undefined ? undefined : Number(place)
}

const valuesOf = (query: URLSearchParams, name: string) =>
  (query.get(name) ?? '').split(',').filter(value => value !== '')

function badId(name: string, id: string): Problem | undefined {
  if (/^[0-9]{1,19}$/.test(id)) return undefined
  return invalidParameter(name, [id], `The \`${name}\` query parameter value [${id}] is not valid`)
}

/** A private list is to an app's own token as one that does not exist. */
function missingList(id: string): Read {
  const error = partialError('missing', { kind: 'list', parameter: 'id', value: id })
  return { status: 200, body: { errors: [error] }, read: { posts: [], users: [] } }
}
