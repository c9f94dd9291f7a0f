/** What programs print by bpf_printk, and what native code prints. */
@NullMarked
package org.skep.host.trace;

import org.jspecify.annotations.NullMarked;
