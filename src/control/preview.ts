/**
 * Trying a change before it is made: `preview <command>` says what it would have made of the last days, `save` makes it if nothing has changed
 * since. Nothing here decides what a change is: the very same control does, once without consequences and once with.
 */
import { dollars } from '../domain/money/dollars.ts'
import type { Post } from '../domain/post.ts'
import { xRateCard } from '../domain/rate-card.ts'
import { previewDays, previewListedMax } from '../limits.ts'
import { firstWord, tidy } from './args.ts'
import {
  type Actor,
  type Answer,
  type Control,
  type ControlDeps,
  type Offer,
  refused,
  routeOf,
  told,
} from './control.ts'
import { changeInWords } from './log.ts'
import { type Need, refusalFor } from './may.ts'
import { type Command, commandIn, type Lookup } from './preview-command.ts'
import { leftOut } from './preview-history.ts'
import { postLine } from './preview-line.ts'
import { type Difference, difference, pastOf } from './preview-past.ts'
import { routeOrEmpty, runIfStill, sameWishes, type Trial, tryOut } from './preview-trial.ts'
import { ago, code, counted } from './words.ts'

/** Stands for the newest change where there was none yet. */
const noChange = '-'
/** Changes that may come between a save and the look for it. */
const changesLooked = 10

/** `preview <command>`: anybody may; only who may make the change is offered to, and only for them X is asked, which costs. */
export const previewing =
  (lookup: Lookup): Control =>
  async (deps, who, channel, args) => {
    const command = commandIn(lookup, args)
    if (typeof command === 'string') return refused(command)
    const refusal = refusalFor(who.role ?? 'member', command.need, await routeOf(deps, channel))
    const newest = await newestChange(deps, channel)
    const trial = await tryOut(deps, who, channel, command, refusal === undefined ? undefined : notAsking)
    const { answer } = trial
    if (!answer.changed && refusal !== undefined) return told(`${answer.text}\n${refusal}`)
    if (!answer.changed) return { ...answer, text: `This would change nothing:\n${answer.text}` }
    const heading = `*Preview* of ${code(`/birdwire ${command.text}`)}. Nothing is changed yet; the answer would be:`
    const costs = refusal === undefined ? costOfNames(trial.asked) : []
    // Posts of the past may have been read for other channels alone: that is not for people from outside.
    const past = who.role === 'guest' || who.role === 'outsider' ? [] : await effect(deps, trial)
    const lines = [heading, answer.text, ...costs, ...past]
    if (refusal !== undefined) return told([...lines, refusal].join('\n'))
    lines.push(`Nothing is changed until you save it, or type ${code(`/birdwire ${command.text}`)}.`)
    return { ...told(lines.join('\n')), offers: [saveOffer(newest, command), cancelOffer] }
  }

/** `save <newest change | -> <command>`: what a preview's button does. */
export const saving =
  (lookup: Lookup): Control =>
  async (deps, who, channel, args) => {
    const { mark, typed } = marked(args)
    const command = commandIn(lookup, typed)
    if (typeof command === 'string') return refused(command)
    // In this order: what is changed after the route was read is noticed by its newest change, or when it is to be changed.
    const route = await routeOrEmpty(deps, channel)
    if ((await newestChange(deps, channel)) !== mark) return overtaken(deps, who, channel, command)
    const answer = await runIfStill(deps, who, channel, command, route)
    if (answer === undefined) return overtaken(deps, who, channel, command)
    const id = answer.changed ? await firstChangeSince(deps, who, channel, mark) : undefined
    return id === undefined || answer.offers !== undefined
      ? answer
      : { ...answer, offers: [{ label: 'Undo', does: `undo ${id}` }] }
  }

/** What `save` asks of whoever uses it: what the command inside asks. Where there is none nothing can be done. */
export const savingNeeds =
  (lookup: Lookup) =>
  (args: string): Need => {
    const command = commandIn(lookup, marked(args).typed)
    return typeof command === 'string' ? 'look' : command.need
  }

export const cancel: Control = async () => told('Nothing was changed.')

function marked(args: string): { readonly mark: string; readonly typed: string } {
  const text = tidy(args)
  const { rest } = firstWord(text)
  return { mark: /^\S*/.exec(text)?.[0] ?? '', typed: rest }
}

async function newestChange({ store }: ControlDeps, channel: string): Promise<string> {
  const [row] = await store.audit(channel, 1)
  return row?.id ?? noChange
}

/** The change that somebody has just made; others may have made more since. */
async function firstChangeSince({ store }: ControlDeps, who: Actor, channel: string, mark: string) {
  const rows = await store.audit(channel, changesLooked)
  const at = mark === noChange ? rows.length : rows.findIndex(({ id }) => id === mark)
  const row = rows[at - 1]
  return row?.who === who.id ? row.id : undefined
}

/** Something changed between preview and save: most often the same button, pressed before. */
async function overtaken(deps: ControlDeps, who: Actor, channel: string, command: Command): Promise<Answer> {
  const trial = await tryOut(deps, who, channel, command, notAsking)
  if (!trial.answer.changed && trial.asked === 0)
    return told(`Nothing was changed: it is like that already.\n${trial.answer.text}`)
  const [last] = await deps.store.audit(channel, 1)
  const what = last === undefined ? '' : ` ${await changeInWords(deps, who, last)}.`
  const again: Offer = { label: 'Preview again', does: `preview ${command.text}`, style: 'primary' }
  return {
    ...refused(
      `Something else changed here since that preview, so nothing was saved.${what} ${code(`/birdwire ${again.does}`)} shows how it would be now.`,
    ),
    offers: [again, cancelOffer],
  }
}

const saveOffer = (newest: string, { text }: Command): Offer => ({
  label: 'Save',
  does: `save ${newest} ${text}`,
  style: 'primary',
})
const cancelOffer: Offer = { label: 'Cancel', does: 'cancel' }

/** For those who may only look, and where an answer is not worth money. */
const notAsking = async (inputs: readonly string[]) =>
  inputs.map(input => ({
    kind: 'failed' as const,
    input,
    why: `X was not asked who ${input} is, since X charges for that.`,
  }))

function costOfNames(asked: number): string[] {
  if (asked === 0) return []
  const price = dollars(asked * xRateCard.micros.users)
  return [`X was asked for ${counted(asked, 'name')}, at most ${price}; saving on the same day (UTC) costs no more.`]
}

/** What it would have made of the last days, and what is missing from that. */
async function effect(deps: ControlDeps, { before, after }: Trial): Promise<string[]> {
  if (sameWishes({ ...before, ...choice(after) }, before))
    return ['Which posts come stays the same: only how they come changes.']
  const past = await pastOf(deps)
  const change = difference(deps.judging, past.posts, before, after)
  const now = deps.clock.now()
  const span = past.cut
    ? `Of the newest ${counted(past.posts.length, 'post')}, back to ${ago(now, past.since)},`
    : `Over the last ${previewDays} days`
  return [
    `${span} this would have ${verdict(change)}`,
    ...shown('Added', change.added, now),
    ...shown('Removed', change.removed, now),
    ...(await leftOut(deps, before, after, past.since)),
  ]
}

/** The part of a route that decides which posts come. */
function choice({ follows, keywords, topics, blocks, muted, languages, kinds, paused }: Trial['after']) {
  return { follows, keywords, topics, blocks, muted, languages, kinds, paused }
}

function verdict({ added, removed, kept }: Difference): string {
  const stay = kept === 0 ? 'nothing else came' : `${kept.toLocaleString('en')} would stay`
  if (added.length + removed.length === 0)
    return `added and removed nothing; ${kept === 0 ? 'nothing came' : `the ${counted(kept, 'post')} would stay`}.`
  return `added ${added.length.toLocaleString('en')} and removed ${removed.length.toLocaleString('en')}; ${stay}.`
}

function shown(heading: string, posts: readonly Post[], now: number): string[] {
  if (posts.length === 0) return []
  const rest = posts.length - previewListedMax
  const more = rest > 0 ? `, the newest ${previewListedMax} of ${posts.length.toLocaleString('en')}` : ''
  return [`*${heading}*${more}:`, ...posts.slice(0, previewListedMax).map(post => `• ${postLine(post, now)}`)]
}
