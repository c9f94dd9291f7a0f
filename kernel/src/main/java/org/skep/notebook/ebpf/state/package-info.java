/** What a notebook holds: the objects that are loaded, headers, the toolchain. */
@NullMarked
package org.skep.notebook.ebpf.state;

import org.jspecify.annotations.NullMarked;
