package org.skep.notebook.wire;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** Why a file cannot be read or written: the messages of Java are often nothing but its path. */
final class FileCause {
  private FileCause() {}

  /** In words, without the path. */
  static String of(IOException why) {
    return switch (why) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file";
      case FileAlreadyExistsException _, NotDirectoryException _ ->
          "a file is where its folder should be";
      case FileSystemException e -> words(e.getReason(), e);
      default -> words(why.getMessage(), why);
    };
  }

  private static String words(@Nullable String said, IOException why) {
    return said == null || said.isBlank() ? why.getClass().getSimpleName() : said;
  }
}
