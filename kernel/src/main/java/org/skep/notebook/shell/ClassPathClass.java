package org.skep.notebook.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.tools.JavaFileObject;
import org.jspecify.annotations.Nullable;

/**
 * A class file on the class path, to be read only.
 *
 * @param uri names it; made when it is asked for, which it is for few of the many
 */
record ClassPathClass(String binaryName, Supplier<URI> uri, Content content)
    implements JavaFileObject {

  /** Opens the bytes. */
  interface Content {
    InputStream open() throws IOException;
  }

  @Override
  public Kind getKind() {
    return Kind.CLASS;
  }

  @Override
  public boolean isNameCompatible(String simpleName, Kind kind) {
    return kind == Kind.CLASS
        && binaryName.substring(binaryName.lastIndexOf('.') + 1).equals(simpleName);
  }

  @Override
  public @Nullable NestingKind getNestingKind() {
    return null;
  }

  @Override
  public @Nullable Modifier getAccessLevel() {
    return null;
  }

  @Override
  public URI toUri() {
    return uri.get();
  }

  @Override
  public String getName() {
    return uri.get().toString();
  }

  @Override
  public InputStream openInputStream() throws IOException {
    return content.open();
  }

  @Override
  public Reader openReader(boolean ignoreEncodingErrors) throws IOException {
    return new InputStreamReader(openInputStream(), StandardCharsets.UTF_8);
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    throw readOnly();
  }

  @Override
  public OutputStream openOutputStream() {
    throw readOnly();
  }

  @Override
  public Writer openWriter() {
    throw readOnly();
  }

  @Override
  public long getLastModified() {
    return 0;
  }

  @Override
  public boolean delete() {
    return false;
  }

  private static UnsupportedOperationException readOnly() {
    return new UnsupportedOperationException("a class file is to be read as bytes");
  }
}
