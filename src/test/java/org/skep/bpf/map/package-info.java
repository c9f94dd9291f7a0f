@NullMarked
package org.skep.bpf.map;

import org.jspecify.annotations.NullMarked;
