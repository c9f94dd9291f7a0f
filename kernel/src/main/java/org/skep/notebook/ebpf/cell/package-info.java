/**
 * Running a cell of C: options, compiling, loading, attaching, and guarding the connection of the
 * page.
 */
@NullMarked
package org.skep.notebook.ebpf.cell;

import org.jspecify.annotations.NullMarked;
