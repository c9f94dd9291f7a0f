/**
 * Tests of what only another Linux allows: they carry {@code @Tag("vm")} and run in the machines of
 * environment/vm, one JVM for each kernel, started by {@link org.skep.vm.GuestTests}.
 */
@NullMarked
package org.skep.vm;

import org.jspecify.annotations.NullMarked;
