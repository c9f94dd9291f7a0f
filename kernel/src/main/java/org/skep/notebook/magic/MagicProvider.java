package org.skep.notebook.magic;

/**
 * Brings magics in. Found by {@link java.util.ServiceLoader}, also in jars that a cell adds to the
 * class path.
 */
@FunctionalInterface
public interface MagicProvider {
  /** Registers the magics. Called once, on any thread, before they are used. */
  void register(Magics magics, MagicContext context);
}
