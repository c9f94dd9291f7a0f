/**
 * Loading an object: what is set before, what is kept from attempt to attempt, and why the kernel
 * or libbpf rejects it.
 */
@NullMarked
package org.skep.bpf.load;

import org.jspecify.annotations.NullMarked;
