/** Reading ring buffers and perf buffers, and writing user ring buffers, through mapped memory. */
@NullMarked
package org.skep.bpf.events;

import org.jspecify.annotations.NullMarked;
