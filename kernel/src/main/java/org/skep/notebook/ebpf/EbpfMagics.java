package org.skep.notebook.ebpf;

import java.util.List;
import org.skep.notebook.ebpf.assist.CAssistant;
import org.skep.notebook.ebpf.assist.CInspector;
import org.skep.notebook.ebpf.cell.CellRunner;
import org.skep.notebook.ebpf.cell.EventReadings;
import org.skep.notebook.ebpf.cell.GuardedAttaching;
import org.skep.notebook.ebpf.state.Experiments;
import org.skep.notebook.ebpf.state.HeaderCells;
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
          "import org.skep.host.hooks.*;",
          "import org.skep.host.trace.*;",
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
    var headers = new HeaderCells();
    var runner = new CellRunner(toolchain, experiments);
    magics.register(HeaderCells.SPEC, headers);
    var cell = new BpfCell(runner, experiments, headers);
    magics.register(
        cell.spec(), cell, new CAssistant(toolchain, headers, new CInspector(experiments)));
    var bpf = new BpfLine(runner, experiments, headers);
    magics.register(bpf.spec(), bpf);
    var map = new MapLine(experiments, toolchain);
    magics.register(map.spec(), map);
    var prog = new ProgLine(experiments);
    magics.register(prog.spec(), prog);
    magics.register(HooksLine.SPEC, new HooksLine());
    var events = new EventsLine(experiments, new EventReadings(), toolchain);
    magics.register(events.spec(), events);
    var type = new TypeLine(experiments);
    magics.register(type.spec(), type);
    magics.register(HelperLine.HELPER, HelperLine.helper());
    magics.register(HelperLine.KFUNC, HelperLine.kfunc());
    magics.register(ReplayLine.SPEC, new ReplayLine());
    var trace = new TraceLine(experiments);
    magics.register(trace.spec(), trace);
    magics.register(DoctorLine.SPEC, new DoctorLine());
  }
}
