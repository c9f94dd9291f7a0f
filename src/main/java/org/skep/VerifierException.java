package org.skep;

/** The kernel's verifier refused a program. The message is short; {@link #log()} is everything. */
public final class VerifierException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String program;
  private final int errno;
  private final String log;

  /**
   * @param program the program's function name
   * @param errno the positive error number of the load
   * @param summary one or two lines: what the verifier refused
   * @param log the verifier's whole log, never cut
   */
  public VerifierException(String program, int errno, String summary, String log) {
    super("load program '" + program + "': " + summary);
    this.program = program;
    this.errno = errno;
    this.log = log;
  }

  /** The program's function name. */
  public String program() {
    return program;
  }

  /** The positive error number of the load, often 13 ({@code EACCES}) or 22 ({@code EINVAL}). */
  public int errno() {
    return errno;
  }

  /** The verifier's whole log. */
  public String log() {
    return log;
  }
}
