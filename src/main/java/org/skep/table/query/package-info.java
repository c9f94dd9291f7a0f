/**
 * Questions to tables: conditions, order, the first rows, what has changed, several tables as one.
 */
@NullMarked
package org.skep.table.query;

import org.jspecify.annotations.NullMarked;
