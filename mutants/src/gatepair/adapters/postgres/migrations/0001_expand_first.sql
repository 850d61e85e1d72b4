-- Text is compared by code point, so that pages of rows come in the order of every other engine.

CREATE TABLE migrations (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY
);

CREATE TABLE entries (
    position BIGINT NOT NULL PRIMARY KEY,
    stream TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    payload BYTEA NOT NULL,
    recorded_at_ms BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    command_id TEXT COLLATE "C" NOT NULL,
    previous BYTEA NOT NULL,
    leaf BYTEA NOT NULL
);

CREATE UNIQUE INDEX entries_by_stream ON entries (stream, version);

CREATE TABLE remembered (
    command_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    digest BYTEA NOT NULL,
    answer BYTEA NOT NULL
);

CREATE TABLE claims (
    claim TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL
);

CREATE TABLE model_rows (
    model TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    sort BIGINT NOT NULL,
    document BYTEA NOT NULL,
    PRIMARY KEY (model, key)
);

CREATE INDEX model_rows_by_sort ON model_rows (model, sort, key);

CREATE TABLE states (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE own_log (
    lane TEXT COLLATE "C" NOT NULL,
    log_index BIGINT NOT NULL,
    header BYTEA NOT NULL,
    body BYTEA,
    leaf BYTEA NOT NULL,
    PRIMARY KEY (lane, log_index)
);

CREATE TABLE receipts (
    lane TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    note BYTEA NOT NULL,
    PRIMARY KEY (lane, size)
);

CREATE TABLE mirror_log (
    lane TEXT COLLATE "C" NOT NULL,
    log_index BIGINT NOT NULL,
    header BYTEA NOT NULL,
    body BYTEA,
    leaf BYTEA NOT NULL,
    PRIMARY KEY (lane, log_index)
);

CREATE TABLE mirror_checkpoints (
    lane TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    note BYTEA NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: correct by a new entry', TG_TABLE_NAME;
END $$;

CREATE FUNCTION only_forget_body() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.body IS NOT NULL OR (NEW.lane, NEW.log_index, NEW.header, NEW.leaf)
        IS DISTINCT FROM (OLD.lane, OLD.log_index, OLD.header, OLD.leaf) THEN
        RAISE EXCEPTION '% is append-only: only a body may be forgotten', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER entries_never_change BEFORE UPDATE OR DELETE ON entries
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER entries_never_go BEFORE TRUNCATE ON entries
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER remembered_never_change BEFORE UPDATE OR DELETE ON remembered
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER remembered_never_go BEFORE TRUNCATE ON remembered
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER receipts_never_change BEFORE UPDATE OR DELETE ON receipts
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER receipts_never_go BEFORE TRUNCATE ON receipts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER own_log_only_forgets_bodies BEFORE UPDATE ON own_log
FOR EACH ROW EXECUTE FUNCTION only_forget_body();

CREATE TRIGGER own_log_never_goes BEFORE DELETE ON own_log
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER own_log_never_empties BEFORE TRUNCATE ON own_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER mirror_log_only_forgets_bodies BEFORE UPDATE ON mirror_log
FOR EACH ROW EXECUTE FUNCTION only_forget_body();

CREATE TRIGGER mirror_log_never_goes BEFORE DELETE ON mirror_log
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER mirror_log_never_empties BEFORE TRUNCATE ON mirror_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
