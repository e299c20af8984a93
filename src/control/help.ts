/** One screen of help, for the new command and for the old ones. */
import { type Control, told } from './control.ts'

export const helpText = [
  '*Birdwire* brings posts from X into this channel. All of it is about the channel you type it in; `/birdwire` alone opens a form.',
  '*Whom and what* · `/birdwire follow mira_okafor ligo_lab` · `keyword ibm, "dark matter"` of theirs only what matches one, `keyword -giveaway` keeps posts out · `topic "gravitational waves" lang:en` from anyone · `mute NAME` · `import LIST` an X list, or `import following NAME`, priced first',
  '`unfollow`, `keyword remove`, `topic remove` and `unmute` take it back · `list` shows what is wanted here',
  '*Look before* · `preview keyword add ibm` what the last 14 days would have been · `undo` takes a change back · `log` who changed what',
  '*When* · `pace digest 9:00 17:00 Europe/Berlin` or `pace live` · `pace quiet 22:00-7:00` or `quiet off` · `pace at most 6 an hour` or `at most any` · `pause` · `resume`',
  '*How*, each after `options` · `replies on` (originals, quotes, reposts, threads, replies) · `language en,de` · `reading complete` buys all of the followed · `deletions strike` · `together off` a message for each repost · `links each` · `name author`',
  '*Ask* · `why ADDRESS` what became of a post, and why · `status` · `cost` · `gaps` when X was not read · `dead` what could not be posted, `redeliver ID`',
  '*Administrators* · `options locked on` only they change this channel · `takedown ADDRESS` out of every channel · `reconnect` ends all connections of this X app and opens one',
  'The ⋯ of a message has Why, Mute and Fewer like this; its menu has "Why is this here?"; the Home tab of Birdwire shows how everything stands.',
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
