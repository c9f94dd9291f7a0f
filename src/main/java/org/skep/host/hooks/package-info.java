/** Where programs can be attached in the running Linux, and its binaries. */
@NullMarked
package org.skep.host.hooks;

import org.jspecify.annotations.NullMarked;
