-- Many channels that something was bought for, joined by commas: their names are too much for a key. `spending.channels` names the set.
create table channel_set (
  id text primary key,
  channels text not null
);
