@NullMarked
package org.skep.table.query;

import org.jspecify.annotations.NullMarked;
