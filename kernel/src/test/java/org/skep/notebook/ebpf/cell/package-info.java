@NullMarked
package org.skep.notebook.ebpf.cell;

import org.jspecify.annotations.NullMarked;
