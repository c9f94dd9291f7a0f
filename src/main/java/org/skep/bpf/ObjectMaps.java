package org.skep.bpf;

import java.util.List;
import java.util.Optional;
import org.skep.bpf.load.LoadOutcome;
import org.skep.bpf.map.BpfMapType;
import org.skep.bpf.map.GlobalVariable;
import org.skep.bpf.map.MapOwner;

/** What the maps of an object ask of it. */
record ObjectMaps(BpfObject object) implements MapOwner {
  @Override
  public Optional<String> programName(long id) {
    return object.programs().stream()
        .filter(p -> p.loaded() instanceof LoadOutcome.Loaded && p.id() == id)
        .map(BpfProgram::name)
        .findFirst();
  }

  @Override
  public Optional<String> mapName(long id) {
    return object.maps().stream().filter(m -> m.id() == id).map(BpfMap::name).findFirst();
  }

  @Override
  public List<String> mapNames() {
    return object.maps().stream().map(BpfMap::name).toList();
  }

  @Override
  public Optional<List<?>> stack(int id) {
    List<BpfMap> maps =
        object.maps().stream().filter(m -> m.type() == BpfMapType.STACK_TRACE).toList();
    return maps.size() == 1 && maps.getFirst().get(id).orElse(null) instanceof List<?> frames
        ? Optional.of(frames)
        : Optional.empty();
  }

  @Override
  public List<GlobalVariable> globals() {
    return object.globals();
  }

  @Override
  public GlobalVariable.Memory memory(String section) {
    return object.map(section).held().memory();
  }

  @Override
  public boolean sendsToFixedCpu(String perfBuffer) {
    return object.sendsToFixedCpu(perfBuffer);
  }
}
