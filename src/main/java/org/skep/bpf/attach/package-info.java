/**
 * Attach targets, and attaching programs to them: as text, by section name, through links, and why
 * it fails.
 */
@NullMarked
package org.skep.bpf.attach;

import org.jspecify.annotations.NullMarked;
