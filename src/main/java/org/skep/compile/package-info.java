/**
 * C texts into BPF objects, by the clang of the system.
 *
 * <p>Entry: {@link org.skep.compile.BpfCompiler}. A text that includes nothing gets the types of
 * the running Linux and libbpf's headers, precompiled; results are cached by content. Whatever is
 * done on the user's behalf is said in {@link org.skep.compile.CompiledObject#notes()}.
 *
 * <p>Safe for use by several threads, and by several processes that share one cache. Imports only
 * the errors of {@code org.skep}.
 */
@NullMarked
package org.skep.compile;

import org.jspecify.annotations.NullMarked;
