/** The bounds of reading X; the others are in limits.ts, and all of them are imported from there. */

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
