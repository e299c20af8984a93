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
/** The ladder of reconnects starts anew after this long a healthy stream. */
export const xHealthyMs = 60_000

// ── X: rules ─────────────────────────────────────────────────────────────────────────────────────────────────────
/** Characters of one rule; rules an app may have where `rules/counts` does not say. docs.x.com/x-api/posts/filtered-stream/introduction */
export const xRuleCharsMax = 1024
export const xRulesMax = 1000
/** Rules in one add or delete request: undocumented, kept small. */
export const xRulesPerRequestMax = 100

// ── X: everything else ───────────────────────────────────────────────────────────────────────────────────────────
/** One ordinary request. */
export const xRequestMs = 20_000
/** Handles in one `users/by`. docs.x.com/x-api/users/user-lookup-by-usernames */
export const xUsersPerRequestMax = 100
/** How far back recent search and Birdwire look. docs.x.com/x-api/posts/search-recent-posts */
export const xCatchUpMsMax = 7 * 24 * 3_600_000
/** Pages fetched for one account or search in one gap: a `next_token` that never ends must not spend without end. */
export const xCatchUpPagesMax = 20
/** A recent-search query at the self-serve tier. */
export const xSearchCharsMax = 512
/** Bytes of any JSON answer. */
export const xAnswerBytesMax = 16 * 1024 * 1024

// ── Slack: messages ──────────────────────────────────────────────────────────────────────────────────────────────
/** Blocks in a message. docs.slack.dev/reference/block-kit/blocks */
export const slackBlocksMax = 50
/** Characters of all block text together: `msg_blocks_too_long` was measured at about 13,200. */
export const slackBlockTextCharsMax = 12_000
/** A mrkdwn or plain text of a section. */
export const slackSectionCharsMax = 3000
/** Bytes of the fallback text: `chat.update` refuses more than 4,000, so a longer one could never be edited. docs.slack.dev/reference/methods/chat.update */
export const slackFallbackBytesMax = 3800
/** Characters of an image's description and of any address. docs.slack.dev/reference/block-kit/blocks/image-block */
export const slackAltCharsMax = 2000
export const slackUrlCharsMax = 3000
/** Pictures of one post. */
export const slackImagesMax = 4
/** Elements of a context block. */
export const slackContextElementsMax = 10

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
/** A delivery in trouble keeps its channel waiting for its turn this long; then the others pass it (I4). */
export const deliveryOrderHoldMs = 60_000
/** Tries with pictures: Slack fails now and then to fetch valid ones. github.com/slackapi/python-slack-sdk/issues/1782 */
export const deliveryImageTriesMax = 2
/** The longest pause between two tries of one delivery. */
export const deliveryBackoffMsMax = 600_000
/** How long a stop waits for attempts under way; what is not done by then keeps its lease and is looked for later. */
export const deliveryStopMs = 5000
/** After an unknown outcome Slack's history is asked after these waits; not found in all of them means not there. */
export const reconcileWaitsMs = [3000, 15_000, 60_000] as const
/** Deliveries worked on at the same time. */
export const deliveryConcurrency = 8

// ── What people type ─────────────────────────────────────────────────────────────────────────────────────────────
/** Characters of one filter expression. */
export const filterCharsMax = 512
/** Follows, and keywords, topics and blocks each, of one channel. */
export const followsPerChannelMax = 1000
export const termsPerChannelMax = 1000
/** Names in one command: a lookup of X's takes as many. docs.x.com/x-api/users/user-lookup-by-usernames */
export const namesPerCommandMax = 100
/** Expressions in one command. */
export const termsPerCommandMax = 100
/** Characters of an answer: Slack cuts a text at 40,000 and is hard to read long before. docs.slack.dev/reference/methods/chat.postMessage */
export const answerCharsMax = 8000
/** How long a command may look things up before Slack is told to wait; well below `slackAckMs`. */
export const slackPatienceMs = 2000
