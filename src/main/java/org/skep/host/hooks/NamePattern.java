package org.skep.host.hooks;

import java.util.regex.Pattern;

/** A name with {@code *} for any characters and {@code ?} for one. */
public final class NamePattern {
  private final String text;
  private final Pattern pattern;

  private NamePattern(String text) {
    this.text = text;
    var regex = new StringBuilder();
    text.chars()
        .forEach(
            c ->
                regex.append(
                    switch (c) {
                      case '*' -> ".*";
                      case '?' -> ".";
                      default -> Pattern.quote(Character.toString(c));
                    }));
    pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  /** The pattern of a text; an empty one matches everything. */
  public static NamePattern of(String text) {
    return new NamePattern(text.isEmpty() ? "*" : text);
  }

  /** Whether it stands for one name alone. */
  public boolean isName() {
    return text.indexOf('*') < 0 && text.indexOf('?') < 0;
  }

  /** The same text anywhere in a name. */
  public NamePattern anywhere() {
    return new NamePattern("*" + text + "*");
  }

  /** Whether a name matches, from its first character to its last. */
  public boolean matches(String name) {
    return isName() ? name.equals(text) : pattern.matcher(name).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
