@NullMarked
package org.skep.table.build;

import org.jspecify.annotations.NullMarked;
