package org.skep.btf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The declaration tags of one description, by what they are attached to. */
final class TagIndex {
  private record Place(int type, int component) {}

  private final Map<Place, List<String>> tags = new HashMap<>();

  private TagIndex() {}

  static TagIndex of(Btf btf) {
    var index = new TagIndex();
    btf.types()
        .filter(id -> BtfKind.kindOf(btf.infoOf(id.value())) == BtfKind.DECL_TAG)
        .forEach(
            id -> {
              if (btf.type(id) instanceof BtfType.DeclTag tag) {
                index
                    .tags
                    .computeIfAbsent(
                        new Place(tag.target().value(), tag.component()), p -> new ArrayList<>(1))
                    .add(tag.text());
              }
            });
    return index;
  }

  List<String> of(TypeId id, int component) {
    return tags.getOrDefault(new Place(id.value(), component), List.of());
  }
}
