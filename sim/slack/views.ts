/**
 * Modals and App Homes (docs.slack.dev/surfaces/modals): a stack of at most three modals a person, one Home a person, triggers that live
 * three seconds and open one modal, hashes that refuse a stale update.
 */

import { type Fields, isFields, sentence } from './blocks/schema.ts'
import { judgeView, viewBytesMax } from './blocks/view.ts'
import type { Ids, Now } from './ids.ts'
import type { Timeline } from './timeline.ts'
import { fail, ok, type Reply } from './types.ts'
import type { Workspace } from './workspace.ts'

/** A view as its person sees it; `body` is what the app sent, with the missing `block_id`s filled in. */
export interface SimView {
  readonly id: string
  readonly user: string
  readonly type: 'modal' | 'home'
  readonly body: Fields
  readonly hash: string
  readonly rootId: string
  readonly previousId: string | undefined
}

/** A trigger is good for this long. */
const triggerMs = 3000
const stackMax = 3

interface Trigger {
  readonly user: string
  readonly at: number
  readonly used: boolean
}

export class Views {
  readonly #workspace: Workspace
  readonly #timeline: Timeline
  readonly #ids: Ids
  readonly #now: Now
  readonly #triggers = new Map<string, Trigger>()
  readonly #stacks = new Map<string, readonly SimView[]>()
  readonly #homes = new Map<string, SimView>()

  constructor(workspace: Workspace, timeline: Timeline, ids: Ids, now: Now) {
    this.#workspace = workspace
    this.#timeline = timeline
    this.#ids = ids
    this.#now = now
  }

  /** A fresh trigger for something this person did. */
  trigger(user: string): string {
    const id = this.#ids.trigger()
    this.#triggers.set(id, { user, at: this.#now(), used: false })
    return id
  }

  /** The modals that a person has open, the one in front last. */
  stack(user: string): readonly SimView[] {
    return this.#stacks.get(user) ?? []
  }

  home(user: string): SimView | undefined {
    return this.#homes.get(user)
  }

  /** Takes the front modal away, or all of them. */
  close(user: string, which: 'front' | 'all'): void {
    this.#stacks.set(user, which === 'all' ? [] : this.stack(user).slice(0, -1))
  }

  /** views.open and views.push. */
  open(triggerId: string | undefined, value: unknown, push: boolean): Reply {
    const trigger = triggerId === undefined ? undefined : this.#triggers.get(triggerId)
    if (triggerId === undefined || trigger === undefined) return fail('invalid_trigger_id')
    if (trigger.used) return fail('exchanged_trigger_id')
    if (this.#now() - trigger.at > triggerMs) return fail('expired_trigger_id')
    const refused = this.#refusal(value, 'modal')
    if (refused !== undefined) return refused
    const stack = push ? this.stack(trigger.user) : []
    if (push && stack.length === 0) return fail('not_found')
    if (stack.length >= stackMax) return fail('push_limit_reached')
    this.#triggers.set(triggerId, { ...trigger, used: true })
    return this.#shown(this.pushOnto(trigger.user, value, stack))
  }

  /** `response_action: push`: a modal in front of the others, which asks for no trigger. */
  pushed(user: string, value: unknown): Reply {
    const refused = this.#refusal(value, 'modal')
    if (refused !== undefined) return refused
    if (this.stack(user).length >= stackMax) return fail('push_limit_reached')
    return this.#shown(this.pushOnto(user, value))
  }

  /** Puts a modal in front of a stack, unchecked. */
  pushOnto(user: string, value: unknown, stack: readonly SimView[] = this.stack(user)): SimView {
    const id = this.#ids.next('V')
    const view: SimView = {
      id,
      user,
      type: 'modal',
      body: this.#body(value),
      hash: this.#ids.nonce(),
      rootId: stack[0]?.id ?? id,
      previousId: stack.at(-1)?.id,
    }
    this.#stacks.set(user, [...stack, view])
    this.#timeline.emit('view', view)
    return view
  }

  /** views.update, and `response_action: update`. */
  update(find: { id?: string | undefined; externalId?: string | undefined }, value: unknown, hash?: string): Reply {
    const all = [...[...this.#stacks.values()].flat(), ...this.#homes.values()]
    const old = all.find(view =>
      find.id === undefined ? view.body['external_id'] === find.externalId : view.id === find.id,
    )
    if (old === undefined) return fail('not_found')
    if (hash !== undefined && hash !== old.hash) return fail('hash_conflict')
    const refused = this.#refusal(value, old.type)
    if (refused !== undefined) return refused
    const view: SimView = { ...old, body: this.#body(value), hash: this.#ids.nonce() }
    if (view.type === 'home') this.#homes.set(view.user, view)
    else
      this.#stacks.set(
        view.user,
        this.stack(view.user).map(each => (each.id === view.id ? view : each)),
      )
    this.#timeline.emit('view', view)
    return this.#shown(view)
  }

  /** views.publish. */
  publish(user: string, value: unknown, hash: string | undefined): Reply {
    if (!this.#workspace.users.has(user)) return fail('user_not_found')
    const old = this.#homes.get(user)
    if (hash !== undefined && hash !== old?.hash) return fail('hash_conflict')
    const refused = this.#refusal(value, 'home')
    if (refused !== undefined) return refused
    const id = old?.id ?? this.#ids.next('V')
    const view: SimView = {
      id,
      user,
      type: 'home',
      body: this.#body(value),
      hash: this.#ids.nonce(),
      rootId: id,
      previousId: undefined,
    }
    this.#homes.set(user, view)
    this.#timeline.emit('view', view)
    return this.#shown(view)
  }

  /** The view as it travels in answers and payloads, with what a person has entered. */
  wire(view: SimView, values: Fields = {}): Fields {
    const { team, app } = this.#workspace
    return {
      private_metadata: '',
      callback_id: '',
      external_id: '',
      clear_on_close: false,
      notify_on_close: false,
      submit: null,
      close: null,
      ...view.body,
      id: view.id,
      team_id: team.id,
      app_id: app.id,
      app_installed_team_id: team.id,
      bot_id: app.botId,
      hash: view.hash,
      root_view_id: view.rootId,
      previous_view_id: view.previousId ?? null,
      state: { values },
    }
  }

  /** Why Slack would not take this view, or nothing. */
  #refusal(value: unknown, surface: 'modal' | 'home'): Reply | undefined {
    if (value === undefined) return invalid(['missing required field: view'])
    const problems = judgeView(value, surface)
    if (problems.length > 0) return invalid(problems.map(sentence))
    if (Buffer.byteLength(JSON.stringify(value)) > viewBytesMax) return fail('view_too_large')
    return undefined
  }

  #body(value: unknown): Fields {
    if (!isFields(value)) throw new Error('A view was shown that was not checked before.')
    const blocks = Array.isArray(value['blocks']) ? value['blocks'].filter(isFields) : []
    return { ...value, blocks: this.#timeline.withIds(blocks) }
  }

  #shown(view: SimView): Reply {
    return ok({ view: this.wire(view) })
  }
}

/** Slack's answer to arguments of the wrong shape. */
export function invalid(messages: readonly string[]): Reply {
  return fail('invalid_arguments', { response_metadata: { messages: messages.map(message => `[ERROR] ${message}`) } })
}
