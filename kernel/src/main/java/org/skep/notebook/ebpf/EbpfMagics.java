package org.skep.notebook.ebpf;

import java.util.List;
import org.skep.notebook.ebpf.assist.CAssistant;
import org.skep.notebook.ebpf.assist.CInspector;
import org.skep.notebook.ebpf.cell.BpfCellRunner;
import org.skep.notebook.ebpf.cell.EventReadings;
import org.skep.notebook.ebpf.cell.GuardedAttaching;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.ebpf.state.HeaderMagic;
import org.skep.notebook.ebpf.state.Toolchain;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicProvider;
import org.skep.notebook.magic.Magics;

/** Brings the eBPF magics into a notebook. */
public final class EbpfMagics implements MagicProvider {
  /** What cells of Java use of the library and of Tablesaw, without having to import it. */
  public static final List<String> IMPORTS =
      List.of(
          "import java.time.*;",
          "import org.skep.bpf.*;",
          "import org.skep.bpf.attach.AttachPoint;",
          "import org.skep.bpf.attach.LinkState;",
          "import org.skep.bpf.attach.PerfCounter;",
          "import org.skep.bpf.code.Disassembly;",
          "import org.skep.bpf.decode.EventStatus;",
          "import org.skep.bpf.decode.Events;",
          "import org.skep.bpf.events.EventStream;",
          "import org.skep.bpf.load.LoadOutcome;",
          "import org.skep.bpf.map.BpfMapType;",
          "import org.skep.bpf.map.GlobalVariable;",
          "import org.skep.bpf.map.Reference;",
          "import org.skep.bpf.read.Completeness;",
          "import org.skep.bpf.read.Snapshot;",
          "import org.skep.bpf.recording.Recording;",
          "import org.skep.bpf.recording.Replay;",
          "import org.skep.bpf.run.TestRun;",
          "import org.skep.bpf.run.TestRunResult;",
          "import org.skep.btf.Format;",
          "import org.skep.doctor.Doctor;",
          "import org.skep.host.*;",
          "import org.skep.host.catalog.*;",
          "import org.skep.host.hooks.FunctionPlaces;",
          "import org.skep.host.hooks.Hook;",
          "import org.skep.host.hooks.Hooks;",
          "import org.skep.host.hooks.Tracepoints;",
          "import org.skep.host.trace.TraceLog;",
          "import org.skep.table.Nanoseconds;",
          "import org.skep.table.PerCpu;",
          "import org.skep.table.Unit;",
          "import org.skep.table.query.FirstRows;",
          "import tech.tablesaw.api.*;");

  @Override
  public void register(Magics magics, MagicContext context) {
    GuardedAttaching.install();
    var toolchain = new Toolchain();
    var experiments = new Experiments();
    var headers = new HeaderMagic();
    var runner = new BpfCellRunner(toolchain, experiments);
    magics.register(HeaderMagic.SPEC, headers);
    var cell = new BpfCellMagic(runner, experiments, headers);
    magics.register(
        cell.spec(), cell, new CAssistant(toolchain, headers, new CInspector(experiments)));
    var bpf = new BpfMagic(runner, experiments, headers);
    magics.register(bpf.spec(), bpf);
    var map = new MapMagic(experiments, toolchain);
    magics.register(map.spec(), map);
    var prog = new ProgMagic(experiments);
    magics.register(prog.spec(), prog);
    magics.register(HooksMagic.SPEC, new HooksMagic());
    var events = new EventsMagic(experiments, new EventReadings(), toolchain);
    magics.register(events.spec(), events);
    var type = new TypeMagic(experiments);
    magics.register(type.spec(), type);
    magics.register(HelperMagic.HELPER, HelperMagic.helper());
    magics.register(HelperMagic.KFUNC, HelperMagic.kfunc());
    magics.register(ReplayMagic.SPEC, new ReplayMagic());
    var trace = new TraceMagic(experiments);
    magics.register(trace.spec(), trace);
    magics.register(DoctorMagic.SPEC, new DoctorMagic());
  }
}
