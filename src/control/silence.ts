/** What Birdwire says of silences: in the channels, and where one asks how things stand. Each names who, since when, what was checked, and what helps. */
import type { Account } from '../domain/account.ts'
import type { Alarm, Checked, Matter } from '../domain/silence-alarm.ts'
import { ago, code, counted, duration, forTerminal, listed, person, plain } from './words.ts'

/** Accounts named in one line. */
const namesShown = 5

/** The words for `createSilenceWatch`. mrkdwn but for `lasting` and `plain`. */
export const silenceWords = { raised, over, lasting, plain: forTerminal }

/** The line when it is noticed. `now`: epoch ms. */
function raised(alarm: Alarm, now: number): string {
  switch (alarm.kind) {
    case 'account':
      return `*Quiet*: no post of ${person(alarm.account)} for ${duration(now - alarm.since)}, usually ${pace(alarm.perDay)}. ${answer(alarm.checked)} ${unfollow(alarm.account)}`
    case 'missed':
      return `*Missed*: ${counted(alarm.posts, 'post')} of ${person(alarm.account)} did not come by themselves in the last ${duration(now - alarm.since)}. A look at X found them; they have been fetched, and come now. X's stream should have brought them: \`/birdwire status\` says whether X has all rules.`
    case 'channel':
      return `*Quiet*: nothing for this channel for ${duration(now - alarm.since)}, usually ${pace(alarm.perDay)}. ${channelChecks(alarm.asked)} \`/birdwire list\` shows what is wanted here, \`/birdwire why ADDRESS\` why a post did not come.`
    case 'stream':
      return alarm.missed.length === 0 ? emptyStream(alarm, now) : missedByStream(alarm)
    case 'late':
      return `*Late*: posts reach Birdwire ${duration(alarm.lagMs)} after they were written. X sends them late, or this machine's clock is wrong: somebody should check its time. Nothing is lost.`
  }
}

function emptyStream(alarm: Alarm & { readonly kind: 'stream' }, now: number): string {
  const expected = `*Quiet*: X is being read, but no post of anybody has come for ${duration(now - alarm.since)}, usually ${pace(alarm.perDay)}.`
  switch (alarm.checked.kind) {
    case 'nothing':
      return `${expected} X was asked for the busiest accounts and has nothing newer of them, so nothing seems to be missing.`
    case 'unwanted':
      return `${expected} X was asked for the busiest accounts: they wrote, but nothing that is wanted here.`
    case 'unavailable':
    case 'failed':
      return `${expected} X was asked whether there is something newer: ${sentence(alarm.checked.why)} \`/birdwire status\` shows how X is doing.`
    case 'unasked':
      return `${expected} Nobody is followed whom X could be asked for. Does a search on x.com find newer posts for \`/birdwire topic list\`? Then restart Birdwire, and look at its rules in \`/birdwire status\`.`
  }
}

function missedByStream({ missed, posts }: Alarm & { readonly kind: 'stream' }): string {
  return `*Missed*: X is being read, but posts did not come: ${counted(posts, 'post')} of ${listed(missed.map(person), namesShown)} were found only by a look at X. They have been fetched, and come now. \`/birdwire status\` shows whether X has all rules; restarting Birdwire connects anew.`
}

function channelChecks(asked: number): string {
  if (asked === 0) return 'X is being read, and other posts may have come that nothing here lets through.'
  return `X is being read; asked for ${counted(asked, 'account')} of this channel, it has nothing newer.`
}

function answer(checked: Checked): string {
  switch (checked.kind) {
    case 'nothing':
      return 'X was asked and has nothing newer, so nothing is missing.'
    case 'unwanted':
      return 'X was asked and has newer posts of theirs, but none that is wanted here.'
    case 'unavailable':
      return `X was asked: ${sentence(checked.why)}`
    case 'failed':
      return `X could not be asked whether there is more: ${sentence(checked.why)} It is asked again.`
    case 'unasked':
      return ''
  }
}

function unfollow({ handle }: Account): string {
  return `If they have gone elsewhere, ${code(`/birdwire unfollow ${handle}`)} ends this.`
}

/** The line when it is over. */
function over({ kind }: Matter, account: Account | undefined): string {
  const who = account === undefined ? 'The account that was quiet' : person(account)
  switch (kind) {
    case 'account':
      return `${who} writes again.`
    case 'missed':
      return `New posts of ${account === undefined ? 'the account of which posts were missed' : who} come again.`
    case 'channel':
      return 'Posts for this channel come again.'
    case 'stream':
      return 'Posts come from X again.'
    case 'late':
      return 'Posts reach Birdwire in time again.'
  }
}

/** After a restart, when only what it was about is known. Plain text; times in epoch ms. */
function lasting({ kind, id }: Matter, account: Account | undefined, saidAt: number, now: number): string {
  const who = account === undefined ? 'an account that is followed' : forTerminal(person(account))
  const since = `Noticed ${ago(now, saidAt)}`
  switch (kind) {
    case 'account':
      return `${since}, and so since: nothing new of ${who}.`
    case 'missed':
      return `${since}: posts of ${who} did not come. None newer has come yet.`
    case 'channel':
      return `${since}, and so since: nothing for the channel ${id}.`
    case 'stream':
      return `${since}, and so since: X is being read, but posts that should come do not.`
    case 'late':
      return `${since}: posts reach Birdwire long after they were written. It is being watched whether they still do.`
  }
}

/** "about 9 posts a day". */
function pace(perDay: number): string {
  if (perDay >= 1.5) return `about ${counted(Math.round(perDay), 'post')} a day`
  return perDay * 7 >= 1.5 ? `about ${Math.round(perDay * 7)} a week` : 'about one a week'
}

function sentence(why: string): string {
  const text = plain(why)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
