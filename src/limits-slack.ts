/** The bounds of Slack; the others are in limits.ts, and all of them are imported from there. */

// ── Slack: messages ─────────────────────────────────────────────────────────────────────────────────────────────────
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

// ── Slack: calls ────────────────────────────────────────────────────────────────────────────────────────────────────
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
/** Body of the one request that Slack does not sign: `ssl_check=1` and a token. Nothing longer is read before its signature is known to be good. docs.slack.dev/interactivity/implementing-slash-commands */
export const slackSslCheckBytesMax = 500
/** Refused requests that the log tells of in this time: anybody can send them, and a disk must not fill with them. */
export const slackRefusalsTold = 20
export const slackRefusalsMs = 60_000
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
/** Pages of 200 channels looked through for a name; Slack allows 20 such calls a minute. docs.slack.dev/reference/methods/conversations.list */
export const slackChannelPagesMax = 20

// ── Slack: Socket Mode, and what it repeats ─────────────────────────────────────────────────────────────────────────
/** One attempt to connect in Socket Mode, from asking for an address to Slack's hello. */
export const slackSocketConnectMs = 30_000
/** A goodbye in Socket Mode is waited for this long: Slack answers at once, and a stop has `stopMsMax` for everything. */
export const slackSocketCloseMs = 1000
/** A Socket Mode connection that ends sooner was none: the next attempt waits. */
export const slackSocketHealthyMs = 10_000
/** The second Socket Mode connection starts this much later, so that Slack does not refresh both at once (it drops each every hour or so). */
export const slackSocketStaggerMs = 60_000
/** Between two attempts to connect, or to check the token: the first and the longest wait. */
export const slackRetryFirstMs = 1000
export const slackRetryMsMax = 60_000
/** Ids of requests remembered to know a repetition: Slack repeats an event at most three times within six minutes. docs.slack.dev/apis/events-api */
export const slackSeenMax = 2000

// ── Who somebody is ─────────────────────────────────────────────────────────────────────────────────────────────────
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

// ── Buttons ─────────────────────────────────────────────────────────────────────────────────────────────────────────
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
