package org.skep.notebook;

import org.skep.notebook.shell.JavaShell;

/**
 * What a thread that a cell started did not catch: shown below that cell, with the places in cells
 * and without the machinery, like the errors of cells themselves.
 */
record UncaughtErrors(JavaShell shell) implements Thread.UncaughtExceptionHandler {

  @Override
  public void uncaughtException(Thread thread, Throwable error) {
    if (!JavaShell.isStop(error)) {
      String lines = String.join("\n", shell.traceback(error));
      String who = thread.getName().isEmpty() ? "a thread" : "thread '" + thread.getName() + "'";
      System.err.print("Exception in " + who + ": " + lines + "\n");
    }
  }
}
