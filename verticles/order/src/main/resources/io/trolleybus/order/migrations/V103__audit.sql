-- How far the audit has come, and what its last sweep saw. One process conducts it: until then, by the clock of this
-- database.
create table audit (
  single boolean primary key default true check (single),
  conductor text,
  until timestamptz,
  state json,
  report json
) with (fillfactor = 10);
insert into audit default values;

grant select, update on audit to ${runtime};
