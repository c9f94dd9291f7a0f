/** How objects, maps, events and errors are shown. */
@NullMarked
package org.skep.notebook.ebpf.view;

import org.jspecify.annotations.NullMarked;
