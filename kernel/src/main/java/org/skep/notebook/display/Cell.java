package org.skep.notebook.display;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What {@link CurrentCell} knows of a cell. */
final class Cell {
  private final CellOutput output;
  private final Object notebook;
  private final List<Hook> hooks = new CopyOnWriteArrayList<>();
  private final Utf8Text out = new Utf8Text();
  private final Utf8Text err = new Utf8Text();

  /** One registration: two of the same runnable are two hooks. */
  private final class Hook implements CurrentCell.Registration {
    private final Runnable action;

    Hook(Runnable action) {
      this.action = action;
    }

    @Override
    public void close() {
      hooks.remove(this);
    }
  }

  Cell(CellOutput output, Object notebook) {
    this.output = output;
    this.notebook = notebook;
  }

  CellOutput output() {
    return output;
  }

  Object notebook() {
    return notebook;
  }

  CurrentCell.Registration onInterrupt(Runnable action) {
    Hook hook = new Hook(action);
    hooks.add(hook);
    return hook;
  }

  void interrupt() {
    for (Hook hook : hooks) {
      try {
        hook.action.run();
      } catch (RuntimeException e) {
        output.stream(true, "an interrupt hook threw " + e + "\n");
      }
    }
  }

  void write(boolean error, byte[] bytes, int offset, int length) {
    String text = (error ? err : out).decode(bytes, offset, length);
    if (!text.isEmpty()) {
      output.stream(error, text);
    }
  }

  /** Shows what is left of a character that was never written to its end. */
  void end() {
    for (boolean error : new boolean[] {false, true}) {
      String rest = (error ? err : out).end();
      if (!rest.isEmpty()) {
        output.stream(error, rest);
      }
    }
  }
}
