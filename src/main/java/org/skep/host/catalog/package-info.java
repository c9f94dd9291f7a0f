/** What programs may use of the running Linux: types, helpers and kfuncs, as tables. */
@NullMarked
package org.skep.host.catalog;

import org.jspecify.annotations.NullMarked;
