/** One screen of help, for the new command and for the old ones. */
import { type Control, told } from './control.ts'

export const helpText = [
  '*Birdwire* brings posts from X into this channel. Everything below is about the channel you type it in.',
  '`/birdwire follow mira_okafor tomas_lind` follows people · `unfollow` stops',
  '`/birdwire keyword add ibm, "dark matter"` only what matches one comes · `keyword add -giveaway` keeps posts out · `keyword remove …`',
  '`/birdwire topic add "gravitational waves" lang:en` posts from anyone · `topic remove …`',
  '`/birdwire mute NAME` nothing of theirs here · `unmute NAME`',
  '`/birdwire options replies on` · originals, quotes, reposts, threads, replies on or off · `options language en,de` · `options reading complete` buys all of the followed · `options deletions strike` keeps what its author deletes, struck through',
  '`/birdwire pause` nothing comes here · `/birdwire resume`',
  '`/birdwire list` what is wanted here · `/birdwire status` how things stand · `/birdwire why ADDRESS` what became of a post',
  '`/birdwire cost` what X charges, by channel and by account · `/birdwire gaps` when X was not read and what became of it',
  '`/birdwire dead` what could not be posted · `/birdwire redeliver ID` · `/birdwire takedown ADDRESS` out of every channel · `/birdwire reconnect` ends other connections of this X app',
  'Expressions: `dark matter` has both words, `"dark matter"` is a phrase, `a OR b`, `-word`, `#tag`, `$cash`, `@name`, `from:name`, `lang:en`, `has:links`, `is:quote`. Letter case does not matter.',
].join('\n')

export const help: Control = async () => told(helpText)

const oldHelpText = [
  '*Birdwire* brings posts from X into this channel. These commands are about the channel you type them in:',
  '`/users` who is followed · `/add_user NAME` · `/remove_user NAME`',
  '`/keywords` which keywords are set · `/add_keyword WORD or phrase` · `/remove_keyword WORD or phrase`',
  'There is more in `/birdwire help`.',
].join('\n')

export const oldHelp: Control = async () => told(oldHelpText)
