-- Which process has the lease, where several work on the database.
alter table lane add column lease_owner text not null default '';
