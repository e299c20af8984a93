-- The whole of what Birdwire remembers. Runs unchanged on SQLite and PostgreSQL: text, bigint, 0/1 for booleans, JSON as text.
-- All times are epoch milliseconds.

create table cursor (
  source text primary key,
  position text not null,
  at bigint not null
);

-- `posts` and `micros` (millionths of a dollar) grow with what is stored and charged for it. `channels`: JSON, who may miss something.
create table gap (
  source text not null,
  id text not null,
  from_at bigint not null,
  to_at bigint not null,
  why text not null,
  state text not null check (state in ('open', 'closed', 'lost')),
  how text not null,
  lost text not null,
  channels text not null,
  posts bigint not null default 0,
  micros bigint not null default 0,
  primary key (source, id)
);
create index gap_newest on gap (from_at);

-- What was bought in the last days, each thing once a UTC day as the network charges it. `kind`: post or user.
create table bought (
  source text not null,
  day text not null,
  kind text not null,
  id text not null,
  primary key (source, day, kind, id)
);

-- The ledger: sums by day and purpose. `channels`: the channels it was bought for, joined by commas.
create table spending (
  source text not null,
  day text not null,
  kind text not null,
  via text not null,
  relation text not null,
  cause text not null,
  account text not null,
  channels text not null,
  count bigint not null,
  delivered bigint not null,
  micros bigint not null,
  primary key (source, day, kind, via, relation, cause, account, channels)
);
create index spending_day on spending (day);

-- What the network itself counted.
create table usage (
  source text not null,
  day text not null,
  posts bigint not null,
  at bigint not null,
  primary key (source, day)
);

-- Lines that were left in channels without a person's doing: each key once in a channel.
create table said (
  key text not null,
  channel text not null,
  at bigint not null,
  primary key (key, channel)
);

-- Counted since the database was made. `reason` is that of a drop, else empty.
create table tally (
  source text not null,
  result text not null,
  reason text not null,
  count bigint not null,
  primary key (source, result, reason)
);

-- The newest drops in detail; older ones live on in the tally only.
create table dropped (
  seq bigint primary key,
  source text not null,
  at bigint not null,
  reason text not null,
  detail text not null,
  raw text
);

-- `inner_id`: the version that it quotes or reposts.
-- One row a post, whatever its version: `id` is the same for all of them, `version` that of the one in `body`.
create table post (
  source text not null,
  id text not null,
  version text not null,
  posted_at bigint not null,
  arrived_at bigint not null,
  author text not null,
  inner_id text,
  body text not null,
  rejected text not null,
  deleted_at bigint,
  taken_down bigint not null default 0,
  primary key (source, id)
);
create index post_written on post (source, posted_at, author);
create index post_inner on post (source, inner_id) where inner_id is not null;
create index post_version on post (source, version) where version <> id;

-- One row a channel. `last_seq` numbers what happens in the channel, in order. `next_at` is when something may be claimed from it
-- (null: nothing, or held), kept with every change, so that looking for work costs nothing however much is stored.
create table lane (
  channel text primary key,
  last_seq bigint not null default 0,
  next_at bigint,
  free_at bigint not null default 0,
  held text,
  lease_token text,
  lease_until bigint,
  lease_delivery text,
  sent bigint not null default 0,
  last_sent_at bigint
);
create index lane_next on lane (next_at) where next_at is not null;
create index lane_lease on lane (lease_until) where lease_until is not null;

-- `target`: the delivery whose message an update or removal changes. `gap`: the gap it was fetched for; `held`: until that is closed.
-- `bundle`: the delivery in whose message it goes, its own id for that one; the others are `bundled` until it is settled.
create table delivery (
  id text primary key,
  channel text not null references lane (channel),
  seq bigint not null,
  kind text not null check (kind in ('post', 'notice', 'update', 'remove')),
  source text,
  post_id text,
  notice text,
  because text not null,
  state text not null check (state in ('pending', 'leased', 'sent', 'dead', 'bundled')),
  due_at bigint not null,
  attempts bigint not null default 0,
  first_at bigint,
  leased_at bigint,
  created_at bigint not null,
  images_dropped bigint not null default 0,
  unknown_since bigint,
  unknown_checks bigint,
  unknown_why text,
  ts text,
  reason text,
  why text,
  settled_at bigint,
  target text,
  gap text,
  held bigint not null default 0,
  bundle text,
  unique (source, post_id, channel),
  foreign key (source, post_id) references post (source, id)
);
create index delivery_pending on delivery (channel, seq) where state = 'pending';
create index delivery_due on delivery (channel, due_at) where state = 'pending';
create index delivery_held on delivery (source) where held = 1;
create index delivery_bundle on delivery (bundle) where bundle is not null;
create index delivery_bundled on delivery (channel) where state = 'bundled';
create index delivery_change on delivery (target) where state = 'pending' and target is not null;
create index delivery_created on delivery (created_at, channel);
create index delivery_dead on delivery (channel, settled_at) where state = 'dead';

create table account (
  source text not null,
  id text not null,
  handle text not null,
  name text not null,
  avatar_url text,
  posts_per_100_days bigint,
  seen_at bigint,
  primary key (source, id)
);

create table route (
  source text not null,
  channel text not null,
  kinds text not null,
  languages text not null,
  reading text not null,
  deletions text not null,
  paused bigint not null,
  primary key (source, channel)
);

-- `place` keeps the order in which people added things.
create table route_account (
  source text not null,
  channel text not null,
  role text not null check (role in ('follow', 'mute')),
  account_id text not null,
  place bigint not null,
  primary key (source, channel, role, account_id),
  foreign key (source, channel) references route (source, channel),
  foreign key (source, account_id) references account (source, id)
);

create table route_term (
  source text not null,
  channel text not null,
  role text not null check (role in ('keyword', 'topic', 'block')),
  expression text not null,
  place bigint not null,
  primary key (source, channel, role, expression),
  foreign key (source, channel) references route (source, channel)
);

create table audit (
  id text primary key,
  channel text not null,
  seq bigint not null,
  at bigint not null,
  who text not null,
  what text not null,
  before text,
  after text not null
);
create index audit_newest on audit (at, seq);
create index audit_channel on audit (channel, at, seq);

-- Names for people's eyes; a channel is known by its id.
create table channel_name (
  channel text primary key,
  name text not null
);
