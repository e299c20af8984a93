/**
 * `response_url`s (docs.slack.dev/interactivity/handling-user-interaction): five uses within thirty minutes, ephemeral unless said
 * otherwise, usable in channels that the bot is not in. Slack does not document the status of a spent one; 404 here.
 */
import { boolean, parseJson, string } from './args.ts'
import { type Fields, isFields } from './blocks/schema.ts'
import { isEmpty, readContent } from './content.ts'
import type { Core } from './core.ts'
import type { SimEphemeral, SimMessage } from './types.ts'

const usesMax = 5
const lifeMs = 30 * 60_000

/** What one use of a response_url did. */
export interface HookUse {
  readonly at: number
  readonly body: unknown
  readonly status: number
  /** What the answer said: `ok`, or why not. */
  readonly answer: string
  readonly shown: SimMessage | SimEphemeral | undefined
}

/** A response_url that was given out with a command or an action. */
export interface Hook {
  readonly id: string
  readonly url: string
  readonly channel: string
  readonly user: string
  /** The message whose button was pressed; `replace_original` and `delete_original` are about it. */
  readonly message: SimMessage | undefined
  /** The same, where only one person sees it. */
  readonly ephemeral?: SimEphemeral | undefined
  readonly at: number
  readonly uses: readonly HookUse[]
}

interface OpenHook extends Hook {
  readonly uses: HookUse[]
}

export interface HookAnswer {
  readonly status: number
  readonly body: string
}

export class Hooks {
  readonly #hooks = new Map<string, OpenHook>()
  #waiters: { readonly id: string; readonly count: number; readonly resolve: (uses: readonly HookUse[]) => void }[] = []

  /** Gives out a fresh response_url. */
  create(
    core: Core,
    kind: 'commands' | 'actions',
    about: Pick<Hook, 'channel' | 'user' | 'message' | 'ephemeral'>,
  ): Hook {
    const id = core.ids.nonce()
    const url = `${core.origin()}/hooks/${kind}/${core.workspace.team.id}/${id}`
    const hook: OpenHook = { ...about, id, url, at: core.now(), uses: [] }
    this.#hooks.set(id, hook)
    return hook
  }

  /** Resolves once the hook has been used this often. */
  used(hook: Hook, count: number): Promise<readonly HookUse[]> {
    if (hook.uses.length >= count) return Promise.resolve(hook.uses)
    const { promise, resolve } = Promise.withResolvers<readonly HookUse[]>()
    this.#waiters.push({ id: hook.id, count, resolve })
    return promise
  }

  /** A POST to a response_url. */
  async post(core: Core, id: string, raw: string): Promise<HookAnswer> {
    const hook = this.#hooks.get(id)
    if (hook === undefined) return { status: 404, body: 'no_such_hook' }
    const use = await this.#judge(core, hook, raw)
    hook.uses.push(use)
    for (const waiter of this.#waiters) {
      if (waiter.id === hook.id && waiter.count <= hook.uses.length) waiter.resolve(hook.uses)
    }
    this.#waiters = this.#waiters.filter(waiter => waiter.id !== hook.id || waiter.count > hook.uses.length)
    return { status: use.status, body: use.answer }
  }

  async #judge(core: Core, hook: OpenHook, raw: string): Promise<HookUse> {
    const body = parseJson(raw)
    const use = (status: number, answer: string, shown?: SimMessage | SimEphemeral): HookUse => ({
      at: core.now(),
      body,
      status,
      answer,
      shown,
    })
    if (core.now() - hook.at > lifeMs) return use(404, 'expired_url')
    if (hook.uses.filter(earlier => earlier.status === 200).length >= usesMax) return use(404, 'used_url')
    if (!isFields(body)) return use(400, 'invalid_payload')
    if (boolean(body, 'delete_original')) {
      if (hook.message !== undefined) core.timeline.remove(hook.message)
      if (hook.ephemeral !== undefined) core.timeline.changeWhisper(hook.ephemeral, { gone: true })
      return use(200, 'ok')
    }
    const read = await readContent(core, body, false)
    if (!read.ok) return use(400, read.reply.error ?? 'invalid_payload')
    if (isEmpty(read.content)) return use(400, 'no_text')
    return use(200, 'ok', this.#show(core, hook, body, read.content))
  }

  #show(
    core: Core,
    hook: Hook,
    body: Fields,
    { text = '', blocks, sentAs }: { text: string | undefined } & Pick<SimEphemeral, 'blocks' | 'sentAs'>,
  ): SimMessage | SimEphemeral {
    const { app } = core.workspace
    if (boolean(body, 'replace_original') && hook.message !== undefined) {
      return core.timeline.update(hook.message, { text, blocks, sentAs })
    }
    if (boolean(body, 'replace_original') && hook.ephemeral !== undefined) {
      return core.timeline.changeWhisper(hook.ephemeral, { text, blocks, sentAs, gone: false })
    }
    if (string(body, 'response_type') !== 'in_channel') {
      return core.timeline.whisper({
        channel: hook.channel,
        user: hook.user,
        text,
        blocks,
        sentAs,
        from: 'response_url',
        threadTs: string(body, 'thread_ts'),
      })
    }
    return core.timeline.post({
      channel: hook.channel,
      user: app.botUser,
      botId: app.botId,
      appId: app.id,
      username: undefined,
      iconUrl: undefined,
      text,
      blocks,
      metadata: undefined,
      threadTs: string(body, 'thread_ts'),
      sentAs,
    })
  }
}
