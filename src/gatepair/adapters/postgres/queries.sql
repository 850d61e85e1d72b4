-- Every statement of the PostgreSQL engine but its schema.
-- A block that is run for many rows takes one array for each column: one journey for all of them.
-- The names and the order of parameters are those of gatepair.adapters.ledger_sql.

-- name: head
SELECT position, leaf FROM entries ORDER BY position DESC LIMIT 1;

-- name: leaf_at
SELECT leaf FROM entries WHERE position = %s;

-- name: append_entry
INSERT INTO entries (position, stream, version, type, payload, recorded_at_ms, actor, command_id, previous, leaf)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::bytea[], %s::bigint[], %s::text[],
%s::text[], %s::bytea[], %s::bytea[]);

-- name: entries
SELECT position, stream, version, type, payload, recorded_at_ms, actor, command_id, previous, leaf
FROM entries WHERE position > %s ORDER BY position LIMIT %s;

-- name: stream
SELECT position, stream, version, type, payload, recorded_at_ms, actor, command_id, previous, leaf
FROM entries WHERE stream = %s ORDER BY version;

-- name: version
SELECT max(version) FROM entries WHERE stream = %s;

-- name: remembered
SELECT digest, answer FROM remembered WHERE command_id = %s;

-- name: remember
INSERT INTO remembered (command_id, digest, answer) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING;

-- name: holder
SELECT holder FROM claims WHERE claim = %s;

-- name: claim
INSERT INTO claims (claim, holder) VALUES (%s, %s) ON CONFLICT DO NOTHING;

-- name: unclaim
DELETE FROM claims WHERE claim = %s AND holder = %s;

-- name: row
SELECT key, sort, document FROM model_rows WHERE model = %s AND key = %s;

-- name: rows_first
SELECT key, sort, document FROM model_rows WHERE model = %s ORDER BY sort, key LIMIT %s;

-- name: rows_after
SELECT key, sort, document FROM model_rows WHERE model = %s AND (sort, key) > (%s, %s) ORDER BY sort, key LIMIT %s;

-- name: put_row
INSERT INTO model_rows (model, key, sort, document) VALUES (%s, %s, %s, %s)
ON CONFLICT (model, key) DO UPDATE SET sort = excluded.sort, document = excluded.document;

-- name: drop_row
DELETE FROM model_rows WHERE model = %s AND key = %s;

-- name: clear_model
DELETE FROM model_rows WHERE model = %s;

-- name: state
SELECT value FROM states WHERE name = %s;

-- name: states
SELECT name, value FROM states WHERE name >= %s AND name < %s ORDER BY name;

-- name: states_named
SELECT name, value FROM states WHERE name IN (SELECT jsonb_array_elements_text(%s::jsonb));

-- name: put_states
INSERT INTO states (name, value) SELECT * FROM unnest(%s::text[], %s::bytea[])
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: put_state
INSERT INTO states (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: drop_state
DELETE FROM states WHERE name = %s;

-- name: own_size
SELECT max(log_index) + 1 FROM own_log WHERE lane = %s;

-- name: own_entries
SELECT log_index, header, body, leaf FROM own_log WHERE lane = %s AND log_index >= %s ORDER BY log_index LIMIT %s;

-- name: own_append
INSERT INTO own_log (lane, log_index, header, body, leaf) VALUES (%s, %s, %s, %s, %s);

-- name: own_erase
UPDATE own_log SET body = NULL WHERE lane = %s AND log_index = %s;

-- name: receipt
SELECT size, note FROM receipts WHERE lane = %s ORDER BY size DESC LIMIT 1;

-- name: receipt_over
SELECT size, note FROM receipts WHERE lane = %s AND size > %s ORDER BY size LIMIT 1;

-- name: receipts
SELECT lane, max(size) FROM receipts GROUP BY lane ORDER BY lane;

-- name: put_receipt
INSERT INTO receipts (lane, size, note) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING;

-- name: mirror_size
SELECT max(log_index) + 1 FROM mirror_log WHERE lane = %s;

-- name: mirror_entries
SELECT log_index, header, body, leaf FROM mirror_log WHERE lane = %s AND log_index >= %s ORDER BY log_index LIMIT %s;

-- name: mirror_append
INSERT INTO mirror_log (lane, log_index, header, body, leaf)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[]);

-- name: mirror_erase
UPDATE mirror_log SET body = NULL WHERE lane = %s AND log_index = %s;

-- name: mirror_checkpoint
SELECT note FROM mirror_checkpoints WHERE lane = %s;

-- name: put_checkpoint
INSERT INTO mirror_checkpoints (lane, note) VALUES (%s, %s) ON CONFLICT (lane) DO UPDATE SET note = excluded.note;

-- name: applied
SELECT name FROM migrations ORDER BY name;

-- name: is_made
SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename = 'migrations';

-- name: search_here
SELECT set_config('search_path', %s, false);

-- name: flushes
SELECT current_setting('synchronous_commit');

-- name: flush_always
SELECT set_config('synchronous_commit', 'on', false);

-- name: bound_wait
SELECT set_config('lock_timeout', %s, false);

-- name: begin_unit
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;

-- name: begin_view
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- name: take_turn
SELECT pg_advisory_xact_lock(%s);

-- name: note_migration
INSERT INTO migrations (name) VALUES (%s);
