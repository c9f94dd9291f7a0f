/**
 * What the verifier said, in words that help.
 *
 * <p>Entry: {@link org.skep.verifier.Findings}, from a verifier's log to a {@link
 * org.skep.verifier.Finding}: the line of the text, the value that was wrong, where it came from,
 * why, and what to change. Pure text: nothing here asks the running Linux.
 *
 * <p>A rule is a pattern over the verifier's own words and two sentences. A new one needs a log
 * that shows it, beside the others in {@code src/test/resources/golden/verifier}.
 */
@NullMarked
package org.skep.verifier;

import org.jspecify.annotations.NullMarked;
