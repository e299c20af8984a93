/** What one can type after `/birdwire`, and the old bot's commands: which control it is, and what that asks of whoever uses it. */
import { tidy } from './args.ts'
import type { Control } from './control.ts'
import { cost } from './cost.ts'
import { dead, redeliver } from './dead.ts'
import { fewer } from './fewer.ts'
import { follow, mute, unfollow, unmute } from './follow.ts'
import { gaps } from './gaps.ts'
import { help } from './help.ts'
import { importGroup } from './import-group.ts'
import { list } from './list.ts'
import { log } from './log.ts'
import type { Need } from './may.ts'
import { oldCommands } from './old.ts'
import { options } from './options.ts'
import { pace } from './pace.ts'
import { pause, resume } from './pause.ts'
import { cancel, previewing, saving, savingNeeds } from './preview.ts'
import type { Lookup } from './preview-command.ts'
import { reconnect } from './reconnect.ts'
import { status } from './status.ts'
import { takedown } from './takedown.ts'
import { keyword, topic } from './terms.ts'
import { undo } from './undo.ts'
import { why, whyNeeds } from './why.ts'

export interface Verb {
  readonly run: Control
  /** A function of what follows the verb, where some of that only shows. */
  readonly needs: Need | ((args: string) => Need)
}

/** With nothing to do, or asked to list and nothing more, it shows; `keyword list price` adds a keyword. */
const listing = (args: string): Need => (/^(?:list|show|ls)?$/i.test(tidy(args)) ? 'look' : 'change')
/** Locking is for those whom a lock does not stop. */
const setting = (args: string): Need => {
  const text = tidy(args).toLowerCase()
  if (text === '') return 'look'
  return /\block(?:ed)?\b/.test(text) ? 'administer' : 'change'
}

/** For commands inside of commands. */
const named: Lookup = word => {
  const verb = Object.hasOwn(synonyms, word) ? synonyms[word] : word
  const doable = verb !== undefined && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  return verb === undefined || doable === undefined ? undefined : { verb, doable }
}

export const verbs: Readonly<Record<string, Verb>> = {
  follow: { run: follow, needs: 'change' },
  unfollow: { run: unfollow, needs: 'change' },
  import: { run: importGroup, needs: 'change' },
  mute: { run: mute, needs: 'change' },
  unmute: { run: unmute, needs: 'change' },
  keyword: { run: keyword, needs: listing },
  topic: { run: topic, needs: listing },
  options: { run: options, needs: setting },
  pace: { run: pace, needs: args => (tidy(args) === '' ? 'look' : 'change') },
  pause: { run: pause, needs: 'change' },
  resume: { run: resume, needs: 'change' },
  preview: { run: previewing(named), needs: 'look' },
  save: { run: saving(named), needs: savingNeeds(named) },
  cancel: { run: cancel, needs: 'look' },
  undo: { run: undo, needs: 'change' },
  log: { run: log, needs: 'look' },
  fewer: { run: fewer(named), needs: 'look' },
  list: { run: list, needs: 'look' },
  status: { run: status, needs: 'look' },
  why: { run: why, needs: whyNeeds },
  cost: { run: cost, needs: 'look' },
  gaps: { run: gaps, needs: 'look' },
  dead: { run: (deps, who, channel) => dead(deps, who, channel), needs: 'look' },
  redeliver: { run: redeliver, needs: 'change' },
  takedown: { run: takedown, needs: 'administer' },
  reconnect: { run: reconnect, needs: 'administer' },
  help: { run: help, needs: 'look' },
}

/** What people type for a verb. */
export const synonyms: Readonly<Record<string, string>> = {
  add: 'follow',
  remove: 'unfollow',
  rm: 'unfollow',
  delete: 'unfollow',
  keywords: 'keyword',
  topics: 'topic',
  search: 'topic',
  option: 'options',
  settings: 'options',
  set: 'options',
  stop: 'pause',
  start: 'resume',
  ls: 'list',
  show: 'list',
  costs: 'cost',
  money: 'cost',
  budget: 'cost',
  gap: 'gaps',
  try: 'preview',
  history: 'log',
  '?': 'help',
  '': 'help',
}

/** By command, as Slack sends it. */
export const oldVerbs: Readonly<Record<string, Verb>> = Object.fromEntries(
  Object.entries(oldCommands).map(([command, run]) => [
    command,
    { run, needs: ['/users', '/keywords', '/help'].includes(command) ? 'look' : 'change' },
  ]),
)
