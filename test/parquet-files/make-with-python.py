"""Writes the files of this folder that Python's writers make.

    python3 -m venv .venv
    .venv/bin/pip install pyarrow==26.0.1 pandas==3.1.1 fastparquet==2026.9.0 polars==2.1.0
    .venv/bin/python test/parquet-files/make-with-python.py

Every file holds the rows of known-rows.ts; beside each stands a .json that says who wrote it and what is in it,
which the test holds the file to. To add a case, drop in both. Then `npx biome check --write test/parquet-files`.
"""

import json
import uuid
from decimal import Decimal
from pathlib import Path

import fastparquet
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
ROWS = 300
TYPES = ["created", "paid", "payment_failed", "shipped", "delivered", "cancelled", "refunded"]
CATEGORIES = [None, "书", "Bücher", "toys", "", "🎁 gift", "long " * 40]
STEP_MS = 86_399_999
NAMES = [
    "event_id", "event_time", "type", "order_id", "line", "buyer_id", "merchant_id", "product_id", "category",
    "quantity", "amount_minor", "currency", "country", "region", "channel", "payment_method",
]
NULLABLE = ["buyer_id", "merchant_id", "category", "country", "region", "channel", "payment_method"]


def known(i):
    return {
        "event_id": f"{i:08x}-00ab-4000-8000-{i * 7919:012x}",
        "event_time": -1 - i * 1_234_567_891 if i % 10 == 3 else 1_600_000_000_000 + i * STEP_MS,
        "type": TYPES[i % 7],
        "order_id": str(-i) if i % 50 == 49 else str(9_007_199_254_740_993 + i // 3),
        "line": 1 + i % 3,
        "buyer_id": None if i % 4 == 0 else "" if i % 16 == 1 else f"buyer-{i % 97}",
        "merchant_id": None if i % 5 == 2 else str(i % 13),
        "product_id": str(1000 + i * i % 53),
        "category": CATEGORIES[i % 7],
        "quantity": i * 13 % 1000,
        "amount_minor": 2**53 - 1 if i % 10 == 1 else i * 829_348_951,
        "currency": "CNY",
        "country": "CN" if i % 2 == 0 else "DE",
        "region": None,
        "channel": "app" if i < 150 else "web",
        "payment_method": None if i % 3 == 0 else "card" if i < 100 else "cash",
    }


EVENTS = [known(i) for i in range(ROWS)]
COLUMNS = {name: [event[name] for event in EVENTS] for name in NAMES}
TEXT = [n for n in NAMES if n not in ("event_time", "line", "quantity", "amount_minor")]


def micros():
    """Parts of a millisecond are floored away, before 1970 as well."""
    return [ms * 1000 + i * 37 % 1000 for i, ms in enumerate(COLUMNS["event_time"])]


def nanos():
    return [ms * 1_000_000 + i * 7919 % 1_000_000 for i, ms in enumerate(COLUMNS["event_time"])]


def integers(name):
    return [None if v is None else int(v) for v in COLUMNS[name]]


def decimals(name):
    return [Decimal(v) for v in COLUMNS[name]]


def table(required=False, **other):
    """A pyarrow table; `other` are arrays that take a column's place, or extra columns."""
    arrays = {
        name: pa.array(COLUMNS[name], pa.string()) for name in TEXT
    } | {
        "event_time": pa.array(micros(), pa.timestamp("us", "UTC")),
        "line": pa.array(COLUMNS["line"], pa.int32()),
        "quantity": pa.array(COLUMNS["quantity"], pa.int32()),
        "amount_minor": pa.array(COLUMNS["amount_minor"], pa.int64()),
    }
    arrays = {name: arrays[name] for name in NAMES} | other
    fields = [pa.field(n, a.type, not required or n in NULLABLE or n not in NAMES) for n, a in arrays.items()]
    return pa.table(list(arrays.values()), schema=pa.schema(fields))


def say(name, writer, about, **facts):
    (HERE / f"{name}.json").write_text(
        json.dumps({"writer": writer, "about": about} | facts, ensure_ascii=False, indent=2) + "\n"
    )


PYARROW = f"pyarrow {pa.__version__}"


def pyarrow_file(name, about, data, facts, **options):
    pq.write_table(data, HERE / f"{name}.parquet", **options)
    say(name, PYARROW, about, **facts)


pyarrow_file(
    "pyarrow-default", "what write_table does when told nothing: snappy, dictionaries, µs in UTC", table(),
    {"codec": "SNAPPY", "encodings": {"type": ["RLE_DICTIONARY"]}, "types": {"event_time": "INT64 TIMESTAMP(MICROS)"}},
)
pyarrow_file(
    "pyarrow-format-1", "format 1.0 in gzip, ms without zone, PLAIN_DICTIONARY's successor absent",
    table(event_time=pa.array(COLUMNS["event_time"], pa.timestamp("ms"))),
    {"codec": "GZIP", "types": {"event_time": "INT64 TIMESTAMP(MILLIS)"}},
    version="1.0", compression="gzip",
)
pyarrow_file(
    "pyarrow-delta", "delta encodings in version 2 pages of a few hundred bytes",
    table(),
    {
        "codec": "ZSTD",
        "encodings": {
            "event_id": ["DELTA_BYTE_ARRAY"], "category": ["DELTA_LENGTH_BYTE_ARRAY"],
            "event_time": ["DELTA_BINARY_PACKED"], "line": ["DELTA_BINARY_PACKED"],
        },
    },
    use_dictionary=False, data_page_version="2.0", compression="zstd", data_page_size=512, write_batch_size=16,
    column_encoding={n: "DELTA_BYTE_ARRAY" for n in TEXT}
    | {"category": "DELTA_LENGTH_BYTE_ARRAY", "region": "DELTA_LENGTH_BYTE_ARRAY"}
    | {n: "DELTA_BINARY_PACKED" for n in ("event_time", "line", "quantity", "amount_minor")},
)
pyarrow_file(
    "pyarrow-byte-stream-split", "BYTE_STREAM_SPLIT of integers, times and 16-byte decimals, lz4",
    table(amount_minor=pa.array(decimals("amount_minor"), pa.decimal128(38, 0))),
    {
        "codec": "LZ4_RAW",
        "encodings": {n: ["BYTE_STREAM_SPLIT"] for n in ("event_time", "line", "quantity", "amount_minor")},
        "types": {"amount_minor": "DECIMAL(38,0)"},
    },
    compression="lz4", use_dictionary=False,
    column_encoding={n: "BYTE_STREAM_SPLIT" for n in ("event_time", "line", "quantity", "amount_minor")},
)
pyarrow_file(
    "pyarrow-int96", "INT96 times in brotli",
    table(event_time=pa.array(nanos(), pa.timestamp("ns"))),
    {"codec": "BROTLI", "types": {"event_time": "INT96"}},
    use_deprecated_int96_timestamps=True, compression="brotli",
)
pyarrow_file(
    "pyarrow-nanoseconds", "ns in another zone, page index, checksums, many small version 1 pages, uncompressed",
    table(event_time=pa.array(nanos(), pa.timestamp("ns", "Asia/Shanghai"))),
    {"codec": "UNCOMPRESSED", "types": {"event_time": "INT64 TIMESTAMP(NANOS)"}},
    write_page_index=True, write_page_checksum=True, data_page_size=256, write_batch_size=16, compression="none",
    dictionary_pagesize_limit=1 << 20,
)
pyarrow_file(
    "pyarrow-decimals", "decimals with digits behind the point, all zero, as fixed bytes",
    table(
        amount_minor=pa.array(decimals("amount_minor"), pa.decimal128(38, 4)),
        quantity=pa.array(decimals("quantity"), pa.decimal128(9, 2)),
        line=pa.array(decimals("line"), pa.decimal256(60, 20)),
        order_id=pa.array(decimals("order_id"), pa.decimal128(20, 0)),
    ),
    {"types": {"amount_minor": "DECIMAL(38,4)", "quantity": "DECIMAL(9,2)", "line": "DECIMAL(60,20)"}},
    compression="zstd",
)
pyarrow_file(
    "pyarrow-decimals-as-integers", "the same as 32- and 64-bit integers",
    table(
        amount_minor=pa.array(decimals("amount_minor"), pa.decimal128(18, 2)),
        quantity=pa.array(decimals("quantity"), pa.decimal128(9, 2)),
        product_id=pa.array(decimals("product_id"), pa.decimal128(9, 0)),
    ),
    {"types": {"amount_minor": "DECIMAL(18,2)", "quantity": "DECIMAL(9,2)"}},
    store_decimal_as_integer=True,
)
pyarrow_file(
    "pyarrow-ids", "UUID, 64-, 32-, 16-bit and unsigned ids, currency as three fixed bytes",
    table(
        event_id=pa.array([uuid.UUID(v).bytes for v in COLUMNS["event_id"]], pa.uuid()),
        order_id=pa.array(integers("order_id"), pa.int64()),
        product_id=pa.array(integers("product_id"), pa.int16()),
        merchant_id=pa.array(integers("merchant_id"), pa.uint64()),
        line=pa.array(COLUMNS["line"], pa.uint8()),
        quantity=pa.array(COLUMNS["quantity"], pa.uint32()),
        amount_minor=pa.array(COLUMNS["amount_minor"], pa.uint64()),
        currency=pa.array([v.encode() for v in COLUMNS["currency"]], pa.binary(3)),
        country=pa.array([v.encode() for v in COLUMNS["country"]], pa.binary()),
    ),
    {"types": {"event_id": "FIXED_LEN_BYTE_ARRAY UUID", "currency": "FIXED_LEN_BYTE_ARRAY", "country": "BYTE_ARRAY"}},
)
nested = {
    "lists": pa.array([[i, None] for i in range(ROWS)], pa.list_(pa.int32())),
    "struct": pa.array(
        [{"event_time": i, "currency": "XXX", "in": [{"x": str(i)}]} for i in range(ROWS)],
        pa.struct(
            [("event_time", pa.int64()), ("currency", pa.string()), ("in", pa.list_(pa.struct([("x", pa.string())])))]
        ),
    ),
    "map": pa.array([[("k", i)] for i in range(ROWS)], pa.map_(pa.string(), pa.int64())),
}
arrow = table(
    type=pa.array(COLUMNS["type"]).dictionary_encode(),
    channel=pa.array(COLUMNS["channel"]).dictionary_encode(),
    category=pa.array(COLUMNS["category"], pa.large_string()),
    country=pa.array(COLUMNS["country"], pa.string_view()),
    region=pa.nulls(ROWS),
    **nested,
)
pyarrow_file(
    "pyarrow-nested", "lists, structs and maps with our names inside before our columns in another order; no region",
    arrow.select(["lists", "struct", "map"] + NAMES[::-1]), {"types": {"region": "INT32 NULL"}}, compression="gzip",
)
pyarrow_file(
    "pyarrow-fallback", "dictionaries that give way to plain within a chunk",
    table(), {"encodings": {"event_id": ["RLE_DICTIONARY", "PLAIN"], "event_time": ["RLE_DICTIONARY", "PLAIN"]}},
    dictionary_pagesize_limit=300, data_page_size=200, write_batch_size=16,
)
pyarrow_file(
    "pyarrow-required", "columns that can't be null have no levels; no statistics",
    table(required=True), {"statistics": False}, write_statistics=False, data_page_version="2.0",
)
with pq.ParquetWriter(HERE / "pyarrow-row-groups.parquet", table().schema, compression="zstd") as writer:
    writer.write_table(table().slice(0, 7))
    writer.write_table(table().slice(0, 0))
    for start in range(7, 43, 5):
        writer.write_table(table().slice(start, min(5, 43 - start)))
say("pyarrow-row-groups", PYARROW, "43 rows in row groups of seven, none, and five", rows=43, rowGroups=10)
pyarrow_file("pyarrow-no-rows", "no rows and no row groups", table().slice(0, 0), {"rows": 0})

frame = pd.DataFrame({n: COLUMNS[n] for n in NAMES})
frame["event_time"] = pd.to_datetime(micros(), unit="us")
for n in ("type", "channel", "category", "payment_method"):
    frame[n] = frame[n].astype("category")
frame["line"] = frame["line"].astype("Int16")
frame.set_index("event_id").to_parquet(HERE / "pandas-default.parquet")
say("pandas-default", f"pandas {pd.__version__}", "to_parquet with categories and an index", codec="SNAPPY")
frame["region"] = pd.Series([float("nan")] * ROWS)
frame.to_parquet(HERE / "pandas-nan.parquet", compression="gzip")
say("pandas-nan", f"pandas {pd.__version__}", "a column without values, which pandas takes for numbers", types={"region": "DOUBLE"})

FAST = f"fastparquet {fastparquet.__version__}"
plain = pd.DataFrame({n: pd.Series(COLUMNS[n], dtype=object if n in TEXT else "int64") for n in NAMES})
plain["event_time"] = pd.to_datetime(micros(), unit="us").astype("datetime64[us]")
plain["region"] = pd.Series([None] * ROWS, dtype=object)
fastparquet.write(str(HERE / "fastparquet-default.parquet"), plain, object_encoding="utf8", write_index=False)
say("fastparquet-default", FAST, "what it does when told nothing, all columns optional or not as it thinks")
# Given microseconds, fastparquet writes them as if they were nanoseconds.
plain["event_time"] = pd.to_datetime(nanos(), unit="ns").astype("datetime64[ns]")
plain["type"] = plain["type"].astype("category")
plain["category"] = plain["category"].astype("category")
fastparquet.write(
    str(HERE / "fastparquet-int96.parquet"), plain, object_encoding="utf8", write_index=False, times="int96",
    compression="GZIP", row_group_offsets=[0, 100, 299], has_nulls=True,
)
say("fastparquet-int96", FAST, "INT96 times, categories, gzip, three row groups", rowGroups=3, types={"event_time": "INT96"})

POLARS = f"polars {pl.__version__}"


def polars_frame():
    return pl.DataFrame({n: COLUMNS[n] for n in NAMES}).with_columns(
        pl.Series("event_time", micros()).cast(pl.Datetime("us")),
        pl.col("line").cast(pl.Int8),
        pl.col("quantity").cast(pl.UInt16),
    )


polars_frame().with_columns(
    pl.col("type").cast(pl.Enum(TYPES)),
    pl.col("category").cast(pl.Categorical),
).write_parquet(HERE / "polars-default.parquet")
say("polars-default", POLARS, "zstd, Enum and Categorical, a column of type Null", codec="ZSTD")
polars_frame().with_columns(
    pl.Series("event_time", nanos()).cast(pl.Datetime("ns", "Europe/London")),
    pl.col("order_id").cast(pl.Int64),
    pl.col("amount_minor").cast(pl.Decimal(38, 2)),
    pl.col("region").cast(pl.String),
    pl.struct("line", "currency").alias("struct"),
).write_parquet(HERE / "polars-small-pages.parquet", compression="lz4", statistics=False, row_group_size=100, data_page_size=300)
say("polars-small-pages", POLARS, "lz4, ns in a zone, a decimal amount, small pages, three row groups", codec="LZ4_RAW", rowGroups=3)
