package swivel.cpu.ir;

import swivel.cpu.Processor;

/** A processor that lifts what it runs to micro-operations, and can lift a kernel's instructions for its hypervisor too. */
public interface LiftingProcessor extends Processor {
    /** Installs what lifts a kernel's instructions; before the first {@link #run}. Without, they trap. */
    void setIntrinsics(Intrinsics intrinsics);
}
