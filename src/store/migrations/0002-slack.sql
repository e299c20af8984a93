-- What a channel's messages know of each other, when they may come, how a post came, and who took back which change.

-- `pace`: JSON. `together`: a post that several followed people repost or quote is one message. `links`: where a link goes that was
-- shared here within a week. `identity`: in whose name messages are posted. `locked`: only administrators may change the route.
alter table route add column pace text not null default '{"mode":"live","times":[],"zone":"UTC"}';
alter table route add column together bigint not null default 1;
alter table route add column links text not null default 'thread';
alter table route add column identity text not null default 'birdwire';
alter table route add column locked bigint not null default 0;

-- How it came: stream, catch-up or poll.
alter table post add column via text not null default 'stream';

-- `thread`: the delivery under whose message it goes. `joins`: the delivery whose message names it; it has none of its own, and
-- `joined_at` is when a form of that message that names it was last handed out. `pace`: what it waits for (digest, quiet, hour), also once
-- it waits no more. `change_id`: the change (audit) that a notice tells of.
alter table delivery add column thread text;
alter table delivery add column joins text;
alter table delivery add column joined_at bigint;
alter table delivery add column pace text;
alter table delivery add column change_id text;
create index delivery_joins on delivery (joins) where joins is not null;
create index delivery_message on delivery (channel, ts) where ts is not null;

-- Links that a channel was shown, each with the delivery that had it first.
create table shown_link (
  channel text not null,
  link text not null,
  delivery text not null,
  at bigint not null,
  primary key (channel, link)
);
create index shown_link_age on shown_link (at);

-- How many messages went out in the hour that began at `hour_at`.
alter table lane add column hour_at bigint not null default 0;
alter table lane add column hour_sent bigint not null default 0;

-- `undoes`: the change that this one took back; `undone_by`: the change that took this one back.
alter table audit add column undoes text;
alter table audit add column undone_by text;
