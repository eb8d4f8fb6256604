-- The records again, with what they look like in Loki. Rows that are there are made anew from what their leaves commit
-- to and the tables change places: migrate.ts. Small granules, because most that is read is a few records here and there.
CREATE TABLE IF NOT EXISTS blotter.records_next
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
    -- The labels of its stream in Loki, and what it shows there, as far as columns above do not hold it: see look-names.ts.
    Stream LowCardinality(String) CODEC(ZSTD(1)),
    Summary String CODEC(ZSTD(1)),
    LineBytes UInt32 CODEC(ZSTD(1)),
    DetectedLevel LowCardinality(String) CODEC(ZSTD(1)),
    Level LowCardinality(String) CODEC(ZSTD(1)),
    Irregular UInt8 CODEC(ZSTD(1)),
    -- What the leaf commits to, byte for byte. Every other column is derived from it, and verification says whether it still is.
    Canonical String CODEC(ZSTD(1)),

    INDEX LeafIndexRange LeafIndex TYPE minmax GRANULARITY 1,

    -- Streams by hour, for lists of labels and for volumes. Kept within the part, so that it goes when the part goes, and a
    -- block that is inserted twice is counted as often as its rows are there.
    PROJECTION StreamHours
    (
        SELECT Workspace, Environment, toStartOfHour(Timestamp), Stream, count(), sum(LineBytes), sum(Irregular), min(Timestamp), max(Timestamp)
        GROUP BY Workspace, Environment, toStartOfHour(Timestamp), Stream
    )
)
ENGINE = MergeTree
PARTITION BY (RetentionClass, Period)
ORDER BY (Workspace, Environment, Timestamp, LeafIndex)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;
