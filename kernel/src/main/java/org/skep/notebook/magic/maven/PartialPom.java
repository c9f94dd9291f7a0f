package org.skep.notebook.magic.maven;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.notebook.magic.MagicException;

/** Parts of a POM, as projects print them in their instructions, made into a whole one. */
final class PartialPom {
  /** Elements that stand once in a POM; the values are for those that must be there. */
  private static final String[][] ONCE = {
    {"modelVersion", "4.0.0"},
    {"parent", ""},
    {"groupId", "notebook"},
    {"artifactId", "cell"},
    {"version", "1"},
    {"packaging", ""},
    {"properties", ""},
    {"dependencyManagement", ""},
    {"profiles", ""},
  };

  private PartialPom() {}

  /** The text as it is where it is a whole POM, else a POM of its parts. */
  static String complete(String text) {
    if (Pattern.compile("<project[\\s>]").matcher(text).find()) {
      return text;
    }
    String rest = text.replaceAll("(?s)<!--.*?-->", "").replaceAll("(?s)<\\?xml.*?\\?>", "");
    StringBuilder pom = new StringBuilder("<project>\n");
    for (String name : new String[] {"dependencyManagement", "profiles", "parent", "properties"}) {
      Matcher m = element(name).matcher(rest);
      if (m.find()) {
        pom.append(m.group()).append('\n');
        rest = rest.substring(0, m.start()) + rest.substring(m.end());
      }
    }
    String dependencies = all("dependency", rest);
    String repositories = all("repository", rest);
    rest = element("dependency").matcher(rest).replaceAll("");
    rest = element("repository").matcher(rest).replaceAll("");
    for (String name : new String[] {"dependency", "repository"}) {
      if (Pattern.compile("<" + name + "[\\s>]").matcher(rest).find()) {
        throw new MagicException(
            "read the POM: '<" + name + ">' has no end (write </" + name + ">)");
      }
    }
    for (String[] once : ONCE) {
      Matcher m = element(once[0]).matcher(rest);
      if (m.find()) {
        pom.append(m.group()).append('\n');
      } else if (!once[1].isEmpty()) {
        pom.append('<' + once[0] + '>' + once[1] + "</" + once[0] + ">\n");
      }
    }
    return pom.append("<dependencies>\n")
        .append(dependencies)
        .append("</dependencies>\n<repositories>\n")
        .append(repositories)
        .append("</repositories>\n</project>\n")
        .toString();
  }

  private static String all(String name, String text) {
    StringBuilder all = new StringBuilder();
    Matcher m = element(name).matcher(text);
    while (m.find()) {
      all.append(m.group()).append('\n');
    }
    return all.toString();
  }

  private static Pattern element(String name) {
    return Pattern.compile("(?s)<" + name + "(\\s[^>]*)?>.*?</" + name + "\\s*>");
  }
}
