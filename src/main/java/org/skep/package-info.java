/**
 * The errors of Skep, one sealed family, and nothing else. Every other package may use them.
 *
 * <p>They are unchecked: a notebook cell cannot recover from them and must not need a {@code try}.
 * A caller's own mistake is an {@link IllegalArgumentException} or {@link IllegalStateException};
 * absence is an {@link java.util.Optional}.
 */
@NullMarked
package org.skep;

import org.jspecify.annotations.NullMarked;
