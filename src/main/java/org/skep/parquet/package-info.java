/**
 * Tables into Parquet files, and back: {@link org.skep.parquet.ParquetWriter} writes rows as they
 * come, {@link org.skep.parquet.ParquetTable} reads.
 *
 * <p>Two libraries do the work, and neither needs Hadoop or native code. Apache Parquet's own
 * encoders and structures write (its file writer is left out: it wants classes of Hadoop, and a
 * file that it has not closed cannot be read). Hardwood reads: it is small, quick, and not made by
 * those who write, so that each test of the one is a test of the other.
 */
@NullMarked
package org.skep.parquet;

import org.jspecify.annotations.NullMarked;
