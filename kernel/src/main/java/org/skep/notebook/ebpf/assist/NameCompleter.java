package org.skep.notebook.ebpf.assist;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.skep.notebook.ebpf.state.CellNames;
import org.skep.notebook.magic.ArgumentCompleter;
import org.skep.notebook.magic.ArgumentCompletions.Item;
import org.skep.notebook.magic.MagicContext;

/**
 * Completes {@code NAME=VALUE} from the names that the cell below defines.
 *
 * @param names by the cell
 * @param values by the cell and the context
 */
public record NameCompleter(
    Function<CellNames, List<Item>> names, BiFunction<CellNames, MagicContext, List<Item>> values)
    implements ArgumentCompleter {
  @Override
  public List<Item> values(String typed, MagicContext context) {
    return values(typed, "", context);
  }

  @Override
  public List<Item> values(String typed, String body, MagicContext context) {
    var cell = CellNames.of(body);
    int equals = typed.indexOf('=');
    var before = typed.substring(0, equals + 1);
    return equals < 0
        ? names.apply(cell)
        : values.apply(cell, context).stream()
            .map(i -> new Item(before + i.text(), i.kind(), i.summary()))
            .toList();
  }
}
