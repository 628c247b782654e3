-- Which node reads a feed for its service, so that several do not do the same work. That none does it twice is seen to by
-- the compare-and-set of the position.
alter table subscription add column reader text, add column read_until timestamptz;
