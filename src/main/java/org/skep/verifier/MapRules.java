package org.skep.verifier;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.skep.verifier.Rule.Advice;

/** Refusals because of what the definition of a map says, or does not say. */
final class MapRules {
  private static final Pattern STRUCT_SIZE = Pattern.compile("sizeof\\s*\\(\\s*((?:struct )?\\w+)");
  private static final Pattern TYPE = Pattern.compile("BPF_MAP_TYPE_(\\w+)");

  private MapRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of(
            "map '([^']+)' has to have BTF in order to use (\\w+)",
            (found, scene) -> untyped(found.group(1), found.group(2), scene)),
        Rule.of(
            "map '([^']+)' has no valid (\\w+)",
            (found, scene) -> withoutMember(found.group(1), found.group(2), scene)),
        Rule.of(
            "(bpf_list_head|bpf_rb_root) not found at offset=(\\d+)",
            (found, scene) -> untyped(scene.mapOf("r1").orElse("?"), found.group(1), scene)),
        Rule.of(
            "off(?:=| )\\d+ doesn't point to (?:'?struct )?(\\w+)",
            (found, scene) ->
                new Advice(
                    "the pointer that "
                        + scene.called()
                        + " is given leads elsewhere than to the "
                        + found.group(1)
                        + " of the value",
                    "pass the address of that member: &value->member",
                    "r1")));
  }

  private static Advice untyped(String map, String member, RegisterTrace scene) {
    String what = member.equals("bpf_kptr_xchg") ? "kernel pointer (__kptr)" : member;
    Optional<String> definition = scene.definition(map);
    if (definition.filter(d -> d.contains("__type(value")).isPresent()) {
      return typed(map, what, definition.get());
    }
    var value =
        definition
            .map(STRUCT_SIZE::matcher)
            .filter(java.util.regex.Matcher::find)
            .map(m -> m.group(1))
            .orElse("struct of the value");
    return new Advice(
        "the definition of the map '"
            + map
            + "' gives the sizes of its keys and values and not their types, so that the kernel"
            + " finds no "
            + what
            + " in the value",
        (definition.filter(d -> d.contains("bpf_map_def")).isPresent()
                ? "define it in SEC(\".maps\") with __uint(type, ...); __uint(max_entries, ...); "
                : "write ")
            + "__type(key, u32); __type(value, "
            + value
            + "); in place of key_size and value_size",
        "");
  }

  /** libbpf creates a map without types where Linux refuses it with them. */
  private static Advice typed(String map, String what, String definition) {
    var type = TYPE.matcher(definition);
    return new Advice(
        "the kernel does not take the types of the map '"
            + map
            + "', and libbpf created it without them",
        "a "
            + what
            + " is for maps of some types, such as BPF_MAP_TYPE_HASH and BPF_MAP_TYPE_ARRAY"
            + (type.find() ? ", and this one is " + type.group(0) : "")
            + "; also its value may hold one such member at most, aligned as its struct",
        "");
  }

  private static Advice withoutMember(String map, String member, RegisterTrace scene) {
    Optional<String> definition = scene.definition(map);
    return definition.filter(d -> !d.contains("__type(value")).isPresent()
        ? untyped(map, member, scene)
        : new Advice(
            "the value of the map '" + map + "' has no " + member,
            "make a struct with a member of the type struct "
                + member
                + ", and say __type(value, that struct); in the map's definition",
            "");
  }

  /** The text between the beginning of a map's definition and its end; for a text in C. */
  static Optional<String> definition(String text, String map) {
    MatchResult found = null;
    var matcher =
        Pattern.compile(
                "struct\\s*(?:\\w+\\s*)?\\{[^{}]*(?:\\{[^{}]*}[^{}]*)*}\\s*"
                    + Pattern.quote(map)
                    + "\\s+SEC\\(|struct bpf_map_def\\s[^;]*?\\b"
                    + Pattern.quote(map)
                    + "\\b[^;]*;")
            .matcher(text);
    while (matcher.find()) {
      found = matcher.toMatchResult();
    }
    return Optional.ofNullable(found).map(MatchResult::group);
  }
}
