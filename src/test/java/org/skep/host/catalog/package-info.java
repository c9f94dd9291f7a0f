@NullMarked
package org.skep.host.catalog;

import org.jspecify.annotations.NullMarked;
