package org.skep.notebook.ebpf.cell;

import java.util.Map;
import org.skep.notebook.magic.MagicException;

/** A value of an option such as {@code --set pid=4711}: what stands before and after the '='. */
record Setting(String name, String value) {
  private static final Map<String, String> SHAPES =
      Map.of(
          "on", "PROGRAM=TARGET, such as count=sched:sched_switch",
          "type", "PROGRAM=TYPE, such as count=xdp",
          "set", "VARIABLE=VALUE, such as pid=4711",
          "size", "MAP=ENTRIES, such as counts=100000",
          "share", "MAP=NAME.MAP, such as counts=opens.counts",
          "tail", "MAP[INDEX]=PROGRAM, such as steps[0]=first");

  /**
   * Reads what was typed behind an option.
   *
   * @throws MagicException where there is no '=' or nothing before it
   */
  static Setting of(String option, String typed) {
    int equals = typed.indexOf('=');
    if (equals <= 0) {
      throw new MagicException(
          "read option '--"
              + option
              + " "
              + typed
              + "': expected "
              + SHAPES.getOrDefault(option, "NAME=VALUE"));
    }
    return new Setting(typed.substring(0, equals), typed.substring(equals + 1));
  }
}
