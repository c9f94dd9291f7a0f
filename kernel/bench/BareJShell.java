import java.util.Arrays;
import jdk.jshell.JShell;

/** What one {@code 1+1} costs in JShell alone, without any notebook: the floor of a round trip. */
class BareJShell {
  private static final int WARM_UP = 300;
  private static final int RUNS = 200;

  /** Prints the median and the 95th percentile, in microseconds. */
  public static void main(String[] arguments) {
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      for (int i = 0; i < WARM_UP; i++) {
        shell.eval("1+1");
      }
      long[] micros = new long[RUNS];
      for (int i = 0; i < RUNS; i++) {
        long start = System.nanoTime();
        shell.eval("1+1");
        micros[i] = (System.nanoTime() - start) / 1_000;
      }
      Arrays.sort(micros);
      System.out.println(micros[RUNS / 2] + " " + micros[RUNS * 95 / 100]);
    }
  }
}
