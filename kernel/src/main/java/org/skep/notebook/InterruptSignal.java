package org.skep.notebook;

import java.lang.reflect.Proxy;
import org.skep.notebook.wire.Log;

/**
 * SIGINT, by which some front ends and terminals interrupt: it stops the running cell, and an idle
 * kernel goes on, where the JVM itself would end.
 */
final class InterruptSignal {
  private InterruptSignal() {}

  /** Has each SIGINT do this, on a thread of its own. */
  static void handle(Runnable interrupt, Log log) {
    try {
      // By reflection, as javac warns of the class whatever it is told; there is no other way.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  interrupt.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      log.report("take SIGINT for an interrupt", e);
    }
  }
}
