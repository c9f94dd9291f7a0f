/**
 * Bytes of maps and events as Tablesaw tables, and questions to such tables.
 *
 * <p>{@link org.skep.table.build.TablePlan} turns the types of a key and a value into columns;
 * {@link org.skep.table.build.TableBuilder} fills them from memory, many rows at a time. The tables
 * are ordinary Tablesaw tables that also carry notes, such as how complete they are ({@link
 * org.skep.table.NotedTable}). {@link org.skep.table.query.Tables} sorts, cuts and filters any
 * table.
 *
 * <p>It knows types ({@code org.skep.btf}) and nothing of maps, programs or the running Linux.
 */
@NullMarked
package org.skep.table;

import org.jspecify.annotations.NullMarked;
