package org.skep;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds classes that depend on each other in a circle; a nested class counts as its outer one. */
final class Circles {
  private final Map<String, Set<String>> uses = new TreeMap<>();
  private final Map<String, Integer> number = new HashMap<>();
  private final Map<String, Integer> lowest = new HashMap<>();
  private final Deque<String> open = new ArrayDeque<>();
  private final Set<String> isOpen = new HashSet<>();
  private final List<Set<String>> found = new ArrayList<>();

  private Circles() {}

  /** Each largest set of at least two classes of which every one reaches every other. */
  static List<Set<String>> of(JavaClasses classes) {
    var circles = new Circles();
    for (JavaClass c : classes) {
      Set<String> targets = circles.uses.computeIfAbsent(outer(c.getName()), _ -> new TreeSet<>());
      for (Dependency d : c.getDirectDependenciesFromSelf()) {
        if (classes.contain(d.getTargetClass().getName())) {
          targets.add(outer(d.getTargetClass().getName()));
        }
      }
    }
    for (String c : circles.uses.keySet()) {
      if (!circles.number.containsKey(c)) {
        circles.visit(c);
      }
    }
    return circles.found;
  }

  private static String outer(String name) {
    int dollar = name.indexOf('$');
    return dollar < 0 ? name : name.substring(0, dollar);
  }

  /** Tarjan's strongly connected components. */
  private void visit(String c) {
    int own = number.size();
    number.put(c, own);
    lowest.put(c, own);
    open.push(c);
    isOpen.add(c);
    for (String next : uses.getOrDefault(c, Set.of())) {
      if (!number.containsKey(next)) {
        visit(next);
        lowest.merge(c, lowest.getOrDefault(next, own), Math::min);
      } else if (isOpen.contains(next)) {
        lowest.merge(c, number.getOrDefault(next, own), Math::min);
      }
    }
    if (lowest.getOrDefault(c, own) == own) {
      Set<String> circle = new TreeSet<>();
      String last;
      do {
        last = open.pop();
        isOpen.remove(last);
        circle.add(last);
      } while (!last.equals(c));
      if (circle.size() > 1) {
        found.add(circle);
      }
    }
  }
}
