/** The magics that know nothing of eBPF. */
@NullMarked
package org.skep.notebook.magic.builtin;

import org.jspecify.annotations.NullMarked;
