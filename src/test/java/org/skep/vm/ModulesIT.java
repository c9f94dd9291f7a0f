package org.skep.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.skep.host.catalog.TypeCatalog;
import org.skep.host.hooks.Hook;
import org.skep.host.hooks.Hooks;

/** What a kernel of modules has: the machine's root comes through one of 9p. */
@Tag("vm")
class ModulesIT {
  @Test
  void functionsOfModulesHavePrototypes() {
    Hook walk = Hooks.find("kprobe:p9_client_walk").getFirst();
    assertTrue(walk.signature().startsWith("struct p9_fid *"), walk::toString);
    assertEquals("fentry too", walk.note());
  }

  @Test
  void typesOfModulesAreLaidOut() {
    TypeCatalog types = TypeCatalog.ofRunningLinux();
    assertTrue(types.layout("struct p9_fid").contains("struct p9_client *clnt;"));
  }

  @Test
  void tracepointsOfModulesAreTyped() {
    assertTrue(
        Hooks.find("tp_btf:9p_client_req").getFirst().signature().startsWith("struct p9_client *"));
  }
}
