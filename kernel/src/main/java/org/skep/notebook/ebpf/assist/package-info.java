/** Completion and inspection in cells of C and in the arguments of magics. */
@NullMarked
package org.skep.notebook.ebpf.assist;

import org.jspecify.annotations.NullMarked;
