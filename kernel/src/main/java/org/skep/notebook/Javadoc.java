package org.skep.notebook;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A documentation comment as text and as HTML.
 *
 * @param text wrapped as the comment was, without tags
 * @param html the comment's HTML with inline tags resolved, and its block tags as a list
 */
record Javadoc(String text, String html) {
  private static final Pattern INLINE =
      Pattern.compile("\\{@(?<tag>\\w+)\\s*(?<body>(?:[^{}]|\\{[^{}]*\\})*)\\}");
  private static final Pattern BLOCK_TAG = Pattern.compile("(?m)^\\s*@(\\w+)\\s+");
  private static final Pattern HTML_TAG = Pattern.compile("<[^>]*>");

  private static final Map<String, String> HEADINGS =
      Map.of(
          "param", "Parameter",
          "return", "Returns",
          "throws", "Throws",
          "exception", "Throws",
          "see", "See",
          "since", "Since",
          "apiNote", "Note",
          "implSpec", "Implementation",
          "implNote", "Implementation");

  private static final Map<String, String> ENTITIES =
      new LinkedHashMap<>(
          Map.of("&lt;", "<", "&gt;", ">", "&quot;", "\"", "&nbsp;", " ", "&#64;", "@"));

  /** Reads a comment as it stands in a source, without the stars. */
  static Javadoc of(String comment) {
    if (comment.isBlank()) {
      return new Javadoc("", "");
    }
    var html = new StringBuilder();
    var text = new StringBuilder();
    Matcher tag = BLOCK_TAG.matcher(comment);
    int end = tag.find() ? tag.start() : comment.length();
    String body = inline(comment.substring(0, end).strip());
    html.append("<div>").append(body).append("</div>");
    text.append(plain(body));
    boolean list = false;
    while (end < comment.length()) {
      String name = tag.group(1);
      int from = tag.end();
      end = tag.find() ? tag.start() : comment.length();
      String heading = HEADINGS.getOrDefault(name, name);
      String content = inline(comment.substring(from, end).strip());
      html.append(list ? "" : "<ul>").append("<li><b>").append(heading).append("</b> ");
      html.append(content).append("</li>");
      text.append('\n').append(heading).append(": ").append(plain(content));
      list = true;
    }
    html.append(list ? "</ul>" : "");
    return new Javadoc(text.toString().strip(), html.toString());
  }

  private static String inline(String html) {
    Matcher m = INLINE.matcher(html);
    return m.replaceAll(
        found -> {
          String body = m.group("body").strip();
          return Matcher.quoteReplacement(
              switch (m.group("tag")) {
                case "code" -> "<code>" + escape(body) + "</code>";
                case "literal" -> escape(body);
                case "link", "linkplain", "value" -> "<code>" + label(body) + "</code>";
                case "return" -> "Returns " + body + ".";
                default -> body;
              });
        });
  }

  /** Returns the label of a link, or what it points to where it has none. */
  private static String label(String link) {
    Matcher m = Pattern.compile("[^\\s(]*(?:\\([^)]*\\))?").matcher(link);
    int end = m.lookingAt() ? m.end() : 0;
    String label = link.substring(end).strip();
    return label.isEmpty() ? link.replaceFirst("^#", "").replace('#', '.') : label;
  }

  private static String plain(String html) {
    String text = HTML_TAG.matcher(html).replaceAll("");
    for (Map.Entry<String, String> entity : ENTITIES.entrySet()) {
      text = text.replace(entity.getKey(), entity.getValue());
    }
    return text.replace("&amp;", "&").replaceAll("(?m)^[ \\t]+", "").replaceAll("\\n{3,}", "\n\n");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
