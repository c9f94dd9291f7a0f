/** Events into rows: what types they have, and the tables that they make. */
@NullMarked
package org.skep.bpf.decode;

import org.jspecify.annotations.NullMarked;
