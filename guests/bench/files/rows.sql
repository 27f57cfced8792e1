-- :n rows into a table in memory, an index, and queries that scan, seek, join, group, update and sort.
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, kind INTEGER, price INTEGER);
BEGIN;
WITH RECURSIVE counter(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counter WHERE i < :n)
INSERT INTO item SELECT i, printf('item %x', i * 2654435761 % 4294967296), i % 37, i * 7919 % 10007 FROM counter;
COMMIT;
CREATE INDEX by_name ON item (name);
SELECT count(*), sum(price) FROM item WHERE name LIKE '%ab%';
SELECT kind, count(*), max(price) FROM item GROUP BY kind HAVING kind < 3 ORDER BY 3;
SELECT count(*) FROM item a JOIN item b ON b.name = printf('item %x', a.id * 2654435761 % 4294967296) WHERE a.kind < 20;
UPDATE item SET price = price + 1 WHERE kind % 2;
DELETE FROM item WHERE price % 5 = 0;
SELECT name, price FROM item ORDER BY price DESC, name LIMIT 3;
SELECT sum(length(name) * price) FROM item;
