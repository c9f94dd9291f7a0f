package org.skep.notebook.display;

/** Text made safe for HTML. */
public final class Html {
  private Html() {}

  /**
   * The text with the characters that mean something in HTML, also within quotes, written as text.
   */
  public static String escape(CharSequence text) {
    StringBuilder html = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> html.append("&amp;");
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        default -> {
          if (c < ' ' && c != '\n' && c != '\t') {
            html.append((char) (0x2400 + c));
          } else {
            html.append(c);
          }
        }
      }
    }
    return html.toString();
  }
}
