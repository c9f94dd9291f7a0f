/** Events and entries in files, written as they come, and read anywhere. */
@NullMarked
package org.skep.bpf.recording;

import org.jspecify.annotations.NullMarked;
