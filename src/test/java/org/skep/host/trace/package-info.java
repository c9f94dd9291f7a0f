@NullMarked
package org.skep.host.trace;

import org.jspecify.annotations.NullMarked;
