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

  /**
   * A line that is seen: with a bar of the page's colour for warnings before it. Styles stand at
   * the element, because saved notebooks lose style sheets.
   *
   * @param html the sentence, as HTML
   */
  public static String warning(String html) {
    return "<div style=\"border-left:4px solid var(--jp-warn-color1,#f57c00);"
        + "padding:2px 10px;margin:4px 0\"><b>warning:</b> "
        + html
        + "</div>\n";
  }
}
