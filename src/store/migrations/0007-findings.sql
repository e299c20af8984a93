-- What a process knows that the others cannot see, in JSON: what Slack said to who delivers, what is silent for who reads.
alter table process add column findings text not null default '[]';
