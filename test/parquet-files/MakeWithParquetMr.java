import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Writes the files of this folder that parquet-mr makes, the library under Spark, Flink, Hive and Trino's old writer.
 *
 *   cd test/parquet-files
 *   mvn -q dependency:copy-dependencies -DoutputDirectory=/tmp/parquet-mr
 *   java -cp '/tmp/parquet-mr/*' MakeWithParquetMr.java .
 *
 * Every file holds the rows of known-rows.ts; the descriptions beside them are kept by hand.
 */
public class MakeWithParquetMr {
  static final int ROWS = 300;
  static final String[] TYPES = {
    "created", "paid", "payment_failed", "shipped", "delivered", "cancelled", "refunded"
  };
  static final String[] CATEGORIES = {null, "书", "Bücher", "toys", "", "🎁 gift", "long ".repeat(40)};
  static final long STEP_MS = 86_399_999L;

  /** A schema as Spark writes it; other files change lines of it. */
  static final String SCHEMA = """
      message spark_schema {
        optional binary event_id (STRING);
        optional int64 event_time (TIMESTAMP(MICROS,true));
        optional binary type (STRING);
        optional binary order_id (STRING);
        optional int32 line;
        optional binary buyer_id (STRING);
        optional binary merchant_id (STRING);
        optional binary product_id (STRING);
        optional binary category (STRING);
        optional int32 quantity;
        optional int64 amount_minor;
        optional binary currency (STRING);
        optional binary country (STRING);
        optional binary region (STRING);
        optional binary channel (STRING);
        optional binary payment_method (STRING);
      }
      """;

  /** A text, a Long or null, as known-rows.ts says. */
  static Object known(int i, String column) {
    return switch (column) {
      case "event_id" -> String.format("%08x-00ab-4000-8000-%012x", i, i * 7919L);
      case "event_time" -> i % 10 == 3 ? -1 - i * 1_234_567_891L : 1_600_000_000_000L + i * STEP_MS;
      case "type" -> TYPES[i % 7];
      case "order_id" -> i % 50 == 49 ? String.valueOf(-i) : String.valueOf(9_007_199_254_740_993L + i / 3);
      case "line" -> 1L + i % 3;
      case "buyer_id" -> i % 4 == 0 ? null : i % 16 == 1 ? "" : "buyer-" + i % 97;
      case "merchant_id" -> i % 5 == 2 ? null : String.valueOf(i % 13);
      case "product_id" -> String.valueOf(1000 + i * i % 53);
      case "category" -> CATEGORIES[i % 7];
      case "quantity" -> i * 13L % 1000;
      case "amount_minor" -> i % 10 == 1 ? (1L << 53) - 1 : i * 829_348_951L;
      case "currency" -> "CNY";
      case "country" -> i % 2 == 0 ? "CN" : "DE";
      case "channel" -> i < 150 ? "app" : "web";
      case "payment_method" -> i % 3 == 0 ? null : i < 100 ? "card" : "cash";
      default -> null;
    };
  }

  static void add(Group group, Type type, int i) {
    String name = type.getName();
    if (!type.isPrimitive()) {
      addNested(group.addGroup(name), type, i);
      return;
    }
    Object value = known(i, name);
    if (value == null) return;
    PrimitiveType primitive = type.asPrimitiveType();
    LogicalTypeAnnotation logical = primitive.getLogicalTypeAnnotation();
    boolean isTime = name.equals("event_time");
    switch (primitive.getPrimitiveTypeName()) {
      case INT96 -> group.add(name, int96((Long) value, i));
      case INT32 -> group.add(name, (int) unscaled(value, logical).longValueExact());
      case INT64 -> group.add(name, isTime ? time((Long) value, i, logical) : unscaled(value, logical).longValueExact());
      case FIXED_LEN_BYTE_ARRAY -> group.add(name, fixed(value, primitive.getTypeLength(), logical));
      default -> group.add(
          name,
          logical instanceof DecimalLogicalTypeAnnotation
              ? Binary.fromConstantByteArray(unscaled(value, logical).toByteArray())
              : Binary.fromString((String) value));
    }
  }

  /** Lists and structs that hold our names, which a reader must not take for ours. */
  static void addNested(Group group, Type type, int i) {
    if (type.getName().equals("struct")) {
      group.add("event_time", (long) i);
      group.add("currency", "XXX");
    } else for (int j = 0; j < i % 3; j++) group.addGroup(0).add(0, i + j);
  }

  static BigInteger unscaled(Object value, LogicalTypeAnnotation logical) {
    int scale = logical instanceof DecimalLogicalTypeAnnotation decimal ? decimal.getScale() : 0;
    return new BigInteger(String.valueOf(value)).multiply(BigInteger.TEN.pow(scale));
  }

  /** Parts of a millisecond are floored away, before 1970 as well. */
  static long time(long ms, int i, LogicalTypeAnnotation logical) {
    TimeUnit unit = ((TimestampLogicalTypeAnnotation) logical).getUnit();
    if (unit == TimeUnit.MILLIS) return ms;
    return unit == TimeUnit.MICROS ? ms * 1000 + i * 37L % 1000 : ms * 1_000_000 + i * 7919L % 1_000_000;
  }

  static Binary int96(long ms, int i) {
    long day = Math.floorDiv(ms, 86_400_000L);
    long nanos = Math.floorMod(ms, 86_400_000L) * 1_000_000 + i * 7919L % 1_000_000;
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    return Binary.fromConstantByteArray(bytes.putLong(nanos).putInt((int) day + 2_440_588).array());
  }

  static Binary fixed(Object value, int length, LogicalTypeAnnotation logical) {
    if (logical instanceof UUIDLogicalTypeAnnotation) {
      UUID uuid = UUID.fromString((String) value);
      ByteBuffer bytes = ByteBuffer.allocate(16);
      return Binary.fromConstantByteArray(
          bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits()).array());
    }
    if (logical == null) return Binary.fromConstantByteArray(((String) value).getBytes(StandardCharsets.UTF_8));
    byte[] big = unscaled(value, logical).toByteArray();
    byte[] padded = new byte[length];
    Arrays.fill(padded, (byte) (big[0] < 0 ? -1 : 0));
    System.arraycopy(big, 0, padded, length - big.length, big.length);
    return Binary.fromConstantByteArray(padded);
  }

  static void write(
      Path folder, String name, String schemaText, UnaryOperator<ExampleParquetWriter.Builder> options)
      throws IOException {
    MessageType schema = MessageTypeParser.parseMessageType(schemaText);
    Path file = folder.resolve(name + ".parquet");
    ExampleParquetWriter.Builder builder =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withType(schema)
            .withConf(new Configuration())
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE);
    try (ParquetWriter<Group> writer = options.apply(builder).build()) {
      SimpleGroupFactory groups = new SimpleGroupFactory(schema);
      for (int i = 0; i < ROWS; i++) {
        Group group = groups.newGroup();
        for (Type type : schema.getFields()) add(group, type, i);
        writer.write(group);
      }
    }
    Files.deleteIfExists(folder.resolve("." + name + ".parquet.crc"));
  }

  /** The schema with other lines for some columns, each given as `name type` with its repetition before it. */
  static String with(String... lines) {
    String schema = SCHEMA;
    for (String line : lines) {
      String name = line.split(" ")[2].replace(";", "");
      schema = schema.replaceAll("(?m)^ *optional \\w+ " + name + "\\b.*$", "  " + line + ";");
    }
    return schema;
  }

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]).toAbsolutePath();
    write(folder, "parquet-mr-default", SCHEMA, b -> b.withCompressionCodec(CompressionCodecName.SNAPPY));
    write(
        folder,
        "parquet-mr-spark-legacy",
        with(
            "optional int96 event_time",
            "optional fixed_len_byte_array(8) amount_minor (DECIMAL(18,2))",
            "optional fixed_len_byte_array(4) quantity (DECIMAL(9,0))"),
        b -> b.withCompressionCodec(CompressionCodecName.GZIP));
    write(
        folder,
        "parquet-mr-version-2",
        with("optional int64 event_time (TIMESTAMP(NANOS,false))"),
        b ->
            b.withWriterVersion(WriterVersion.PARQUET_2_0)
                .withDictionaryEncoding(false)
                .withPageSize(400)
                .withMinRowCountForPageSizeCheck(10)
                .withCompressionCodec(CompressionCodecName.ZSTD));
    write(
        folder,
        "parquet-mr-version-2-dictionaries",
        with("required binary type (ENUM)", "required binary currency", "optional binary category (JSON)"),
        b ->
            b.withWriterVersion(WriterVersion.PARQUET_2_0)
                .withDictionaryPageSize(400)
                .withPageRowCountLimit(20)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED));
    write(
        folder,
        "parquet-mr-lz4-hadoop",
        with("optional int64 event_time (TIMESTAMP(MILLIS,false))"),
        b -> b.withDictionaryEncoding(false).withCompressionCodec(CompressionCodecName.LZ4));
    write(
        folder,
        "parquet-mr-lz4-raw",
        with("optional int64 order_id", "optional int32 product_id (INTEGER(16,true))"),
        b -> b.withPageRowCountLimit(30).withCompressionCodec(CompressionCodecName.LZ4_RAW));
    write(
        folder,
        "parquet-mr-decimals",
        with(
            "optional binary amount_minor (DECIMAL(38,6))",
            "optional binary order_id (DECIMAL(20,0))",
            "optional int32 line (DECIMAL(5,3))",
            "optional int64 quantity (DECIMAL(12,1))",
            "required fixed_len_byte_array(16) event_id (UUID)",
            "optional fixed_len_byte_array(2) country"),
        b -> b.withCompressionCodec(CompressionCodecName.ZSTD));
    write(
        folder,
        "parquet-mr-fixed-delta",
        with("required fixed_len_byte_array(16) event_id (UUID)", "optional fixed_len_byte_array(16) amount_minor (DECIMAL(38,0))"),
        b ->
            b.withWriterVersion(WriterVersion.PARQUET_2_0)
                .withDictionaryEncoding(false)
                .withBloomFilterEnabled(true)
                .withMaxBloomFilterBytes(64)
                .withCompressionCodec(CompressionCodecName.SNAPPY));
    String nested = """
        optional group struct { required int64 event_time; required binary currency (STRING); }
        optional group list (LIST) { repeated group list { optional int32 element; } }
        """;
    write(
        folder,
        "parquet-mr-nested",
        SCHEMA.replace("message spark_schema {", "message spark_schema {\n" + nested),
        b -> b.withPageWriteChecksumEnabled(true).withRowGroupSize(9000L).withMinRowCountForPageSizeCheck(10));
  }
}
