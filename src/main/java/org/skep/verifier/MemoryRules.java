package org.skep.verifier;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.skep.verifier.Rule.Advice;

/** Refusals about reading and writing memory. */
final class MemoryRules {
  /** What a variable offset into a packet may be, MAX_PACKET_OFF of the verifier. */
  private static final int MAX_PACKET_OFFSET = 0xffff;

  private static final Pattern PACKET_RANGE =
      Pattern.compile("^pkt\\(id=[1-9].*\\bumax(?:_value)?=(0x\\p{XDigit}{1,15}|\\d{1,18})");

  /** Why a function may give NULL, by its name. */
  private static final Map<String, String> NULL_WHERE =
      Map.of(
          "bpf_map_lookup_elem()", "the map has no such key",
          "bpf_map_lookup_percpu_elem()", "the map has no such key or CPU",
          "bpf_ringbuf_reserve()", "the ring is full",
          "bpf_sk_lookup_tcp()", "there is no such socket",
          "bpf_sk_lookup_udp()", "there is no such socket",
          "bpf_task_from_pid()", "there is no such task",
          "bpf_sk_storage_get()", "there is no storage and none was made",
          "bpf_task_storage_get()", "there is no storage and none was made");

  private MemoryRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of(
            "[Rr](\\d+) (?:invalid mem access|pointer arithmetic on) '?(\\w+)_or_null",
            (found, scene) -> mayBeNull("r" + found.group(1), scene)),
        Rule.of("R(\\d+) invalid mem access '(?:scalar|inv|unknown value)'", MemoryRules::number),
        Rule.of(
            "R(\\d+) invalid mem access '(?:rcu_ptr_|untrusted_ptr_|rdonly_untrusted_mem|mem)",
            (found, scene) ->
                new Advice(
                    scene.variable("r" + found.group(1), "the pointer")
                        + " is no longer known to be valid here",
                    "read it with BPF_CORE_READ(), or keep the object by a function that acquires it",
                    "r" + found.group(1))),
        Rule.of(
            "R(\\d+) invalid mem access 'map_ptr'",
            "a map is not memory that can be read",
            "look a value up with bpf_map_lookup_elem()"),
        Rule.of(
            "R(\\d+) invalid mem access '([^']*)'",
            (found, scene) ->
                new Advice(
                    "memory of the kind '" + found.group(2) + "' cannot be accessed like this",
                    "copy it with bpf_probe_read_kernel()",
                    "r" + found.group(1))),
        Rule.of(
            "invalid access to packet, off=(-?\\d+) size=(\\d+), R(\\d+)\\(.*?r=(\\d+)\\)",
            MemoryRules::packet),
        Rule.of(
            "write into map forbidden",
            "the map is read-only, as const variables are",
            "leave out const, or write to another variable"),
        Rule.of(
            "read from map forbidden|only write is supported",
            "the map may not be read by programs",
            "make the map without BPF_F_WRONLY_PROG"),
        Rule.of(
            "invalid access to (map value|map key|memory|mem region|buffer), \\w+_size=(\\d+) off=(-?\\d+)"
                + " size=(\\d+)(?:.*?R(\\d+) )?",
            MemoryRules::beyond),
        Rule.of(
            "invalid (?:indirect )?read from stack (?:R\\d+ )?off -?\\d+\\+(\\d+) size (\\d+)"
                + "|invalid indirect read from stack off -?\\d+\\+(\\d+) size (\\d+)",
            (found, _) -> uninitialised(found)),
        Rule.of(
            "invalid (?:variable-offset )?(?:indirect )?(?:unbounded indirect )?(read|write|access)"
                + " (?:from|to) stack|invalid stack (?:type|off)",
            (_, scene) -> stack(scene)),
        Rule.of(
            "misaligned (\\S+) access off (\\S+) size (\\d+)",
            (found, _) ->
                new Advice(
                    found.group(3)
                        + " bytes are accessed at an offset in the "
                        + Kinds.words(found.group(1))
                        + " that is not a multiple of "
                        + found.group(3),
                    "order the members so that each is aligned, or copy with __builtin_memcpy()",
                    "")),
        Rule.of(
            "invalid bpf_context access off=(\\d+) size=(\\d+)",
            (found, scene) ->
                new Advice(
                    found.group(2)
                        + " bytes at offset "
                        + found.group(1)
                        + " of the context are "
                        + (scene.code().startsWith("*(") ? "written" : "read")
                        + ", which programs of this type may not",
                    "use the context's struct for this hook, its members whole, and only those that"
                        + " this type of program may use",
                    "")),
        Rule.of(
            "dereference of modified ctx ptr R\\d+ off=\\d+ disallowed",
            "the address of a member of the context was computed first, and then used: the source adds"
                + " to the pointer, or clang shares the address between branches",
            "read and write the members by name; where clang shares them, compile with clang 18 or"
                + " later in a cell, or keep the branches apart by asm volatile(\"\" ::: \"memory\")"),
        Rule.of(
            "variable ctx access|dereference of modified ctx ptr|ctx pointer .*modified",
            "the context is accessed at an offset that was computed",
            "read the members of the context by name, before anything is added to its pointer"),
        Rule.of(
            "only read is supported",
            "memory of the kernel can be read through this pointer, and not written",
            "write to a map, or to a local copy"),
        Rule.of(
            "access beyond (?:struct|the end of(?: member)?) (\\w+).*?(?:at off (\\d+) size (\\d+))?",
            (found, _) ->
                new Advice(
                    "the access lies outside struct " + found.group(1),
                    "read its members by name; %type shows its layout",
                    "")),
        Rule.of(
            "failed to resolve CO-RE relocation <(\\w+)> \\[\\d+\\] (.+?)(?: \\(\\d.*)?$",
            (found, _) ->
                new Advice(
                    lacking(found.group(2).replaceAll("___\\w+", "")),
                    "guard it with bpf_core_field_exists() or bpf_core_type_exists(), or name it as"
                        + " this kernel does",
                    "")));
  }

  private static String lacking(String type) {
    int dot = type.indexOf('.');
    return dot < 0
        ? "this kernel has no " + type
        : "this kernel has no "
            + type.substring(0, dot)
            + " with a member '"
            + type.substring(dot + 1)
            + "'";
  }

  private static Advice mayBeNull(String register, RegisterTrace scene) {
    var maker = scene.madeBy(register);
    var why =
        maker
            .map(
                m ->
                    ": "
                        + m
                        + " returns NULL where "
                        + NULL_WHERE.getOrDefault(m, "it finds nothing"))
            .orElse("");
    return new Advice(
        scene.variable(register, "the pointer") + " may be NULL here" + why,
        "test it first: if (!" + scene.variableInCode(register) + ") return 0;",
        register);
  }

  private static Advice number(MatchResult found, RegisterTrace scene) {
    var register = "r" + found.group(1);
    var variable = scene.variable(register, "the address");
    var lost = scene.invalidatedBy(register);
    if (lost.isPresent()) {
      return lost.get().contains("submit") || lost.get().contains("discard")
          ? new Advice(
              "the memory was given away by " + lost.get() + ", and may not be used after it",
              "do this before " + lost.get(),
              register)
          : new Advice(
              "the pointer is not valid any more after " + lost.get(),
              "get the pointer again after the call, and for packets compare with data_end again",
              register);
    }
    if (scene.known(register).equals("0")) {
      return new Advice(
          "the pointer is NULL here, on each way that leads here",
          "give it an address before; a callback gets the context that was passed with it",
          register);
    }
    boolean task = scene.madeBy(register).filter("bpf_get_current_task()"::equals).isPresent();
    return new Advice(
        variable + " is a scalar to the verifier, not a pointer: it cannot be dereferenced",
        "read it with BPF_CORE_READ("
            + scene.variableInCode(register)
            + ", member) or bpf_probe_read_kernel(), and what belongs to a process with"
            + " bpf_probe_read_user()"
            + (task ? "; or begin with bpf_get_current_task_btf()" : ""),
        register);
  }

  private static Advice packet(MatchResult found, RegisterTrace scene) {
    var range = PACKET_RANGE.matcher(scene.known("r" + found.group(3)));
    if (range.find() && Long.decode(range.group(1)) > MAX_PACKET_OFFSET) {
      return new Advice(
          "the packet is accessed at an offset that may be as large as "
              + Long.decode(range.group(1))
              + ", and above "
              + MAX_PACKET_OFFSET
              + " the verifier takes no notice of a comparison with data_end",
          "bound the offset before it is added to the pointer: if (offset > 1500) return, or"
              + " offset &= 0x7ff; then compare with data_end",
          "r" + found.group(3));
    }
    int offset = Integer.parseInt(found.group(1));
    int end = offset + Integer.parseInt(found.group(2));
    int proven = Integer.parseInt(found.group(4));
    return new Advice(
        "the packet is accessed at "
            + bytes(offset, end)
            + ", and "
            + (proven == 0
                ? "no length was checked before"
                : "only its first " + proven + " bytes were checked"),
        "compare first: if (p + size > data_end) return, with the same p that is read",
        "r" + found.group(3));
  }

  private static String bytes(int from, int end) {
    return end - from == 1 ? "byte " + from : "bytes " + from + " to " + (end - 1);
  }

  /** The index, where one was added to the address; else the address. */
  private static String indexOf(String register, RegisterTrace scene) {
    return scene.addedTo(register).orElse(register);
  }

  private static Advice beyond(MatchResult found, RegisterTrace scene) {
    var what = found.group(1).replace("map ", "map's ");
    int size = Integer.parseInt(found.group(2));
    int offset = Integer.parseInt(found.group(3));
    int bytes = Integer.parseInt(found.group(4));
    var sentence =
        bytes(offset, offset + bytes)
            + " may be accessed here, and the "
            + what
            + " has "
            + size
            + " bytes";
    return new Advice(
        sentence,
        offset >= 0
                && offset + bytes > size
                && scene.code().contains("call ")
                && scene.addedTo("r" + found.group(5)).isEmpty()
            ? "pass a length of at most " + size
            : "bound the index before: if (i >= count) return 0;",
        found.group(5) == null ? "" : indexOf("r" + found.group(5), scene));
  }

  private static Advice uninitialised(MatchResult found) {
    var at = found.group(1) == null ? found.group(3) : found.group(1);
    var size = found.group(2) == null ? found.group(4) : found.group(2);
    return new Advice(
        "of the "
            + size
            + " bytes on the stack that are read here, byte "
            + at
            + " was never set, which may be padding between members",
        "set the whole variable first: struct key k = {}; or __builtin_memset(&k, 0, sizeof(k))",
        "");
  }

  private static Advice stack(RegisterTrace scene) {
    return scene.code().startsWith("call ")
        ? new Advice(
            scene.called() + " is given a pointer to less of the stack than it uses",
            "pass the address of a variable of the size that the map or the function has",
            "")
        : new Advice(
            "the access lies outside the stack of 512 bytes, or at an offset that is not known",
            "bound the index before, and keep large variables in a per-CPU array map",
            "");
  }
}
