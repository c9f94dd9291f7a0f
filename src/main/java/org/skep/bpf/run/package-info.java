/** Test runs of programs on given data, and how long they take. */
@NullMarked
package org.skep.bpf.run;

import org.jspecify.annotations.NullMarked;
