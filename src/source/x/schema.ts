/**
 * The shapes of X's JSON that Birdwire reads, in both spellings that X uses (`referenced_tweets` and `referenced_posts`,
 * `note_tweet` and `note_post` …). What a post cannot do without must be right; everything else is read leniently: a part of
 * the wrong type counts as missing, because a post must not be lost over an odd picture. Unknown keys are ignored.
 * docs.x.com/x-api/fundamentals/data-dictionary
 */
import { z } from 'zod'

/** A part that may be missing, null or odd. */
const may = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined)
/** A list whose odd elements count as missing. */
const list = <T extends z.ZodType>(element: T) => may(z.array(element.nullable().catch(null)))

const id = z.string().regex(/^\d{1,20}$/)
const index = z.number().int().nonnegative()

const entities = z.object({
  urls: list(
    z.object({
      start: index,
      end: index,
      url: z.string(),
      expanded_url: may(z.string()),
      unwound_url: may(z.string()),
      display_url: may(z.string()),
      media_key: may(z.string()),
    }),
  ),
  mentions: list(z.object({ start: index, end: index, username: z.string(), id: may(id) })),
  hashtags: list(z.object({ start: index, end: index, tag: z.string() })),
  cashtags: list(z.object({ start: index, end: index, tag: z.string() })),
})
export type WireEntities = z.infer<typeof entities>

const note = z.object({ text: z.string(), entities: may(entities) })
const references = list(z.object({ type: z.string(), id }))

export const wirePost = z.object({
  id,
  text: z.string(),
  author_id: id,
  created_at: may(z.string()),
  edit_history_tweet_ids: may(z.array(id)),
  edit_history_post_ids: may(z.array(id)),
  in_reply_to_user_id: may(id),
  lang: may(z.string()),
  possibly_sensitive: may(z.boolean()),
  entities: may(entities),
  note_tweet: may(note),
  note_post: may(note),
  referenced_tweets: references,
  referenced_posts: references,
  attachments: may(z.object({ media_keys: may(z.array(z.string())), poll_ids: may(z.array(z.string())) })),
})
export type WirePost = z.infer<typeof wirePost>

const wireUser = z.object({
  id,
  username: z.string(),
  name: may(z.string()),
  profile_image_url: may(z.string()),
  protected: may(z.boolean()),
  created_at: may(z.string()),
  public_metrics: may(z.object({ tweet_count: may(z.coerce.number()), post_count: may(z.coerce.number()) })),
})
export type WireUser = z.infer<typeof wireUser>

const wireMedia = z.object({
  media_key: z.string(),
  type: z.string(),
  url: may(z.string()),
  preview_image_url: may(z.string()),
  alt_text: may(z.string()),
  width: may(z.number()),
  height: may(z.number()),
  duration_ms: may(z.number()),
})
export type WireMedia = z.infer<typeof wireMedia>

const wirePoll = z.object({
  id: z.string(),
  options: z.array(z.object({ position: may(z.number()), label: z.string(), votes: may(z.number()) })),
  voting_status: may(z.string()),
  end_datetime: may(z.string()),
})
export type WirePoll = z.infer<typeof wirePoll>

export const includes = z.object({
  users: list(wireUser),
  tweets: list(wirePost),
  posts: list(wirePost),
  media: list(wireMedia),
  polls: list(wirePoll),
})
export type WireIncludes = z.infer<typeof includes>

/** Beside `data`: something that goes with the post could not be given. Without `data`: about the stream itself. */
export const wireError = z.object({
  title: may(z.string()),
  detail: may(z.string()),
  type: may(z.string()),
  disconnect_type: may(z.string()),
  parameter: may(z.string()),
  resource_id: may(z.string()),
  value: may(z.union([z.string(), z.number()])),
})
export type WireError = z.infer<typeof wireError>

/** One line of the stream, or one page of a timeline or a search; `data` is looked at afterwards. */
export const envelope = z.object({
  data: z.unknown().optional(),
  includes: may(includes),
  errors: list(wireError),
  meta: may(z.object({ next_token: may(z.string()), result_count: may(z.number()), newest_id: may(z.string()) })),
})
export type Envelope = z.infer<typeof envelope>

/** `users/by` and its relatives. */
export const usersAnswer = z.object({ data: list(wireUser), errors: list(wireError) })

const wireRule = z.object({ id: z.string(), value: z.string(), tag: may(z.string()) })
export type WireRule = z.infer<typeof wireRule>

/** A list of rules that is not whole is not a list: what is missing in it would be deleted or added twice. */
export const rulesAnswer = z.object({
  data: z.array(wireRule).nullish(),
  meta: may(z.object({ next_token: may(z.string()) })),
})

const ruleError = z.object({
  value: may(z.string()),
  title: may(z.string()),
  detail: may(z.string()),
  details: may(z.array(z.string())),
  type: may(z.string()),
})

/** The answer to an add or a delete: partial success is normal, and `errors` then names what failed. */
export const rulesChanged = z.object({
  data: list(wireRule),
  errors: list(ruleError),
  meta: may(z.object({ summary: may(z.object({ deleted: may(z.number()) })) })),
})
export type RulesChanged = z.infer<typeof rulesChanged>

/** Numbers are strings in newer descriptions of the API. */
export const rulesCounts = z.object({
  data: z.object({
    cap_per_client_app: z.coerce.number().int().positive(),
    cap_per_project: may(z.coerce.number().int().positive()),
    project_rules_count: may(z.coerce.number().int().nonnegative()),
    client_app_rules_count: may(z.object({ client_app_id: may(z.string()) })),
  }),
})

const usageDays = list(z.object({ date: z.string(), usage: z.coerce.number().int().nonnegative() }))

/** `GET /2/usage/tweets`. */
export const usageAnswer = z.object({
  data: z.object({
    daily_project_usage: may(z.object({ usage: usageDays })),
    daily_client_app_usage: list(z.object({ client_app_id: may(z.string()), usage: usageDays })),
  }),
})

/** `DELETE /2/connections/all`. */
export const connectionsEnded = z.object({
  data: z.object({ successful_kills: may(z.coerce.number()), failed_kills: may(z.coerce.number()) }),
})
