@NullMarked
package org.skep.notebook.ebpf.view;

import org.jspecify.annotations.NullMarked;
