/** Builds tables: a column builder for each kind of value, from the bytes of entries and events. */
@NullMarked
package org.skep.table.build;

import org.jspecify.annotations.NullMarked;
