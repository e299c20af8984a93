-- Processes that share the database, each with when it was last heard of. `reading`: JSON, how what it reads stands; empty where it reads nothing.
create table process (
  id text primary key,
  roles text not null,
  started_at bigint not null,
  seen_at bigint not null,
  reading text not null
);
