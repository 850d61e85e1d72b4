-- 0x47705031: "GpP1", so that another program's file is not taken for a ledger.
PRAGMA application_id = 1198542897;

CREATE TABLE migrations (
    name TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- A stream's name is kept once.  The index over entries is then small, and the streams in use lie
-- together in it, so that a commit touches few pages.
CREATE TABLE streams (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TRIGGER streams_never_change BEFORE UPDATE ON streams
BEGIN SELECT RAISE(ABORT, 'a stream keeps its name'); END;

CREATE TRIGGER streams_never_go BEFORE DELETE ON streams
BEGIN SELECT RAISE(ABORT, 'a stream keeps its name'); END;

CREATE TABLE entries (
    position INTEGER NOT NULL PRIMARY KEY,
    stream_id INTEGER NOT NULL REFERENCES streams (id),
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    payload BLOB NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    command_id TEXT NOT NULL,
    previous BLOB NOT NULL,
    leaf BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX entries_by_stream ON entries (stream_id, version);

CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only: correct by a new entry'); END;

CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only: correct by a new entry'); END;

CREATE TABLE remembered (
    command_id TEXT NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL,
    answer BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER remembered_never_change BEFORE UPDATE ON remembered
BEGIN SELECT RAISE(ABORT, 'an answer to a command is kept for ever'); END;

CREATE TRIGGER remembered_never_go BEFORE DELETE ON remembered
BEGIN SELECT RAISE(ABORT, 'an answer to a command is kept for ever'); END;

CREATE TABLE claims (
    claim TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE model_rows (
    model TEXT NOT NULL,
    key TEXT NOT NULL,
    sort INTEGER NOT NULL,
    document BLOB NOT NULL,
    PRIMARY KEY (model, key)
) STRICT;

CREATE INDEX model_rows_by_sort ON model_rows (model, sort, key);

CREATE TABLE states (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE own_log (
    lane TEXT NOT NULL,
    log_index INTEGER NOT NULL,
    header BLOB NOT NULL,
    body BLOB,
    leaf BLOB NOT NULL,
    PRIMARY KEY (lane, log_index)
) STRICT;

CREATE TRIGGER own_log_only_forgets_bodies BEFORE UPDATE ON own_log
WHEN NEW.body IS NOT NULL OR NEW.header IS NOT OLD.header OR NEW.leaf IS NOT OLD.leaf
    OR NEW.lane IS NOT OLD.lane OR NEW.log_index IS NOT OLD.log_index
BEGIN SELECT RAISE(ABORT, 'a log is append-only: only a body may be forgotten'); END;

CREATE TRIGGER own_log_never_goes BEFORE DELETE ON own_log
BEGIN SELECT RAISE(ABORT, 'a log is append-only: only a body may be forgotten'); END;

CREATE TABLE receipts (
    lane TEXT NOT NULL,
    size INTEGER NOT NULL,
    note BLOB NOT NULL,
    PRIMARY KEY (lane, size)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER receipts_never_change BEFORE UPDATE ON receipts
BEGIN SELECT RAISE(ABORT, 'a receipt is kept as it was given'); END;

CREATE TRIGGER receipts_never_go BEFORE DELETE ON receipts
BEGIN SELECT RAISE(ABORT, 'a receipt is kept as it was given'); END;

CREATE TABLE mirror_log (
    lane TEXT NOT NULL,
    log_index INTEGER NOT NULL,
    header BLOB NOT NULL,
    body BLOB,
    leaf BLOB NOT NULL,
    PRIMARY KEY (lane, log_index)
) STRICT;

CREATE TRIGGER mirror_log_only_forgets_bodies BEFORE UPDATE ON mirror_log
WHEN NEW.body IS NOT NULL OR NEW.header IS NOT OLD.header OR NEW.leaf IS NOT OLD.leaf
    OR NEW.lane IS NOT OLD.lane OR NEW.log_index IS NOT OLD.log_index
BEGIN SELECT RAISE(ABORT, 'a log is append-only: only a body may be forgotten'); END;

CREATE TRIGGER mirror_log_never_goes BEFORE DELETE ON mirror_log
BEGIN SELECT RAISE(ABORT, 'a log is append-only: only a body may be forgotten'); END;

CREATE TABLE mirror_checkpoints (
    lane TEXT NOT NULL PRIMARY KEY,
    note BLOB NOT NULL
) STRICT, WITHOUT ROWID;
