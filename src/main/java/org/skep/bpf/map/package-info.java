/**
 * One map: what it is, how its keys and values become Java values, and reading and writing single
 * entries.
 */
@NullMarked
package org.skep.bpf.map;

import org.jspecify.annotations.NullMarked;
