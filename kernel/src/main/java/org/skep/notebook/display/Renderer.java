package org.skep.notebook.display;

import java.util.Optional;

/**
 * Shows values of some kind. Found by {@link java.util.ServiceLoader}, also in jars that a cell
 * adds to the class path.
 *
 * <p>The renderers of added jars are asked before those of the notebook kernel, the latest first.
 */
@FunctionalInterface
public interface Renderer {
  /**
   * The value in the forms that this renderer knows, or empty where the value is not of its kind.
   *
   * <p>Where the bundle lacks plain text, {@link Displays} adds it. Where this throws, the next
   * renderer is asked and the plain text says what happened.
   *
   * @param value never null
   * @param displays for the parts of the value
   */
  Optional<MimeBundle> render(Object value, Displays displays) throws Exception;
}
