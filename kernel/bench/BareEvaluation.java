import java.util.Map;
import jdk.jshell.JShell;
import jdk.jshell.execution.LocalExecutionControlProvider;

/**
 * What a cell costs without any kernel around it: milliseconds of {@code JShell.eval("1+1")}, a line
 * each, after as many that are not counted.
 */
final class BareEvaluation {
  public static void main(String[] arguments) {
    int count = Integer.parseInt(arguments[0]);
    try (JShell shell =
        JShell.builder().executionEngine(new LocalExecutionControlProvider(), Map.of()).build()) {
      for (int i = 0; i < 2 * count; i++) {
        long begun = System.nanoTime();
        shell.eval("1+1");
        if (i >= count) {
          System.out.println((System.nanoTime() - begun) / 1e6);
        }
      }
    }
  }
}
