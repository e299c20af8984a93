/**
 * The rules of one app: add, delete, list and count them as X does, with its partial successes, duplicates, caps and the
 * delay with which a change takes effect (docs.x.com/x-api/posts/filtered-stream). Pure but for its own state; the
 * server turns its answers into HTTP.
 */
import { createRandom } from '../world/random.ts'
import { snowflake } from '../world/world.ts'
import { parseRule, type RuleNode } from './grammar.ts'
import { matches, type Subject } from './match.ts'
import type { Json } from './objects.ts'
import { invalidParameter, type Problem, rulesCapExceeded } from './problems.ts'

export interface Rule {
  readonly id: string
  readonly value: string
  readonly tag?: string
}

interface Kept extends Rule {
  readonly tree: RuleNode
  /** Epoch ms from which it filters, and from which it no longer does. */
  readonly from: number
  until: number
}

export interface RuleOptions {
  /** Rules an app may have (docs.x.com: 1,000 self-serve; a free app was measured with 5). */
  readonly cap: number
  readonly capPerProject: number
  /** Characters a rule may have (1,024 self-serve). */
  readonly lengthMax: number
  /** How long a change takes to come into force: ms, or a range to draw from (X: "about 20 seconds or less"). */
  readonly propagationMs: number | readonly [min: number, max: number]
  readonly seed: number | string
}

export interface Answer {
  readonly status: number
  readonly body: Json
}

const invalidRequest = {
  title: 'Invalid Request',
  detail: 'One or more parameters to your request was invalid.',
  type: 'https://api.twitter.com/2/problems/invalid-request',
}

export class RuleBook {
  readonly #options: RuleOptions
  readonly #now: () => number
  readonly #random
  #rules: Kept[] = []
  #made = 0

  constructor(options: RuleOptions, now: () => number) {
    this.#options = options
    this.#now = now
    this.#random = createRandom(`rules:${options.seed}`)
  }

  /** What the app has, as `GET …/rules` shows it: changes are seen at once, whether in force or not. */
  list(): readonly Rule[] {
    return this.#rules.filter(rule => rule.until === Number.POSITIVE_INFINITY).map(publicPart)
  }

  /** What filters the stream at this moment. */
  inForce(): readonly Rule[] {
    return this.#active().map(publicPart)
  }

  /** The rules in force that this post matches. */
  matching(subject: Subject): readonly Rule[] {
    return this.#active()
      .filter(rule => matches(rule.tree, subject))
      .map(publicPart)
  }

  /** When the next change comes into force, epoch ms; undefined when none is under way. */
  nextChange(): number | undefined {
    const now = this.#now()
    const times = this.#rules.flatMap(rule => [rule.from, rule.until]).filter(at => at > now && Number.isFinite(at))
    return times.length === 0 ? undefined : Math.min(...times)
  }

  /** The `POST …/rules` endpoint. */
  change(body: unknown, dryRun: boolean, deleteAll: boolean): Answer | Problem {
    const { add, delete: remove } = (typeof body === 'object' && body !== null ? body : {}) as {
      add?: unknown
      delete?: unknown
    }
    if (deleteAll)
      return this.#remove(
        this.list().map(rule => rule.id),
        [],
        dryRun,
      )
    if ((add === undefined) === (remove === undefined)) {
      return invalidParameter('body', [], 'Exactly one of `add` or `delete` must be given.')
    }
    if (add !== undefined) {
      const rules = readAdd(add)
      return rules === undefined
        ? invalidParameter('add', [], '`add` must be a list of rules with a value.')
        : this.#add(rules, dryRun)
    }
    const { ids, values } = (typeof remove === 'object' && remove !== null ? remove : {}) as {
      ids?: unknown
      values?: unknown
    }
    const idList = readStrings(ids)
    const valueList = readStrings(values)
    if (idList.length + valueList.length === 0) {
      return invalidParameter('delete', [], '`delete` must have `ids` or `values` that are not empty.')
    }
    return this.#remove(idList, valueList, dryRun)
  }

  /** The `GET …/rules` endpoint. */
  page(query: URLSearchParams): Json {
    const ids = query.get('ids')?.split(',')
    const size = Math.min(1000, Number(query.get('max_results') ?? 1000))
    const from = Number.parseInt(query.get('pagination_token') ?? '0', 36)
    const all = this.list().filter(rule => ids === undefined || ids.includes(rule.id))
    const shown = all.slice(from, from + size)
    const next = from + size < all.length ? { next_token: (from + size).toString(36).padStart(16, '0') } : {}
    return {
      ...(shown.length === 0 ? {} : { data: shown }),
      meta: { sent: this.#sent(), result_count: shown.length, ...next },
    }
  }

  /** The `GET …/rules/counts` endpoint; numbers are strings there. */
  counts(clientAppId: string): Json {
    const { cap, capPerProject } = this.#options
    const mine = { client_app_id: clientAppId, rule_count: this.list().length }
    return {
      data: {
        cap_per_client_app: String(cap),
        cap_per_project: String(capPerProject),
        project_rules_count: String(mine.rule_count),
        client_app_rules_count: mine,
        all_project_client_apps: [mine],
      },
    }
  }

  #active(): Kept[] {
    const now = this.#now()
    this.#rules = this.#rules.filter(rule => rule.until > now)
    return this.#rules.filter(rule => rule.from <= now)
  }

  #effective(): number {
    const { propagationMs } = this.#options
    const delay =
      typeof propagationMs === 'number' ? propagationMs : this.#random.int(propagationMs[0], propagationMs[1])
    return this.#now() + delay
  }

  #add(wanted: readonly { value: string; tag?: string }[], dryRun: boolean): Answer | Problem {
    const known = new Map(this.list().map(rule => [rule.value, rule.id]))
    const created: Kept[] = []
    const errors: Json[] = []
    let duplicates = 0
    for (const { value, tag } of wanted) {
      const twin = known.get(value)
      if (twin !== undefined) {
        duplicates++
        errors.push({
          value,
          id: twin,
          title: 'DuplicateRule',
          type: 'https://api.twitter.com/2/problems/duplicate-rules',
        })
        continue
      }
      const parsed = this.#judge(value)
      if ('details' in parsed) {
        const type = 'https://api.twitter.com/2/problems/invalid-rules'
        errors.push({ value, details: parsed.details, title: 'UnprocessableEntity', type })
        continue
      }
      const id = snowflake(this.#now(), ++this.#made)
      known.set(value, id)
      const rule = { id, value, ...(tag === undefined || tag === '' ? {} : { tag }) }
      created.push({ ...rule, tree: parsed.tree, from: this.#effective(), until: Number.POSITIVE_INFINITY })
    }
    if (this.list().length + created.length > this.#options.cap) return rulesCapExceeded
    if (!dryRun) this.#rules.push(...created)
    const summary = {
      created: created.length,
      not_created: errors.length,
      valid: created.length,
      invalid: errors.length,
    }
    return {
      // X answered 201 when a rule was made or existed already, 200 when all were invalid.
      status: created.length + duplicates > 0 ? 201 : 200,
      body: {
        ...(created.length === 0 ? {} : { data: created.map(publicPart) }),
        meta: { sent: this.#sent(), summary },
        ...(errors.length === 0 ? {} : { errors }),
      },
    }
  }

  #judge(value: string): ReturnType<typeof parseRule> {
    const length = [...value].length
    const { lengthMax } = this.#options
    if (length <= lengthMax) return parseRule(value, 'stream')
    return {
      details: [`Rule length of ${length} characters exceeds the maximum of ${lengthMax} characters. (at position 1)`],
    }
  }

  #remove(ids: readonly string[], values: readonly string[], dryRun: boolean): Answer {
    const doomed = new Set<string>()
    let missing = 0
    const all = this.list()
    for (const [key, list] of [
      ['id', ids],
      ['value', values],
    ] as const) {
      for (const each of list) {
        const rule = all.find(other => other[key] === each)
        if (rule === undefined || doomed.has(rule.id)) missing++
        else doomed.add(rule.id)
      }
    }
    if (!dryRun) {
      for (const rule of this.#rules) if (doomed.has(rule.id)) rule.until = this.#effective()
    }
    const error = { errors: [{ parameters: {}, message: 'Rule does not exist' }], ...invalidRequest }
    return {
      status: 200,
      body: {
        meta: { sent: this.#sent(), summary: { deleted: doomed.size, not_deleted: missing } },
        ...(missing === 0 ? {} : { errors: Array.from({ length: missing }, () => error) }),
      },
    }
  }

  #sent(): string {
    return new Date(this.#now()).toISOString()
  }
}

function publicPart({ id, value, tag }: Rule): Rule {
  return tag === undefined ? { id, value } : { id, value, tag }
}

function readAdd(add: unknown): { value: string; tag?: string }[] | undefined {
  if (!Array.isArray(add) || add.length === 0) return undefined
  const rules: { value: string; tag?: string }[] = []
  for (const each of add as unknown[]) {
    if (typeof each !== 'object' || each === null) return undefined
    const { value, tag } = each as { value?: unknown; tag?: unknown }
    if (typeof value !== 'string' || (tag !== undefined && typeof tag !== 'string')) return undefined
    rules.push(tag === undefined ? { value } : { value, tag })
  }
  return rules
}

function readStrings(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((each): each is string => typeof each === 'string') : []
}
