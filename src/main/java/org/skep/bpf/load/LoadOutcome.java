package org.skep.bpf.load;

import java.time.Duration;
import org.skep.BpfException;

/** What became of one program when its object was loaded. */
public sealed interface LoadOutcome {
  /**
   * The verifier accepted it.
   *
   * @param instructions instructions of the program and its subprograms, 8 bytes each
   * @param verification how long the verifier took; zero where the kernel does not say
   */
  record Loaded(int instructions, Duration verification) implements LoadOutcome {}

  /**
   * It was refused; the rest of the object was loaded without it.
   *
   * @param why the reason; a {@link org.skep.VerifierException} where the verifier gave one
   */
  record Refused(BpfException why) implements LoadOutcome {}

  /**
   * It was not tried.
   *
   * @param reason such as that its section begins with a question mark
   */
  record Skipped(String reason) implements LoadOutcome {}
}
