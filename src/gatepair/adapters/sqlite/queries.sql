-- Every statement of the SQLite engine but its schema.
-- The names and the order of parameters are those of gatepair.adapters.ledger_sql.

-- name: head
SELECT position, leaf FROM entries ORDER BY position DESC LIMIT 1;

-- name: leaf_at
SELECT leaf FROM entries WHERE position = ?;

-- name: append_entry
INSERT INTO entries (position, stream_id, version, type, payload, recorded_at_ms, actor, command_id, previous, leaf)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: entries
SELECT position, name, version, type, payload, recorded_at_ms, actor, command_id, previous, leaf
FROM entries JOIN streams ON streams.id = entries.stream_id WHERE position > ? ORDER BY position LIMIT ?;

-- name: stream
SELECT position, name, version, type, payload, recorded_at_ms, actor, command_id, previous, leaf
FROM entries JOIN streams ON streams.id = entries.stream_id WHERE streams.name = ? ORDER BY version;

-- name: version
SELECT max(version) FROM entries WHERE stream_id = (SELECT id FROM streams WHERE name = ?);

-- name: stream_id
SELECT id FROM streams WHERE name = ?;

-- name: add_stream
INSERT INTO streams (name) VALUES (?) RETURNING id;

-- name: remembered
SELECT digest, answer FROM remembered WHERE command_id = ?;

-- name: remember
INSERT INTO remembered (command_id, digest, answer) VALUES (?, ?, ?) ON CONFLICT DO NOTHING;

-- name: holder
SELECT holder FROM claims WHERE claim = ?;

-- name: claim
INSERT INTO claims (claim, holder) VALUES (?, ?) ON CONFLICT DO NOTHING;

-- name: unclaim
DELETE FROM claims WHERE claim = ? AND holder = ?;

-- name: row
SELECT key, sort, document FROM model_rows WHERE model = ? AND key = ?;

-- name: rows_first
SELECT key, sort, document FROM model_rows WHERE model = ? ORDER BY sort, key LIMIT ?;

-- name: rows_after
SELECT key, sort, document FROM model_rows WHERE model = ? AND (sort, key) > (?, ?) ORDER BY sort, key LIMIT ?;

-- name: put_row
INSERT INTO model_rows (model, key, sort, document) VALUES (?, ?, ?, ?)
ON CONFLICT (model, key) DO UPDATE SET sort = excluded.sort, document = excluded.document;

-- name: drop_row
DELETE FROM model_rows WHERE model = ? AND key = ?;

-- name: clear_model
DELETE FROM model_rows WHERE model = ?;

-- name: state
SELECT value FROM states WHERE name = ?;

-- name: states
SELECT name, value FROM states WHERE name >= ? AND name < ? ORDER BY name;

-- name: states_named
SELECT name, value FROM states WHERE name IN (SELECT json_each.value FROM json_each(?));

-- name: put_states
INSERT INTO states (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: put_state
INSERT INTO states (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: drop_state
DELETE FROM states WHERE name = ?;

-- name: own_size
SELECT max(log_index) + 1 FROM own_log WHERE lane = ?;

-- name: own_entries
SELECT log_index, header, body, leaf FROM own_log WHERE lane = ? AND log_index >= ? ORDER BY log_index LIMIT ?;

-- name: own_append
INSERT INTO own_log (lane, log_index, header, body, leaf) VALUES (?, ?, ?, ?, ?);

-- name: own_erase
UPDATE own_log SET body = NULL WHERE lane = ? AND log_index = ?;

-- name: receipt
SELECT size, note FROM receipts WHERE lane = ? ORDER BY size DESC LIMIT 1;

-- name: receipt_over
SELECT size, note FROM receipts WHERE lane = ? AND size > ? ORDER BY size LIMIT 1;

-- name: receipts
SELECT lane, max(size) FROM receipts GROUP BY lane ORDER BY lane;

-- name: put_receipt
INSERT INTO receipts (lane, size, note) VALUES (?, ?, ?) ON CONFLICT DO NOTHING;

-- name: mirror_size
SELECT max(log_index) + 1 FROM mirror_log WHERE lane = ?;

-- name: mirror_entries
SELECT log_index, header, body, leaf FROM mirror_log WHERE lane = ? AND log_index >= ? ORDER BY log_index LIMIT ?;

-- name: mirror_append
INSERT INTO mirror_log (lane, log_index, header, body, leaf) VALUES (?, ?, ?, ?, ?);

-- name: mirror_erase
UPDATE mirror_log SET body = NULL WHERE lane = ? AND log_index = ?;

-- name: mirror_checkpoint
SELECT note FROM mirror_checkpoints WHERE lane = ?;

-- name: put_checkpoint
INSERT INTO mirror_checkpoints (lane, note) VALUES (?, ?) ON CONFLICT (lane) DO UPDATE SET note = excluded.note;

-- name: applied
SELECT name FROM migrations ORDER BY name;

-- name: note_migration
INSERT INTO migrations (name) VALUES (?);

-- name: things
SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!';
