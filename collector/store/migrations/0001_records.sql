-- One row per record. OpenTelemetry's column names come first, so that tools which know the exporter's table know this one.
-- The order key starts with the tenant, because every read is one tenant's; then time, so that a window is a range.
-- Partitions are retention class and period: deleting what has been kept long enough is dropping one.
CREATE TABLE IF NOT EXISTS blotter.records
(
    Timestamp DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    ObservedTimestamp DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)),
    TraceFlags UInt8,
    SeverityText LowCardinality(String) CODEC(ZSTD(1)),
    SeverityNumber UInt8,
    ServiceName LowCardinality(String) CODEC(ZSTD(1)),
    Body String CODEC(ZSTD(1)),
    ResourceAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    ScopeName String CODEC(ZSTD(1)),
    ScopeVersion LowCardinality(String) CODEC(ZSTD(1)),
    LogAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    EventName LowCardinality(String) CODEC(ZSTD(1)),

    Workspace LowCardinality(String) CODEC(ZSTD(1)),
    Environment LowCardinality(String) CODEC(ZSTD(1)),
    StoredAt DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    RecordId String CODEC(ZSTD(1)),
    Integration LowCardinality(String) CODEC(ZSTD(1)),
    ActorId String CODEC(ZSTD(1)),
    ActorType LowCardinality(String) CODEC(ZSTD(1)),
    Action LowCardinality(String) CODEC(ZSTD(1)),
    Outcome LowCardinality(String) CODEC(ZSTD(1)),
    Decision LowCardinality(String) CODEC(ZSTD(1)),
    TargetId String CODEC(ZSTD(1)),
    TargetType LowCardinality(String) CODEC(ZSTD(1)),
    Reason String CODEC(ZSTD(1)),
    RequestId String CODEC(ZSTD(1)),
    SessionId String CODEC(ZSTD(1)),
    DeliveryId String CODEC(ZSTD(1)),
    Attempt UInt32 CODEC(ZSTD(1)),
    IdempotencyKey String CODEC(ZSTD(1)),
    Fingerprint String CODEC(ZSTD(1)),

    RetentionClass LowCardinality(String) CODEC(ZSTD(1)),
    Period LowCardinality(String) CODEC(ZSTD(1)),
    Origin LowCardinality(String) CODEC(ZSTD(1)),
    LeafIndex UInt64 CODEC(Delta(8), ZSTD(1)),
    LeafHash String CODEC(ZSTD(1)),
    ReceivedDigest String CODEC(ZSTD(1)),
    -- What the leaf commits to, byte for byte. Every other column is derived from it, and verification says whether it still is.
    Canonical String CODEC(ZSTD(1)),

    INDEX LeafIndexRange LeafIndex TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (RetentionClass, Period)
ORDER BY (Workspace, Environment, Timestamp, LeafIndex)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- One narrow row per identifier of a record, ordered by its hash: the way in for every look-up by id, and the edges
-- that a timeline follows. Dropped with the records it points to.
CREATE TABLE IF NOT EXISTS blotter.identifiers
(
    Workspace LowCardinality(String) CODEC(ZSTD(1)),
    Environment LowCardinality(String) CODEC(ZSTD(1)),
    IdHash UInt64 CODEC(ZSTD(1)),
    Timestamp DateTime64(9, 'UTC') CODEC(ZSTD(1)),
    LeafIndex UInt64 CODEC(ZSTD(1)),
    Origin LowCardinality(String) CODEC(ZSTD(1)),
    RetentionClass LowCardinality(String) CODEC(ZSTD(1)),
    Period LowCardinality(String) CODEC(ZSTD(1)),

    INDEX LeafIndexRange LeafIndex TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (RetentionClass, Period)
ORDER BY (Workspace, Environment, IdHash, Timestamp, LeafIndex)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

-- The salts that make commitments hiding, apart from the records so that ordinary backups can leave them out: a salt in
-- a backup would make its destruction worthless.
CREATE TABLE IF NOT EXISTS blotter.salts
(
    Origin LowCardinality(String) CODEC(ZSTD(1)),
    LeafIndex UInt64 CODEC(Delta(8), ZSTD(1)),
    Salt String CODEC(ZSTD(1)),
    RetentionClass LowCardinality(String) CODEC(ZSTD(1)),
    Period LowCardinality(String) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (RetentionClass, Period)
ORDER BY (Origin, LeafIndex)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
