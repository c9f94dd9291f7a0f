@NullMarked
package org.skep.bpf.events;

import org.jspecify.annotations.NullMarked;
