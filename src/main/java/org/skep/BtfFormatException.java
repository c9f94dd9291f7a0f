package org.skep;

/** Bytes that should be BTF, or an ELF object with BTF, are not well formed. */
public final class BtfFormatException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final long byteOffset;

  /**
   * @param expected what should stand there
   * @param found what stands there
   * @param byteOffset where, from the start of the bytes
   */
  public BtfFormatException(String expected, String found, long byteOffset) {
    super("expected " + expected + " but was " + found + " at offset " + byteOffset);
    this.byteOffset = byteOffset;
  }

  /**
   * The same as the cause of what could not be done.
   *
   * @param operation such as {@code open object 'counts'}
   */
  public BtfFormatException(String operation, BtfFormatException why) {
    super(operation + ": the file is damaged: " + why.getMessage() + " (make it again)", why);
    this.byteOffset = why.byteOffset();
  }

  /** Where the bytes went wrong, from their start. */
  public long byteOffset() {
    return byteOffset;
  }
}
