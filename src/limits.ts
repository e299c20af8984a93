/**
 * Every bound in the system: what it bounds, why that number, and where it comes from. Past a limit there is a named drop or a
 * visible sentence, never silence. A number of the outside world carries its source.
 */

// ── X: the stream ────────────────────────────────────────────────────────────────────────────────────────────────
/** One line of the stream. A 25,000-character post with everything it refers to stays far below. */
export const xLineBytesMax = 1024 * 1024
/** No byte for this long: the stream is dead. X sends a keep-alive every 20 s; a timer of just 20 s closes healthy streams. docs.x.com/x-api/fundamentals/handling-disconnections */
export const xStallMs = 45_000
/** No headers for this long. X may hold them back until the first keep-alive, 20 s after the connect. */
export const xHeadersMs = 60_000
/** Connects to the stream in 15 minutes. docs.x.com/x-api/fundamentals/rate-limits */
export const xConnectsPer15MinMax = 50
/** A quiet stream moves its cursor this often: what is fetched again after a crash stays small. */
export const xMarkMs = 30_000
/** Characters kept of a line that is not a post. */
export const xRawCharsMax = 2000
/** The ladder of reconnects starts anew after this long a healthy stream. */
export const xHealthyMs = 60_000

// ── X: rules ─────────────────────────────────────────────────────────────────────────────────────────────────────
/** Characters of one rule; rules an app may have where `rules/counts` does not say. docs.x.com/x-api/posts/filtered-stream/introduction */
export const xRuleCharsMax = 1024
export const xRulesMax = 1000
/** Posts a day assumed of an account whose rate is not known yet, and of a topic: rule plans are compared by them, nothing is paid by them. */
export const xAccountPostsPerDay = 5
export const xTopicPostsPerDay = 50
/** Where X finds a rule too long the next of these is tried: characters that older and smaller accounts with X may use. docs.x.com/x-api/posts/filtered-stream/integrate/build-a-rule */
export const xRuleCharsSteps = [1024, 512, 256] as const
/** Rules in one add or delete request: undocumented, kept small. */
export const xRulesPerRequestMax = 100
/** A new rule takes effect within about this time; what it replaces is deleted only then. docs.x.com/x-api/posts/filtered-stream/integrate/matching-returned-tweets */
export const xRulesEffectMs = 20_000
/** A value that X refused is offered again after this long: X's mind and its software change. */
export const xRefusedMs = 24 * 3_600_000
/** Rules are compared with what is wanted this often even if nothing changed: others can change them too. */
export const xRulesCheckMs = 15 * 60_000

// ── X: everything else ───────────────────────────────────────────────────────────────────────────────────────────
/** One ordinary request. */
export const xRequestMs = 20_000
/** Handles in one `users/by`. docs.x.com/x-api/users/user-lookup-by-usernames */
export const xUsersPerRequestMax = 100
/** Accounts on a page of a list, and of those whom an account follows. docs.x.com/x-api/lists/list-members, docs.x.com/x-api/users/follows */
export const xMembersPerPageMax = 100
export const xFollowingPerPageMax = 1000
/** Pages of a list or a following read at once: X allows 15 of a following in 15 minutes, and more people than that no channel can follow. docs.x.com/x-api/users/follows */
export const xGroupPagesMax = 15
/** Ids in one lookup of posts. docs.x.com/x-api/posts/lookup */
export const xPostsPerRequestMax = 100
/** An author who was looked up is looked up again after this long: names and pictures change seldom, and each look is charged. */
export const xPersonMs = 30 * 24 * 3_600_000
/** Authors kept in memory, and how long until the store is asked again whether it still knows them: some 5 MB. */
export const xPeopleKeptMax = 20_000
export const xPeopleKeptMs = 6 * 3_600_000
/** An author whom X does not know, or has suspended, is asked for again after this long. */
export const xNobodyMs = 24 * 3_600_000
/** A post waits this long for its author's name, then goes out with what is known without it. */
export const xPersonWaitMs = 5000
/** After X could not name authors: not asked before this long, or before the time that X gives. */
export const xPersonRetryMs = 60_000
/** How far back recent search and Birdwire look. docs.x.com/x-api/posts/search-recent-posts */
export const xCatchUpMsMax = 7 * 24 * 3_600_000
/** Pages fetched for one account or search in one gap: a `next_token` that never ends must not spend without end. */
export const xCatchUpPagesMax = 20
/** Pages in a row without a post, each with a `next_token`, after which there is taken to be nothing more: of an account that only answers people, X leaves out up to 100 answers a page. They cost nothing. */
export const xEmptyPagesMax = 8
/** Before a gap is looked at too: a post reaches the stream up to 7 s after it was written (docs.x.com/x-api/fundamentals/consuming-streaming-data), clocks differ, and reading a post twice in a day is charged once. */
export const xCatchUpMarginMs = 30_000
/** While the posts of a gap are fetched, newer ones wait behind them this long; then they pass. */
export const xCatchUpHoldMs = 20_000
/** What X does not give of a gap is asked for again after the first of these waits, doubled up to the second: an outage costs little, and a person who has helped does not wait long. */
export const xCatchUpRetryFirstMs = 15_000
export const xCatchUpRetryMsMax = 600_000
/** Recent search knows a post this long after it was written; an `end_time` must lie at least 10 s back by X's clock, which may differ from ours. docs.x.com/x-api/posts/search-recent-posts */
export const xSearchDelayMs = 20_000
/** After a 409 so soon after rules were added that X may not know them yet. */
export const xNoRulesYetMs = 5000
/** Between two rounds of polling: an empty answer costs nothing, and a minute is what a person does not notice. docs.x.com/x-api/getting-started/pricing */
export const xPollMs = 60_000
/** Where the stream may be polled instead: after it has kept failing for this long. A restart of X's is over sooner. */
export const xPollAfterMs = 120_000
/** While X is polled, the stream is tried again no sooner than this. */
export const xStreamRetryMs = 300_000
/** Polling that has not got through a whole round for this long leaves a gap; at least five rounds. */
export const xPollLateMs = 300_000
/** Timelines and searches an app may ask for in 15 minutes; a fifth of it is left for gaps and second pages. docs.x.com/x-api/fundamentals/rate-limits */
export const xTimelinesPer15MinMax = 10_000
export const xSearchesPer15MinMax = 450
/** How often it is looked whether the machine's clock was set back: less than `xCatchUpMarginMs`, which hides smaller steps. */
export const xClockCheckMs = 10_000
/** The end of a search that X calls too late by its own clock is left to X, which then leaves out the last 30 s: so it is asked this much later. docs.x.com/x-api/posts/search/integrate/paginate */
export const xSearchEndMs = 15_000
/** Accounts asked for at a time after a gap. */
export const xCatchUpConcurrency = 4
/** A recent-search query at the self-serve tier. */
export const xSearchCharsMax = 512
/** Subscriptions at the Activity API that a self-serve app may have. docs.x.com/x-api/activity/introduction */
export const xActivitySubscriptionsMax = 1500
/** An app without access to the Activity API asks again after this long, and so it is with an account that X refused. */
export const xActivityProbeMs = 24 * 3_600_000
/** Subscriptions are compared with what is wanted this often even if nothing changed: others can change them too. */
export const xActivityCheckMs = 6 * 3_600_000
/** Bytes of any JSON answer. */
export const xAnswerBytesMax = 16 * 1024 * 1024

// ── Deleted posts ────────────────────────────────────────────────────────────────────────────────────────────────
/** When posts are asked for once more, ms after midnight UTC: late, so that most deletions of the day have happened, and early enough that a second try is still on the day on which X has charged for them. */
export const recheckAtMs = 23.5 * 3_600_000
/** Posts asked for in one day: should X charge for them after all, that is $5. */
export const recheckPostsMax = 1000
/** What could not be asked is asked again after these waits: twice on the same UTC day, which costs nothing, then once more on the next. */
export const recheckRetriesMs = [300_000, 900_000, 3_600_000] as const

// ── Slack: messages ──────────────────────────────────────────────────────────────────────────────────────────────
/** Characters of all block text together: `msg_blocks_too_long` was measured at about 13,200. */
export const slackBlockTextCharsMax = 12_000
/** A mrkdwn or plain text of a section. */
export const slackSectionCharsMax = 3000
/** Bytes of the fallback text: `chat.update` refuses more than 4,000, so a longer one could never be edited. docs.slack.dev/reference/methods/chat.update */
export const slackFallbackBytesMax = 3800
/** Posts shown in one catch-up message: each takes a block, and with the lines around them they stay below Slack's 50 blocks. docs.slack.dev/reference/block-kit/blocks */
export const catchUpPostsMax = 40
/** Characters of an image's description and of any address. docs.slack.dev/reference/block-kit/blocks/image-block */
export const slackAltCharsMax = 2000
export const slackUrlCharsMax = 3000
/** Pictures of one post. */
export const slackImagesMax = 4

// ── Slack: calls ─────────────────────────────────────────────────────────────────────────────────────────────────
/** One call of the posting client; after it the outcome is unknown. */
export const slackRequestMs = 15_000
/** Between two messages in a channel. docs.slack.dev/apis/web-api/rate-limits: "1 message per second to a specific channel" */
export const slackChannelIntervalMs = 1000
/** Messages a minute in the workspace, below Slack's "several hundred". */
export const slackWorkspacePerMinute = 240
/** An answer to a slash command. docs.slack.dev/interactivity/implementing-slash-commands */
export const slackAckMs = 3000
/** Body of a request from Slack. */
export const slackBodyBytesMax = 1024 * 1024
/** A request's timestamp may be this far from our clock, in both directions. docs.slack.dev/authentication/verifying-requests-from-slack */
export const slackClockSkewMs = 300_000

/** After a 429 without a Retry-After, and the longest Retry-After that is believed: then it is tried again. */
export const slackRetryAfterMs = 30_000
export const slackRetryAfterMsMax = 3_600_000
/** After `message_limit_exceeded` of the whole team, which lasts for hours. */
export const slackMessageLimitMs = 3_600_000
/** After Slack could not be reached at all, or said that it is not available. */
export const slackUnreachableMs = 5000
/** After Slack refused us altogether (token revoked, scope missing): only a person can help, we look again this often. */
export const slackProbeMs = 300_000
/** Messages that may go out at once after a quiet time: Slack allows bursts and does not say how large. */
export const slackWorkspaceBurst = 20
/** How long the workspace's rate stays halved after a 429. */
export const slackSlowMs = 300_000
/** Looks into history a minute: Tier 3 is 50. docs.slack.dev/apis/web-api/rate-limits */
export const slackLooksPerMinute = 40
/** Changes and deletions of messages a minute: Tier 3 is 50 for each of chat.update and chat.delete. docs.slack.dev/apis/web-api/rate-limits */
export const slackChangesPerMinute = 40
/** Messages a page of history, and pages of one look: at 1 message/s a look goes back over some minutes. */
export const slackHistoryPage = 200
export const slackHistoryPagesMax = 20
/** History is read from this long before the attempt was claimed: Slack's clock is not ours. */
export const slackHistoryMarginMs = 30_000
/** Characters of one rich_text block: undocumented; longer posts go over several blocks. */
export const slackRichTextCharsMax = 3000

// ── Deliveries ───────────────────────────────────────────────────────────────────────────────────────────────────
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

// ── What people type ─────────────────────────────────────────────────────────────────────────────────────────────
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

// ── The store ────────────────────────────────────────────────────────────────────────────────────────────────────
/** Drops kept in detail for people to look at; all of them are counted. A network gone mad must not fill the disk. */
export const droppedRowsMax = 2000
/** Arrivals made durable in one transaction: enough that the disk's sync is no longer what costs, few enough to be through in some milliseconds. */
export const commitArrivalsMax = 256
/** While the store cannot take a batch it is offered again after 1 s, doubling to this. */
export const commitRetryMsMax = 30_000

// ── Silence ──────────────────────────────────────────────────────────────────────────────────────────────────────
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

// ── Money ────────────────────────────────────────────────────────────────────────────────────────────────────────
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

// ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────
/** Between two looks of the page at how things stand. */
export const consoleEventsMs = 2000
/** One attempt to connect in Socket Mode, from asking for an address to Slack's hello. */
export const slackSocketConnectMs = 30_000
/** A Socket Mode connection that ends sooner was none: the next attempt waits. */
export const slackSocketHealthyMs = 10_000
/** The second Socket Mode connection starts this much later, so that Slack does not refresh both at once (it drops each every hour or so). */
export const slackSocketStaggerMs = 60_000
/** Between two attempts to connect, or to check the token: the first and the longest wait. */
export const slackRetryFirstMs = 1000
export const slackRetryMsMax = 60_000
/** Ids of requests remembered to know a repetition: Slack repeats an event at most three times within six minutes. docs.slack.dev/apis/events-api */
export const slackSeenMax = 2000

// ── The service ──────────────────────────────────────────────────────────────────────────────────────────────────
/** A stop may take this long before the process ends all the same. */
export const stopMsMax = 10_000
/** All questions of `doctor` together. */
export const doctorMs = 30_000
/** Pages of 200 channels looked through for a name; Slack allows 20 such calls a minute. docs.slack.dev/reference/methods/conversations.list */
export const slackChannelPagesMax = 20
/** Between two posts of the simulated X running alone. */
export const simPostMs = 3000

// ── Lists as files ──
/** Between two looks at the files; what stands still for one look is read. So an edit applies within a second. */
export const listsLookMs = 350
/** Bytes of one file of lists; a channel with all that it can hold takes about 20,000. */
export const listsBytesMax = 1_000_000

// ── Who somebody is ──
/** How long an action waits for Slack's word on who acts, ms: with `slackPatienceMs` after it still within `slackAckMs`. */
export const slackWhoMs = 900
/** How long Slack's word on a person is kept: an administrator who is one no longer may administer as long as this. */
export const slackPeopleMs = 300_000
/** Before Slack is asked again about somebody after it could not say. */
export const slackWhoAgainMs = 60_000
/** How long it is kept which channels somebody is in. */
export const slackMembershipsMs = 30_000
/** Pages of 999 channels that one person is in. docs.slack.dev/reference/methods/users.conversations */
export const slackMembershipPagesMax = 5
/** People kept in memory. */
export const slackPeopleMax = 5000

// ── Buttons ──
/** Buttons in one `actions` block. docs.slack.dev/reference/block-kit/blocks/actions-block */
export const slackActionsMax = 25
/** Characters of a button's label and value. docs.slack.dev/reference/block-kit/block-elements/button-element */
export const slackLabelCharsMax = 75
export const slackValueCharsMax = 2000
/** Characters of a field in a form, and of a header. docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element, …/blocks/header-block */
export const slackInputCharsMax = 3000
export const slackHeaderCharsMax = 150
/** Characters said about one field of a form that cannot be as it is: undocumented, kept to what a person reads there. */
export const slackFieldErrorCharsMax = 1000
/** Accounts named in a channel's form, sections of one answer in a modal, and channels, dead deliveries and other lines in the Home: together less than the 100 blocks of a view. docs.slack.dev/surfaces/modals */
export const modalFollowsMax = 30
export const modalSectionsMax = 20
export const homeChannelsMax = 40
export const homeDeadMax = 20
export const homeLinesMax = 15
/** Posts that one `why` tells about, and channels where it tells about all: some ten lines each at most, and a screen's worth is enough. */
export const whyPostsMax = 10

// ── Previews and taking back ──
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
