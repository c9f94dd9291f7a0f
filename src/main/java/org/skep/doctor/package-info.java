/**
 * What this machine allows of BPF, and how to mend the rest.
 *
 * <p>Entry: {@link org.skep.doctor.Doctor}. What can be tried is tried, by the smallest program or
 * map of its kind, which is closed at once: nothing stays in the kernel.
 */
@NullMarked
package org.skep.doctor;

import org.jspecify.annotations.NullMarked;
