alter table note add column folder text references folder;
