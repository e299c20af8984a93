/**
 * Every bound in the system: what it bounds, why that number, and where it comes from. Past a limit there is a named drop or a
 * visible sentence, never silence. A number of the outside world carries its source.
 */

export * from './limits-slack.ts'
export * from './limits-x.ts'

// ── Deleted posts ───────────────────────────────────────────────────────────────────────────────────────────────────
/** When posts are asked for once more, ms after midnight UTC: late, so that most deletions of the day have happened, and early enough that a second try is still on the day on which X has charged for them. */
export const recheckAtMs = 23.5 * 3_600_000
/** Posts asked for in one day: should X charge for them after all, that is $5. */
export const recheckPostsMax = 1000
/** What could not be asked is asked again after these waits: twice on the same UTC day, which costs nothing, then once more on the next. */
export const recheckRetriesMs = [300_000, 900_000, 3_600_000] as const

// ── Deliveries ──────────────────────────────────────────────────────────────────────────────────────────────────────
/** A lease: longer than the longest attempt (call, join, history). */
export const deliveryLeaseMs = 60_000
/** Tries that reached Slack and failed. */
export const deliveryAttemptsMax = 12
/**
 * Tries in full form: whatever is wrong with a message that so many tries did not bring (a code of Slack's that nobody knows says nothing of
 * it), its plainest form has the best chance. More than a disturbance of some minutes uses up.
 */
export const deliveryFullTriesMax = 6
/**
 * A delivery in trouble keeps its channel waiting for its turn this long; then the others pass it (I4). Longer than a lost answer and all
 * looks after it (15 + 3 + 15 + 60 s), so that one lost answer does not change the order.
 */
export const deliveryOrderHoldMs = 120_000
/** Tries with pictures: Slack fails now and then to fetch valid ones. github.com/slackapi/python-slack-sdk/issues/1782 */
export const deliveryImageTriesMax = 2
/** The longest pause between two tries of one delivery. */
export const deliveryBackoffMsMax = 600_000
/** How long a stop waits for attempts under way; what is not done by then keeps its lease and is looked for later. */
export const deliveryStopMs = 5000
/** After an unknown outcome Slack's history is asked after these waits; not found in all of them means not there. */
export const reconcileWaitsMs = [3000, 15_000, 60_000] as const
/** Of the posts of one gap, a channel gets up to this many one by one; more come together in one message. */
export const catchUpHandful = 5
/** Where more than a handful waits in a channel, so many go into one message: few enough that each has room for its text, and 200 posts to each of 20 channels take 200 messages, which at 240 a minute is below two minutes. */
export const burstPostsMax = 20
/** Posts of a digest's message that have room for their text; the next ones in it are a line with a link each, and further ones go into its thread. */
export const digestTextsMax = 20
export const digestPostsMax = 60
/** What was fetched for a gap waits for the rest of it; after this long it goes out all the same. */
export const catchUpHoldMs = 600_000
/** A change of a message that is just being sent is looked at again after this long. */
export const changeRetryMs = 5000
/** Days whose purchases are remembered one by one: the network charges a thing once a UTC day, and clocks differ. */
export const boughtDaysKept = 2
/** How long a channel's message gathers what belongs to it: reposts and quotes of its post, and who shares its link. */
export const groupedMs = 7 * 24 * 3_600_000
/** Deliveries worked on at the same time. */
export const deliveryConcurrency = 8

// ── What people type ────────────────────────────────────────────────────────────────────────────────────────────────
/** Characters of one filter expression. */
export const filterCharsMax = 512
/** Follows, and keywords, topics and blocks each, of one channel. */
export const followsPerChannelMax = 1000
export const termsPerChannelMax = 1000
/** Digests a day, and messages an hour that a channel can be limited to: more of either is no limit but a slip of the hand. */
export const digestTimesPerDayMax = 24
export const messagesPerHourMax = 1000
/** Names in one command: a lookup of X's takes as many. docs.x.com/x-api/users/user-lookup-by-usernames */
export const namesPerCommandMax = 100
/** Expressions in one command. */
export const termsPerCommandMax = 100
/** Characters of an answer: Slack cuts a text at 40,000 and is hard to read long before. docs.slack.dev/reference/methods/chat.postMessage */
export const answerCharsMax = 8000
/** How long a command may look things up before Slack is told to wait; well below `slackAckMs`. */
export const slackPatienceMs = 2000

// ── The store ───────────────────────────────────────────────────────────────────────────────────────────────────────
/** Drops kept in detail for people to look at; all of them are counted. A network gone mad must not fill the disk. */
export const droppedRowsMax = 2000
/** Arrivals made durable in one transaction: enough that the disk's sync is no longer what costs, few enough to be through in some milliseconds. */
export const commitArrivalsMax = 256
/** While the store cannot take a batch it is offered again after 1 s, doubling to this. */
export const commitRetryMsMax = 30_000

/** Another program that has the file's lock is waited for. sqlite.org/c3ref/busy_timeout.html */
export const sqliteBusyMs = 5000

// ── Forgetting ──────────────────────────────────────────────────────────────────────────────────────────────────────
/**
 * A post must be known as long as a network may give it again: X's search and Birdwire look a week back, whatever the clocks say
 * (`xCatchUpMsMax`). A shorter term could bring it to its channels twice.
 */
export const keepPostsDaysMin = 8
/** The ledger explains the month's bill, and the one before it. */
export const keepLedgerDaysMin = 62
/** What is past its term is looked for this often: no file grows much in an hour. */
export const forgetEveryMs = 3_600_000
/** After a start there is better to do. */
export const forgetFirstMs = 60_000
/** Rows of a kind that one transaction forgets: some milliseconds, in which nothing else is written. */
export const forgetBatchMax = 200

// ── Silence ─────────────────────────────────────────────────────────────────────────────────────────────────────────
const hourMs = 3_600_000
/** How far back posts tell what is usual: eight weeks, so that a silence of ten days still leaves enough to compare it with. */
export const silenceBaseMs = 56 * 24 * hourMs
/** Between two looks at who has been silent. */
export const silenceRoundMs = 600_000
/** A silence worth a question to X, which costs nothing when nothing is there. With 10 posts a day that is after 15 hours, with 3 after 2 days, with 1 after 6 (simulated: silence.test.ts). */
export const silenceAsk = { postsMin: 5, knownMs: 72 * hourMs, quietMs: 12 * hourMs, share: 0.5, chance: 0.05 } as const
/**
 * A silence worth telling people of although X has nothing: longer than a long weekend, and unlikely even if four in five posts are part of
 * a burst. Simulated on 2,800 months each: no false line for posts at a constant rate, one in 280 months in bursts of four, one in 70 in bursts of four in
 * office hours only; with 10 posts a day told after 4 days, with 3 after 12, with 1 never.
 */
export const silenceSay = {
  postsMin: 10,
  knownMs: 168 * hourMs,
  quietMs: 96 * hourMs,
  share: 0.2,
  chance: 0.001,
} as const
/** All follows together have written nothing: worth asking for the busiest of them. */
export const silenceStreamAsk = {
  postsMin: 20,
  knownMs: 24 * hourMs,
  quietMs: hourMs,
  share: 0.2,
  chance: 0.01,
} as const
/** The same, where nobody could be asked: longer than a night. */
export const silenceStreamUnasked = {
  postsMin: 20,
  knownMs: 168 * hourMs,
  quietMs: 24 * hourMs,
  share: 0.2,
  chance: 0.001,
} as const
/** Accounts asked for in a round, and for a silent stream in one; nothing may become of a silence but a handful of requests. */
export const silenceAsksPerRound = 5
export const silenceStreamAsks = 3
/** The same account is asked for again after a day; after an hour when X could not be asked, or all are silent. */
export const silenceAskAgainMs = 24 * hourMs
export const silenceAskSoonMs = hourMs
/** And after a week, when the question cost something for posts that no channel wants: somebody who only writes replies. */
export const silenceAskUnwantedMs = 168 * hourMs
/** So many accounts of which posts did not come are a matter of the stream, told in one line. */
export const silenceManyAccounts = 3
/** Lines about quiet accounts in 24 hours; the others follow on the next days. A holiday must not fill a channel. */
export const silenceLinesPerDay = 3
/** The stream must have been open so long before its silence says anything. */
export const silenceSettleMs = 600_000
/** Posts that come by the stream more than an hour after they were written, in the middle of the last ones, are late: X promises seconds. docs.x.com/x-api/fundamentals/consuming-streaming-data */
export const silenceLateMs = hourMs
export const silenceLatePosts = 5
export const silenceLateWindowMs = 6 * hourMs
/** Changes of routes looked at to see from when on posts compare. */
export const silenceChangesMax = 500

// ── Money ───────────────────────────────────────────────────────────────────────────────────────────────────────────
/** Shares of the month's budget from which topics, then reposts, then the dearest routes are given up, if the month would end beyond it: early enough that what is left lasts, late enough that a busy week does not cost a topic. */
export const budgetStepsAt = [0.8, 0.9, 0.95] as const
/** Posts that X may have handed over and charged before a stop takes effect: 250 posts/s (the self-serve tier's most, docs.x.com/x-api/fundamentals/rate-limits) for 0.4 s. Their price is kept back, so that the budget is never passed. */
export const budgetInFlightPosts = 100
/** What was charged in the last so many ms is kept back once more: in a flood more waits in the sockets than in quiet times. */
export const budgetInFlightMs = 2000
/** Of the budget, what closing one gap may cost: a bad day must not eat the month. */
export const budgetGapShare = 0.2
/** Between two looks at what was spent, at what X counted itself and at how much everybody posts. X allows 50 questions about usage in 15 minutes. docs.x.com/x-api/fundamentals/rate-limits */
export const moneyLookMs = 3_600_000
/** Full days that a projection rests on: a week, since weekends are quiet. */
export const projectionDays = 7
/** Days that posting rates, and the advice on what to change, rest on. */
export const ratesDays = 14
/** A day on which X counted more than we by more than this share, and by more than so many posts, is told: the dedup of X is "soft", its count lags. */
export const usageDifferenceShare = 0.05
export const usageDifferencePosts = 20
/** Posts looked through to say how many match a new keyword. */
export const keywordSamplePosts = 300

// ── The page ────────────────────────────────────────────────────────────────────────────────────────────────────────
/** Between two looks of the page at how things stand. */
export const consoleEventsMs = 2000

// ── The HTTP server ─────────────────────────────────────────────────────────────────────────────────────────────────
/** A request's headers must be here after this long, all of it after the second: Slack and browsers send at once, and a trickle holds a place. */
export const httpHeadersMs = 5000
export const httpRequestMs = 10_000
/** How often it is looked whether one is late. */
export const httpCheckMs = 1000
/** A connection is kept this long for another request. */
export const httpKeepAliveMs = 5000
/** Bytes and number of a request's headers; Slack sends some 15. */
export const httpHeaderBytesMax = 16 * 1024
export const httpHeadersMax = 100
/** Connections at a time: far more than Slack and a few pages need, far fewer than the 1,024 files that a process is often given. */
export const httpConnectionsMax = 256
/** Pages that are kept up to date at a time: each is a look into the database every `consoleEventsMs`. */
export const consolePagesMax = 30
/** Bytes of a control from the command line: a file of lists, each character of which may take six in JSON, and its text. */
export const controlBodyBytesMax = 7 * 1024 * 1024
/** Characters of the console's token: 24 hexadecimal digits are 96 bits, which nobody guesses. */
export const consoleTokenCharsMin = 24
/** How long a browser stays signed in. */
export const consoleCookieSeconds = 30 * 24 * 3600

// ── The service ─────────────────────────────────────────────────────────────────────────────────────────────────────
/** A stop may take this long before the process ends all the same. */
export const stopMsMax = 10_000
/** All questions of `doctor` together. */
export const doctorMs = 30_000
/** Between two posts of the simulated X running alone. */
export const simPostMs = 3000

// ── Lists as files ──────────────────────────────────────────────────────────────────────────────────────────────────
/** Between two looks at the files; what stands still for one look is read. So an edit applies within a second. */
export const listsLookMs = 350
/** Bytes of one file of lists; a channel with all that it can hold takes about 20,000. */
export const listsBytesMax = 1_000_000

// ── Previews and taking back ────────────────────────────────────────────────────────────────────────────────────────
/** Days of the past on which a change is tried before it is made: weekends twice, and short enough that people remember the posts. */
export const previewDays = 14
/** Posts looked through for that, the newest: some 20 MB for a moment and a fraction of a second. */
export const previewPostsMax = 10_000
/** Posts listed of those that a change would have added, and of those that it would have removed. */
export const previewListedMax = 5
/** Changes of a channel that are looked through, the newest: each holds the channel's whole wishes twice, at most some 300 kB. An older one is taken back by hand. */
export const undoChangesMax = 200
/** Lines of `log`, when no number is given and at most: an answer must stay readable. */
export const logLines = 10
export const logLinesMax = 50
/** Characters of a change's description in a line about another change. */
export const changeCharsMax = 200
/** Rules proposed against posts like one, and words of the post that are tried for them. */
export const fewerRulesMax = 4
export const fewerWordsMax = 3

// ── Times of day ────────────────────────────────────────────────────────────────────────────────────────────────────
/** Times of day with their zone whose next coming is remembered: two or three of each channel, some 200 bytes each; past it, all are worked out anew, at 0.1 ms (measured). */
export const wallTimesMax = 1000

// ── The log ─────────────────────────────────────────────────────────────────────────────────────────────────────────
/** A file of the log, and how many older ones are kept: two weeks of a quiet log, 300 MB of a loud one. */
export const logFileSizeMax = '20m'
export const logFilesMax = 14
/** Characters of log lines kept while the file cannot be written (a full disk); later ones are dropped, and so is any line longer than this. */
export const logWaitingMax = 1_000_000

// ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────────────────────────
/** Connections of a process beside those that it keeps: its loops and what people ask; a server allows a hundred unless told otherwise. postgresql.org/docs/current/runtime-config-connection.html */
export const postgresPoolMax = 8
/** Until a connection stands, and until an answer is there: a claim, a settlement or a commit takes milliseconds. */
export const postgresConnectMs = 5000
export const postgresAnswerMs = 30_000
/** A start waits so long for a server that does not answer yet: machines start both at once. */
export const postgresStartMs = 30_000
/** How long another process may be making or changing the tables before whoever starts says so and ends. */
export const tablesMs = 60_000
/** After so many meetings with others a transaction is run alone. */
export const postgresConflictsMax = 6
/** How often a process looks who is alive, and tries to lead: a takeover is done within a few of them. */
export const postgresBeatMs = 500
/** For how long it is asked whether a commit happened whose answer was lost: a server that ended its sessions, or was started again, is there by then. */
export const postgresVerdictMs = 10_000
/** Without an answer for this long a process has lost what it led: sooner than the server lets it go (3 + 3 × 1 s, set with the connection). postgresql.org/docs/current/runtime-config-connection.html */
export const postgresLostMs = 2000
/** Rows that `move` has in memory at once: posts of a few kB each. */
export const moveRowsMax = 500
/** While another process reads and spends, what is known of the money is read this often. */
export const moneyFollowMs = 60_000
/** How often a process says that it is there; after how long without a word it counts as gone; and when it is forgotten. */
export const peerBeatMs = 2000
export const peerGoneMs = 10_000
export const processForgottenMs = 3_600_000
