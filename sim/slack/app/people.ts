/**
 * What people do in Slack, and what Slack then sends to the app: slash commands, clicks, forms, opened Homes, events. Each answers with what
 * the app said and what the person was shown. Who or what does not exist is a mistake in a test and throws.
 */
import { string } from '../args.ts'
import { type Fields, isFields } from '../blocks/schema.ts'
import { isEmpty, readContent } from '../content.ts'
import type { Core } from '../core.ts'
import type { Hook, HookUse } from '../hooks.ts'
import type { Tampering } from '../signature.ts'
import type { Reply, SimEphemeral, SimMessage, SimUser } from '../types.ts'
import type { SimView } from '../views.ts'
import { wireMessage } from '../wire.ts'
import { type Choice, chosen, elementsOf, initial, type Placed } from './choose.ts'
import { escapeCommandText } from './escape.ts'
import type { Ack, AppLink } from './link.ts'

export interface CommandInput {
  /** Id or name of who types it. */
  readonly user: string
  /** Id or name of where it is typed. */
  readonly channel: string
  /** With its slash. */
  readonly command: string
  readonly text?: string
  readonly tampering?: Tampering
}

export interface ActionInput {
  readonly user: string
  /** The message with the element, or a view that this person sees. */
  readonly on: SimMessage | SimEphemeral | SimView
  readonly actionId: string
  /** Where several blocks have the same `action_id`. */
  readonly blockId?: string
  /** What is chosen, for elements that are not buttons. */
  readonly choose?: Choice
  readonly tampering?: Tampering
}

export interface ShortcutInput {
  readonly user: string
  readonly on: SimMessage
  readonly callbackId: string
  readonly tampering?: Tampering
}

/** The app's answer, with what it posts later to the response_url. */
export interface Interaction {
  readonly ack: Ack
  readonly hook: Hook | undefined
  /** What the acknowledgement itself put before the person or the channel. */
  readonly shown: SimMessage | SimEphemeral | undefined
  /** Why what the acknowledgement carried could not be shown: `invalid_blocks`, … */
  readonly refused: string | undefined
  /** Resolves once the response_url has been used this often. */
  later(uses: number): Promise<readonly HookUse[]>
}

export class People {
  readonly #core: Core
  readonly #link: () => AppLink
  readonly #shouldEscape: (command: string) => boolean

  constructor(core: Core, link: () => AppLink, shouldEscape: (command: string) => boolean) {
    this.#core = core
    this.#link = link
    this.#shouldEscape = shouldEscape
  }

  /** Someone types a slash command. */
  async command(input: CommandInput): Promise<Interaction> {
    const { workspace, hooks, views } = this.#core
    const user = this.#core.workspace.person(input.user)
    const channel = this.#core.workspace.room(input.channel)
    const typed = input.text ?? ''
    const escaped = this.#shouldEscape(input.command)
      ? escapeCommandText(typed, workspace.users.values(), workspace.channels.values())
      : typed
    const hook = hooks.create(this.#core, 'commands', { channel: channel.id, user: user.id, message: undefined })
    const ack = await this.#link().deliver({
      kind: 'slash_commands',
      tampering: input.tampering,
      payload: {
        token: 'deprecated',
        team_id: workspace.team.id,
        team_domain: workspace.team.domain,
        channel_id: channel.id,
        channel_name: { public: channel.name, private: 'privategroup', im: 'directmessage' }[channel.kind],
        user_id: user.id,
        user_name: user.name,
        command: input.command,
        text: escaped,
        api_app_id: workspace.app.id,
        is_enterprise_install: 'false',
        response_url: hook.url,
        trigger_id: views.trigger(user.id),
      },
    })
    const show = await this.#showAck(ack, channel.id, user.id)
    return { ack, hook, ...show, later: uses => hooks.used(hook, uses) }
  }

  /** Someone uses a button or a menu. */
  async action(input: ActionInput): Promise<Interaction> {
    const core = this.#core
    const user = this.#core.workspace.person(input.user)
    const { on } = input
    const inView = 'body' in on
    const blocks = inView ? on.body['blocks'] : on.blocks
    const placed = this.#element(Array.isArray(blocks) ? blocks.filter(isFields) : [], input)
    const message = !inView && 'deleted' in on ? on : undefined
    const hook = inView
      ? undefined
      : core.hooks.create(core, 'actions', {
          ...{ channel: on.channel, user: user.id, message },
          ephemeral: 'deleted' in on ? undefined : on,
        })
    const ack = await this.#link().deliver({
      kind: 'interactive',
      tampering: input.tampering,
      payload: {
        ...this.#envelope('block_actions', user),
        trigger_id: core.views.trigger(user.id),
        ...(inView ? this.#inView(on) : this.#inMessage(on)),
        state: { values: {} },
        ...(hook !== undefined && { response_url: hook.url }),
        actions: [
          {
            action_id: placed.element['action_id'],
            block_id: placed.blockId,
            ...chosen(placed.element, input.choose ?? null),
            action_ts: core.ids.ts(),
          },
        ],
      },
    })
    const later = (uses: number) => (hook === undefined ? Promise.resolve([]) : core.hooks.used(hook, uses))
    return { ack, hook, shown: undefined, refused: undefined, later }
  }

  /** Someone chooses a shortcut in a message's menu. docs.slack.dev/interactivity/implementing-shortcuts */
  async shortcut({ user: who, on, callbackId, tampering }: ShortcutInput): Promise<Interaction> {
    const core = this.#core
    const user = core.workspace.person(who)
    const hook = core.hooks.create(core, 'actions', { channel: on.channel, user: user.id, message: on })
    const ack = await this.#link().deliver({
      kind: 'interactive',
      tampering,
      payload: {
        ...this.#envelope('message_action', user),
        callback_id: callbackId,
        trigger_id: core.views.trigger(user.id),
        action_ts: core.ids.ts(),
        message_ts: on.ts,
        message: wireMessage(core.workspace, on, true, core.timeline.repliesTo(on)),
        channel: { id: on.channel, name: core.workspace.channels.get(on.channel)?.name ?? '' },
        response_url: hook.url,
      },
    })
    return { ack, hook, shown: undefined, refused: undefined, later: uses => core.hooks.used(hook, uses) }
  }

  /** Someone sends the front modal's form. `values` are choices by `action_id`; what is not among them stays as the app had set it. The modal then does what the app answers. */
  async submit(who: string, values: Readonly<Record<string, Choice>>): Promise<{ ack: Ack; errors: Fields }> {
    const core = this.#core
    const user = this.#core.workspace.person(who)
    const view = core.views.stack(user.id).at(-1)
    if (view === undefined) throw new Error(`${user.name} has no modal open.`)
    const blocks = blocksOf(view)
    const ack = await this.#link().deliver({
      kind: 'interactive',
      payload: {
        ...this.#envelope('view_submission', user),
        trigger_id: core.views.trigger(user.id),
        view: core.views.wire(view, stateOf(blocks, values)),
        response_urls: [],
      },
    })
    return { ack, errors: ack.ok ? this.#respond(view, ack.body, blocks) : {} }
  }

  /** Someone closes the front modal. The app hears of it only if it asked to. */
  async closeModal(who: string): Promise<Ack | undefined> {
    const user = this.#core.workspace.person(who)
    const view = this.#core.views.stack(user.id).at(-1)
    if (view === undefined) throw new Error(`${user.name} has no modal open.`)
    this.#core.views.close(user.id, 'front')
    if (view.body['notify_on_close'] !== true) return undefined
    const payload = { ...this.#envelope('view_closed', user), view: this.#core.views.wire(view), is_cleared: false }
    return this.#link().deliver({ kind: 'interactive', payload })
  }

  /** What the modal does on the app's answer; errors for blocks that it does not have, and views that Slack does not take, are faults of the app and throw. */
  #respond(view: SimView, body: unknown, blocks: readonly Fields[]): Fields {
    const { views } = this.#core
    const action = isFields(body) ? body['response_action'] : undefined
    if (action === 'errors' && isFields(body) && isFields(body['errors'])) {
      const inputs = blocks.filter(block => block['type'] === 'input').map(block => block['block_id'])
      const strange = Object.keys(body['errors']).filter(id => !inputs.includes(id))
      if (strange.length > 0)
        throw new Error(`The app reports errors for blocks that are no inputs: ${strange.join(', ')}`)
      return body['errors']
    }
    if (action === 'clear') views.close(view.user, 'all')
    else if (action === 'update' && isFields(body)) taken(views.update({ id: view.id }, body['view']))
    else if (action === 'push' && isFields(body)) taken(views.pushed(view.user, body['view']))
    else views.close(view.user, 'front')
    return {}
  }

  #envelope(type: string, user: SimUser): Fields {
    const { team, app } = this.#core.workspace
    return {
      type,
      token: 'deprecated',
      team: { id: team.id, domain: team.domain },
      enterprise: null,
      is_enterprise_install: false,
      user: { id: user.id, username: user.name, name: user.name, team_id: user.foreignTeam ?? team.id },
      api_app_id: app.id,
    }
  }

  #inView(view: SimView): Fields {
    return {
      container: { type: 'view', view_id: view.id },
      view: this.#core.views.wire(view, stateOf(blocksOf(view), {})),
    }
  }

  #inMessage(message: SimMessage | SimEphemeral): Fields {
    const { workspace, timeline } = this.#core
    const whole = 'deleted' in message ? wireMessage(workspace, message, true, timeline.repliesTo(message)) : undefined
    const channel = workspace.channels.get(message.channel)
    return {
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: message.channel,
        is_ephemeral: whole === undefined,
        // github.com/slackapi/java-slack-sdk/issues/1200
        ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
      },
      channel: { id: message.channel, name: channel?.name ?? '' },
      ...(whole !== undefined && { message: whole }),
    }
  }

  #element(blocks: readonly Fields[], { actionId, blockId }: ActionInput): Placed {
    const placed = elementsOf(blocks).find(
      each => each.element['action_id'] === actionId && (blockId === undefined || each.blockId === blockId),
    )
    if (placed === undefined) throw new Error(`There is no element with the action_id "${actionId}".`)
    return placed
  }

  /** The acknowledgement of a command is itself a message: plain text, or JSON with text and blocks. */
  async #showAck(ack: Ack, channel: string, user: string): Promise<Pick<Interaction, 'shown' | 'refused'>> {
    const body = typeof ack.body === 'string' ? { text: ack.body } : ack.body
    if (!ack.ok || !isFields(body)) return { shown: undefined, refused: undefined }
    const read = await readContent(this.#core, body, false)
    if (!read.ok) return { shown: undefined, refused: read.reply.error }
    if (isEmpty(read.content)) return { shown: undefined, refused: undefined }
    const { text = '', blocks, sentAs } = read.content
    const { timeline, workspace } = this.#core
    if (string(body, 'response_type') !== 'in_channel') {
      return {
        shown: timeline.whisper({ channel, user, text, blocks, sentAs, from: 'ack', threadTs: undefined }),
        refused: undefined,
      }
    }
    const { botUser, botId, id: appId } = workspace.app
    const draft = { channel, user: botUser, botId, appId, text, blocks, sentAs }
    const shown = timeline.post({
      ...draft,
      username: undefined,
      iconUrl: undefined,
      metadata: undefined,
      threadTs: undefined,
    })
    return { shown, refused: undefined }
  }
}

const blocksOf = ({ body }: SimView): readonly Fields[] =>
  Array.isArray(body['blocks']) ? body['blocks'].filter(isFields) : []

/** What the fields of a form hold: what the person chose, by `action_id`, and else what the app had set. */
function stateOf(blocks: readonly Fields[], values: Readonly<Record<string, Choice>>): Fields {
  const state: Record<string, Record<string, Fields>> = {}
  for (const { blockId, element } of elementsOf(blocks)) {
    const name = String(element['action_id'])
    if (element['type'] === 'button' || element['type'] === 'overflow') continue
    const choice = Object.hasOwn(values, name) ? (values[name] ?? null) : initial(element)
    state[blockId] = { ...state[blockId], [name]: chosen(element, choice) }
  }
  return state
}

function taken(reply: Reply): void {
  if (!reply.ok)
    throw new Error(`The app answers a form with a view that Slack does not take: ${JSON.stringify(reply)}`)
}
