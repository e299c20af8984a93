/**
 * What a request asked for: fields and expansions, and in which of X's two spellings. A request with `post.fields` is
 * answered in the new names (`referenced_posts`, `includes.posts`), any other in the legacy ones. Field values that X does
 * not know are refused with X's sentence, or dropped where the simulator is told to be lenient: reports differ.
 */
import type { Json } from './objects.ts'
import { invalidParameter, type Problem } from './problems.ts'

const words = (list: string) => list.split(' ')

const known = {
  post: words(
    'article attachments author_id card_uri community_id context_annotations conversation_id created_at display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang matched_media_notes media_metadata non_public_metrics note_request_suggestions note_tweet organic_metrics paid_partnership possibly_sensitive promoted_metrics public_metrics referenced_tweets reply_settings scopes source suggested_source_links suggested_source_links_with_counts text withheld',
  ),
  user: words(
    'affiliation confirmed_email connection_status created_at description entities id is_identity_verified location most_recent_tweet_id name parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics receives_your_dm subscription subscription_type url username verified verified_followers_count verified_type withheld',
  ),
  media: words(
    'alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics public_metrics type url variants width',
  ),
  poll: words('duration_minutes end_datetime id options voting_status'),
  place: words('contained_within country country_code full_name geo id name place_type'),
}
/** Not fields in the new spelling: there they come with their expansions. */
const legacyOnly = ['author_id', 'in_reply_to_user_id', 'referenced_tweets', 'edit_history_tweet_ids']
const expansions = words(
  'article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet attachments.poll_ids author_id edit_history_tweet_ids entities.mentions.username entities.note.mentions.username geo.place_id in_reply_to_user_id pinned_tweet_id referenced_tweets.id referenced_tweets.id.author_id referenced_tweets.id.attachments.media_keys',
)
const defaults = {
  post: words('id text edit_history_tweet_ids'),
  user: words('id name username'),
  media: words('media_key type'),
  poll: words('id options'),
}

/** New spellings, whole words of a dotted name or a key. */
const renamed: Readonly<Record<string, string>> = {
  edit_history_tweet_ids: 'edit_history_post_ids',
  referenced_tweets: 'referenced_posts',
  note_tweet: 'note_post',
  retweet_count: 'repost_count',
  tweet_count: 'post_count',
  pinned_tweet_id: 'pinned_post_id',
  most_recent_tweet_id: 'most_recent_post_id',
  media_source_tweet: 'media_source_post',
  tweets: 'posts',
}
const legacyOf = new Map(Object.entries(renamed).map(([legacy, renewed]) => [renewed, legacy]))

export interface Selection {
  readonly dialect: 'legacy' | 'new'
  readonly expansions: ReadonlySet<string>
  /** Each takes a complete object and gives the part that was asked for, in legacy names. */
  post(json: Json): Json
  user(json: Json): Json
  media(json: Json): Json
  poll(json: Json): Json
  /** Puts a finished answer into the request's spelling. */
  spell(json: Json): Json
}

/** Reads the parameters, or answers with what X would say against them. */
export function readSelection(query: URLSearchParams, lenient: boolean): Selection | Problem {
  const dialect = query.has('post.fields') ? 'new' : 'legacy'
  const lists: Record<string, string[]> = {}
  for (const [parameter, allowed] of [
    ['tweet.fields', known.post],
    ['post.fields', known.post.filter(field => !legacyOnly.includes(field))],
    ['user.fields', known.user],
    ['media.fields', known.media],
    ['poll.fields', known.poll],
    ['place.fields', known.place],
    ['expansions', expansions],
  ] as const) {
    const values = (query.get(parameter) ?? '').split(',').filter(value => value !== '')
    const legacy = values.map(toLegacy)
    const bad = values.filter((_, i) => !allowed.includes(legacy[i] ?? ''))
    if (bad.length > 0 && !lenient) {
      const list = allowed.join(',')
      return invalidParameter(
        parameter,
        values,
        `The \`${parameter}\` query parameter value [${bad[0]}] is not one of [${list}]`,
      )
    }
    lists[parameter] = legacy.filter(value => allowed.includes(value))
  }
  const wanted = new Set(lists['expansions'])
  const fieldsOfPost = [
    ...(lists['tweet.fields'] ?? []),
    ...(lists['post.fields'] ?? []),
    ...[...wanted].map(fieldBehind),
  ]
  return {
    dialect,
    expansions: wanted,
    post: keep(defaults.post, fieldsOfPost),
    user: keep(defaults.user, lists['user.fields'] ?? []),
    media: keep(defaults.media, lists['media.fields'] ?? []),
    poll: keep(defaults.poll, lists['poll.fields'] ?? []),
    spell: json => (dialect === 'new' ? respell(json) : json),
  }
}

/** An expansion brings the field it expands along. */
function fieldBehind(expansion: string): string {
  return expansion.split('.')[0] ?? expansion
}

function keep(byDefault: readonly string[], asked: readonly string[]): (json: Json) => Json {
  const wanted = new Set([...byDefault, ...asked])
  return json => Object.fromEntries(Object.entries(json).filter(([key]) => wanted.has(key)))
}

function toLegacy(name: string): string {
  return name
    .split('.')
    .map(part => legacyOf.get(part) ?? part)
    .join('.')
}

function respell(value: Json): Json {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [renamed[key] ?? key, respellAny(each)]))
}

function respellAny(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(respellAny)
  return typeof value === 'object' && value !== null ? respell(value as Json) : value // plain JSON: an object that is no list
}
