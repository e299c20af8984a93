-- What is older than its term is forgotten: the ways to find it without looking through everything.
create index delivery_settled on delivery (settled_at) where settled_at is not null;
create index delivery_thread on delivery (thread) where thread is not null;
create index delivery_target on delivery (target) where target is not null;
