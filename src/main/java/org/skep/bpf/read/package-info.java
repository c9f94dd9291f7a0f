/**
 * Reading maps whole, by the fastest way that the running Linux has for the kind of map, and how
 * complete a reading is.
 */
@NullMarked
package org.skep.bpf.read;

import org.jspecify.annotations.NullMarked;
