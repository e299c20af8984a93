/**
 * What the person at the page does in the simulated Slack: types, presses, chooses, sends forms. What such a thing asks for goes into the book as
 * if it had been typed, so that the proof holds by whatever door a change came.
 */
import { elementsOf, initial } from '../slack/app/choose.ts'
import { type Fields, isFields } from '../slack/blocks/schema.ts'
import type { HookUse } from '../slack/hooks.ts'
import type { SimMessage, SlackSim } from '../slack/server.ts'
import type { SimView } from '../slack/views.ts'
import { toldBy } from './form-told.ts'
import type { Book } from './ledger.ts'
import { demoPerson } from './scenario.ts'
import type { ActionRequest, CommandRequest, DeskView, Done, ShortcutRequest, SubmitRequest } from './types.ts'

/** Slack's commands in the workspace; what else begins with a slash is none. */
const commands = /^\/(birdwire|users|keywords|add_user|add_keyword|remove_user|remove_keyword|help)$/
/** An answer of the app to a press comes within this time, or is not waited for. */
const answerMs = 8000

const well: Done = { ok: true, error: '' }
const failed = (error: string): Done => ({ ok: false, error })
const silent = failed('The app did not answer within three seconds.')

export interface PersonTools {
  readonly slack: SlackSim
  readonly book: Book
  /** What a channel wants may have changed. */
  readonly changed: () => void
  /** The modal in front may have changed without a word of Slack. */
  readonly modalChanged: () => void
}

export class Person {
  readonly #tools: PersonTools

  constructor(tools: PersonTools) {
    this.#tools = tools
  }

  /** A slash command goes to the app, anything else is a message. */
  async command({ channel, text }: CommandRequest): Promise<Done> {
    const { slack, changed } = this.#tools
    if (!slack.workspace.channels.has(channel)) return failed('There is no such channel.')
    const typed = text.trim()
    if (typed === '') return failed('Type something first.')
    if (!typed.startsWith('/')) {
      slack.say(demoPerson, channel, typed)
      return well
    }
    const name = typed.split(/\s/, 1)[0] ?? ''
    if (!commands.test(name)) return failed(`${name} is not a command here. /birdwire help shows what there is.`)
    const answered = await this.type(channel, typed, false)
    changed()
    return answered ? well : failed(`${name} failed: the app did not answer within three seconds.`)
  }

  /** False: the app did not answer. `settled`: see Book.typed. */
  async type(channel: string, typed: string, settled: boolean): Promise<boolean> {
    const { slack, book } = this.#tools
    const [command = '', ...rest] = typed.split(' ')
    const { ack } = await slack.command({ user: demoPerson, channel, command, text: rest.join(' ') })
    if (ack.ok) book.typed(channel, typed, settled)
    return ack.ok
  }

  async action(request: ActionRequest): Promise<Done> {
    const { slack } = this.#tools
    const { actionId, blockId, value } = request
    const on = this.#target(request)
    if (on === undefined) return failed('This is gone.')
    const choose = value === '' ? null : value
    const done = await slack.action({ user: demoPerson, on, actionId, blockId, choose })
    if (!done.ack.ok) return silent
    const channel = request.on === 'view' ? channelOf(on) : request.channel
    const pressed = value === '' ? pressedValue(on, actionId, blockId) : ''
    if (channel === undefined) return well
    if (request.on === 'view') this.#told(channel, `/birdwire ${pressed}`)
    else void this.#afterAnswer(channel, value === 'mute' ? 'mute' : pressed, done.later(1))
    return well
  }

  async shortcut({ channel, ts, callbackId }: ShortcutRequest): Promise<Done> {
    const on = this.#message(channel, ts)
    if (on === undefined) return failed('This message is gone.')
    const { ack } = await this.#tools.slack.shortcut({ user: demoPerson, on, callbackId })
    return ack.ok ? well : silent
  }

  /** Sends the form of the modal in front. */
  async submit({ values }: SubmitRequest): Promise<Done> {
    const { slack, modalChanged } = this.#tools
    const view = slack.views.stack(demoPerson).at(-1)
    if (view === undefined) return failed('There is no form open.')
    const { ack, errors } = await slack.submit(demoPerson, values)
    if (!ack.ok) return silent
    const words = Object.values(errors).map(String).join('\n')
    const answer = JSON.stringify(ack.body ?? '')
    const channel = channelOf(view)
    // Where only a part could be done, it is not known which.
    const partly = words.includes('Done already')
    if (channel !== undefined && partly) this.#told(channel, '/birdwire form')
    else if (channel !== undefined && words === '' && !/othing was changed/.test(answer))
      for (const command of toldBy(held(view), values)) this.#told(channel, command)
    modalChanged()
    return words === '' ? well : { ok: true, error: '', errors: texts(errors) }
  }

  async closeModal(): Promise<Done> {
    const { slack, modalChanged } = this.#tools
    if (slack.views.stack(demoPerson).length > 0) await slack.closeModal(demoPerson)
    modalChanged()
    return well
  }

  /** The Home comes as an event: Slack tells the app, again and again if it must. */
  async openHome(): Promise<Done> {
    void this.#tools.slack.openHome(demoPerson)
    return well
  }

  #told(channel: string, command: string): void {
    this.#tools.book.typed(channel, command, false)
    this.#tools.changed()
  }

  /** What a press asked for counts once the app says that it was done. */
  async #afterAnswer(channel: string, pressed: string, answer: Promise<readonly HookUse[]>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<readonly HookUse[]>()
    const timer = setTimeout(() => resolve([]), answerMs)
    const uses = await Promise.race([answer, late])
    clearTimeout(timer)
    const said = JSON.stringify(uses.map(({ body }) => body))
    const muted = pressed === 'mute' ? /Muted here[^@]*@(\w+)/.exec(said)?.[1] : undefined
    if (muted !== undefined) this.#told(channel, `/birdwire mute ${muted}`)
    if (pressed === 'mute' || pressed === '') return
    // A preview that was overtaken is shown again; a change that is taken back already stays so.
    const notDone = pressed.startsWith('save ')
      ? said.includes('"value":"save ')
      : pressed.startsWith('undo ') && !/(?:Taken|Brought) back/.test(said)
    if (!notDone) this.#told(channel, `/birdwire ${pressed}`)
  }

  #message(channel: string, ts: string): SimMessage | undefined {
    return this.#tools.slack.messages(channel).find(message => message.ts === ts)
  }

  #target(request: ActionRequest) {
    const { slack } = this.#tools
    switch (request.on) {
      case 'message':
        return this.#message(request.channel, request.ts)
      case 'ephemeral':
        return slack.ephemerals(demoPerson).find(({ channel, ts }) => channel === request.channel && ts === request.ts)
      case 'view': {
        const { view } = request
        return [...slack.views.stack(demoPerson), slack.views.home(demoPerson)].find(each => each?.id === view)
      }
    }
  }
}

/** A view for the page. */
export function deskView({ id, hash, body }: SimView): DeskView {
  const said = (key: string) => {
    const object = body[key]
    return isFields(object) ? String(object['text']) : ''
  }
  return {
    id,
    hash,
    title: said('title'),
    submit: said('submit'),
    close: said('close'),
    blocks: blocksOf(body),
  }
}

type Target = NonNullable<Parameters<SlackSim['action']>[0]['on']>

function blocksOf(body: Fields): readonly Fields[] {
  const blocks = body['blocks']
  return Array.isArray(blocks) ? blocks.filter(isFields) : []
}

/** The value of a button. */
function pressedValue(on: Target, actionId: string, blockId: string): string {
  const blocks = 'body' in on ? blocksOf(on.body) : (on.blocks ?? [])
  const placed = elementsOf(blocks).find(each => each.element['action_id'] === actionId && each.blockId === blockId)
  const value = placed?.element['value']
  return typeof value === 'string' && !actionId.startsWith('view:open') && !actionId.startsWith('link:') ? value : ''
}

/** The channel that a modal is about; undefined for the Home. */
function channelOf(on: Target): string | undefined {
  const metadata = 'body' in on && on.type === 'modal' ? on.body['private_metadata'] : undefined
  return typeof metadata === 'string' ? /"channel":"(\w+)"/.exec(metadata)?.[1] : undefined
}

/** What is in a form before a person touches it. */
function held(view: SimView): Fields {
  return Object.fromEntries(
    elementsOf(blocksOf(view.body)).map(({ element }) => [String(element['action_id']), initial(element)]),
  )
}

const texts = (errors: Fields): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(errors).map(([id, text]) => [id, String(text)]))
