package org.skep.bpf.base;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.btf.Btf;
import org.skep.btf.BtfType;
import org.skep.btf.TypeId;

/**
 * What the calls of an object send into which map, and how many bytes, as {@code skep_records.h}
 * has noted beside each call, in the order of the source.
 *
 * <p>{@code bpf_ringbuf_submit} names no ring: it is that of a call which asked for as many bytes
 * as the type has, in the same function if there are several.
 */
public final class SendNotes {
  private static final String SENDS = "skep:sends:";
  private static final String BYTES = "skep:bytes:";
  private static final String UNCOUNTED = "skep:uncounted:";

  /** A reference to a map, behind casts and within brackets. */
  private static final Pattern MAP = Pattern.compile(".*&[\\s(]*(\\w+)[\\s)]*", Pattern.DOTALL);

  /**
   * What a call sends.
   *
   * @param map {@code ""} where it is only known when the program runs
   * @param type empty where it is bytes or text
   * @param byteSize empty where it is only known when the program runs
   */
  public record Sent(String map, Optional<TypeId> type, OptionalLong byteSize) {}

  /** Room that a call asks for in a ring; 0 bytes where only the run decides. */
  private record Reserved(String map, long byteSize, String function) {}

  private final Btf btf;
  private final List<Reserved> reserved = new ArrayList<>();
  private final List<Sent> sent = new ArrayList<>();

  private SendNotes(Btf btf) {
    this.btf = btf;
  }

  public static SendNotes of(Btf btf) {
    SendNotes notes = new SendNotes(btf);
    List<BtfType.DeclTag> tags = new ArrayList<>();
    btf.types()
        .map(btf::type)
        .forEach(
            type -> {
              if (type instanceof BtfType.DeclTag tag
                  && btf.type(tag.target()) instanceof BtfType.Variable) {
                tags.add(tag);
              }
            });
    // First what names its ring, as the function that submits may stand before the one that asks.
    List<Integer> before = new ArrayList<>();
    for (BtfType.DeclTag tag : tags) {
      notes.reservation(tag);
      before.add(notes.reserved.size());
    }
    for (int i = 0; i < tags.size(); i++) {
      notes.sending(tags.get(i), before.get(i));
    }
    return notes;
  }

  /** The name of the map in an expression of C such as {@code &events}; else {@code ""}. */
  public static String mapIn(String expression) {
    Matcher matcher = MAP.matcher(expression);
    return matcher.matches() ? matcher.group(1) : "";
  }

  /** All calls that send. */
  public List<Sent> all() {
    return sent;
  }

  /** The calls that send into a map, or that may. */
  public List<Sent> into(String map) {
    return sent.stream().filter(s -> s.map.isEmpty() || s.map.equals(map)).toList();
  }

  private TypeId variableType(BtfType.DeclTag tag) {
    return ((BtfType.Variable) btf.type(tag.target())).type();
  }

  private void reservation(BtfType.DeclTag tag) {
    if (tag.text().startsWith(UNCOUNTED)
        && btf.resolved(variableType(tag)) instanceof BtfType.Array room) {
      reserved.add(
          new Reserved(
              mapIn(tag.text().substring(UNCOUNTED.length())), room.count() - 1, function(tag)));
    } else if (tag.text().startsWith(SENDS) && tag.text().length() > SENDS.length()) {
      String map = mapIn(tag.text().substring(SENDS.length()));
      target(btf, variableType(tag))
          .ifPresent(type -> reserved.add(new Reserved(map, btf.byteSize(type), function(tag))));
    }
  }

  private void sending(BtfType.DeclTag tag, int reservedBefore) {
    if (tag.text().startsWith(BYTES)
        && btf.resolved(variableType(tag)) instanceof BtfType.Array bytes
        && !sent.isEmpty()) {
      Sent last = sent.removeLast(); // what the same call sends is noted before
      sent.add(new Sent(last.map, last.type, known(bytes.count() - 1)));
    }
    if (!tag.text().startsWith(SENDS)) {
      return;
    }
    String map = tag.text().substring(SENDS.length());
    TypeId noted = variableType(tag);
    Optional<TypeId> type = target(btf, noted);
    if (!map.isEmpty()) {
      sent.add(new Sent(mapIn(map), type, bytes(type)));
      return;
    }
    Reserved room = room(bytes(type).orElse(0), function(tag), reservedBefore);
    sent.add(new Sent(room.map, type, known(room.byteSize)));
  }

  private static OptionalLong known(long byteSize) {
    return byteSize == 0 ? OptionalLong.empty() : OptionalLong.of(byteSize);
  }

  private OptionalLong bytes(Optional<TypeId> type) {
    return type.isPresent() ? OptionalLong.of(btf.byteSize(type.get())) : OptionalLong.empty();
  }

  /**
   * The room that a type of so many bytes was written into: asked for by the same function, or else
   * by the only map or the last call before it that asked for as many.
   */
  private Reserved room(long byteSize, String function, int before) {
    List<Reserved> same = reserved.stream().filter(r -> r.byteSize == byteSize).toList();
    List<Reserved> here = same.stream().filter(r -> r.function.equals(function)).toList();
    if (same.stream().map(Reserved::map).distinct().count() == 1) {
      return here.isEmpty() ? same.getFirst() : here.getFirst();
    }
    if (here.stream().map(Reserved::map).distinct().count() == 1) {
      return here.getFirst();
    }
    for (int i = before - 1; i >= 0; i--) {
      Reserved last = reserved.get(i);
      boolean fits = same.isEmpty() && (last.byteSize == 0 || last.byteSize > byteSize);
      if (last.byteSize == byteSize || (fits && last.function.equals(function))) {
        return last;
      }
    }
    return new Reserved("", 0, function);
  }

  /** The function of a variable within it, which clang names {@code FUNCTION.VARIABLE.NUMBER}. */
  private String function(BtfType.DeclTag tag) {
    String name = btf.declaredName(tag.target());
    return name.substring(0, Math.max(0, name.indexOf('.')));
  }

  /** What a pointer points to, where that has values and a size: no text, no {@code void}. */
  public static Optional<TypeId> target(Btf btf, TypeId pointer) {
    if (!(btf.resolved(pointer) instanceof BtfType.Pointer to)) {
      return Optional.empty();
    }
    TypeId type = btf.resolve(to.target());
    return switch (btf.type(type)) {
      case BtfType.Struct s when s.byteSize() > 0 -> Optional.of(type);
      case BtfType.Union u when u.byteSize() > 0 -> Optional.of(type);
      case BtfType.Int i when !i.isChar() && i.byteSize() > 1 -> Optional.of(type);
      default -> Optional.empty();
    };
  }
}
