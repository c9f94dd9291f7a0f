package org.skep;

/**
 * The running Linux, libbpf or clang lacks a feature, or a type of map or program has no such
 * operation.
 */
public final class UnsupportedFeatureException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String feature;

  /**
   * @param operation what was tried, with the object quoted
   * @param feature what is missing
   * @param remedy the version or option that has it, or what to do instead
   */
  public UnsupportedFeatureException(String operation, String feature, String remedy) {
    super(operation + ": " + feature + " (" + remedy + ")");
    this.feature = feature;
  }

  /** What is missing. */
  public String feature() {
    return feature;
  }
}
