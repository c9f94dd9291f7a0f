/**
 * Texts that stand for numbers and addresses, both ways: what a person types is taken in one form
 * only, or refused with the reason and the form to write.
 */
@NullMarked
package org.skep.text;

import org.jspecify.annotations.NullMarked;
